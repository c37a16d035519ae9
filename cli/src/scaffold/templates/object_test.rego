package guard.policies["NAME_test"]

import data.guard.policies["NAME"] as policy
import future.keywords.not

request(annotations) := {
	"operation": "CREATE",
	"object": {"metadata": {"name": "web", "annotations": annotations}},
}

test_a_missing_annotation_is_reported_where_it_belongs if {
	found := policy.violation with input as request({})
	{violation.path | some violation in found} == {["metadata", "annotations", "example.com/owner"]}
}

test_an_object_with_the_annotation_is_fine if {
	policy.violation == set() with input as request({"example.com/owner": "team-shop"})
}
