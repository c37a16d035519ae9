package guard.policies["secret-in-env_test"]

import data.guard.lib.testing
import data.guard.policies["secret-in-env"] as policy
import future.keywords.not

test_the_value_is_reported_and_never_shown if {
	found := policy.violation with input as testing.pod({"containers": [{"name": "web", "env": [
		{"name": "LOG_LEVEL", "value": "info"},
		{"name": "DB_PASSWORD", "value": "hunter2"},
	]}]})
	found == {{
		"message": `container "web" has a secret in the value of DB_PASSWORD: read it with valueFrom.secretKeyRef`,
		"path": ["spec", "containers", 0, "env", 1, "value"],
	}}
}

test_every_list_of_containers_is_judged if {
	every list in ["containers", "initContainers", "ephemeralContainers"] {
		spec := {list: [{"name": "web", "env": [{"name": "PASSWORD", "value": "hunter2"}]}]}
		count(policy.violation) == 1 with input as testing.pod(spec)
	}
}

test_a_secret_that_gives_itself_away_twice_is_one_finding if {
	spec := {"containers": [{"name": "web", "env": [{"name": "TOKEN", "value": "ghp_0a1b2c3d4e5f0a1b2c3d4e5f0a1b2c3d4e5f"}]}]}
	count(policy.violation) == 1 with input as testing.pod(spec)
}

test_odd_values_are_no_secrets if {
	every odd in testing.odd {
		policy.violation == set() with input as testing.pod({"containers": [{"name": "web", "env": odd}]})
		policy.violation == set() with input as testing.pod({"containers": [{"name": "web", "env": [odd]}]})
		policy.violation == set() with input as testing.pod({"containers": [{"name": "web", "env": [{"name": odd, "value": "x"}]}]})
	}
	every odd in [null, false, 1, [], {}] {
		policy.violation == set() with input as testing.pod({"containers": [{"name": "web", "env": [{"name": "PASSWORD", "value": odd}]}]})
	}
}
