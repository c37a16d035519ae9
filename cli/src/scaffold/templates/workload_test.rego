package guard.policies["NAME_test"]

import data.guard.policies["NAME"] as policy
import future.keywords.not

pod(container) := {
	"operation": "CREATE",
	"kind": {"group": "", "version": "v1", "kind": "Pod"},
	"object": {"metadata": {"name": "web"}, "spec": {"containers": [container]}},
}

test_the_field_is_reported_where_it_is_written if {
	found := policy.violation with input as pod({"name": "web", "stdin": true})
	{violation.path | some violation in found} == {["spec", "containers", 0, "stdin"]}
}

test_a_container_without_the_field_is_fine if {
	policy.violation == set() with input as pod({"name": "web"})
}
