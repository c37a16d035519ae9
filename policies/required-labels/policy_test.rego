package guard.policies["required-labels_test"]

import data.guard.lib.testing
import data.guard.policies["required-labels"] as policy
import future.keywords.not

request(metadata, labels) := object.union(
	testing.create({"apiVersion": "v1", "kind": "Service", "metadata": metadata}),
	{"parameters": {"required-labels": {"labels": labels}}},
)

test_a_missing_label_is_reported_where_it_would_stand if {
	found := policy.violation with input as request({"labels": {}}, [{"key": "owner"}])
	found == {{
		"message": "the label owner is missing: write it under metadata.labels",
		"path": ["metadata", "labels", "owner"],
	}}
}

test_a_pattern_is_said_to_whom_the_label_is_missing if {
	found := policy.violation with input as request({}, [{"key": "owner", "pattern": "^team-"}])
	testing.messages(found) == {"the label owner is missing: write it under metadata.labels, with a value that matches ^team-"}
}

test_a_value_is_held_against_its_pattern if {
	labels := [{"key": "owner", "pattern": "^team-"}]
	policy.violation == set() with input as request({"labels": {"owner": "team-shop"}}, labels)
	found := policy.violation with input as request({"labels": {"owner": "alice"}}, labels)
	testing.messages(found) == {`the label owner is "alice", which does not match ^team-`}
}

test_without_a_pattern_any_value_will_do if {
	policy.violation == set() with input as request({"labels": {"owner": ""}}, [{"key": "owner"}])
}

test_each_label_is_judged_by_itself if {
	count(policy.violation) == 2 with input as request({"labels": {"b": "x"}}, [{"key": "a"}, {"key": "b", "pattern": "^y"}])
}

test_what_another_object_made_is_not_judged if {
	labels := [{"key": "owner"}]
	policy.violation == set() with input as request({"ownerReferences": [{"controller": false}, {"controller": true}]}, labels)
	count(policy.violation) == 1 with input as request({"ownerReferences": [{"controller": false}]}, labels)
}

test_odd_values_are_no_labels if {
	every odd in testing.odd {
		count(policy.violation) == 1 with input as request({"labels": odd}, [{"key": "owner", "pattern": "."}])
	}
	every odd in [null, false, 1, [], {}] {
		count(policy.violation) == 1 with input as request({"labels": {"owner": odd}}, [{"key": "owner", "pattern": "."}])
	}
}
