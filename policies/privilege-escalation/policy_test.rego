package guard.policies["privilege-escalation_test"]

import data.guard.lib.testing
import data.guard.policies["privilege-escalation"] as policy
import future.keywords.not

test_every_kind_of_workload_is_judged if {
	every request in testing.workloads({"containers": [{"name": "web"}]}) {
		count(policy.violation) == 1 with input as request
	}
}

test_every_list_of_containers_is_judged if {
	every list in ["containers", "initContainers", "ephemeralContainers"] {
		found := policy.violation with input as testing.pod({list: [{"name": "web"}]})
		testing.paths(found) == {["spec", list, 0, "securityContext", "allowPrivilegeEscalation"]}
	}
}

test_only_false_will_do if {
	every context in [null, {}, {"allowPrivilegeEscalation": null}, {"allowPrivilegeEscalation": true}] {
		count(policy.violation) == 1 with input as testing.pod({"containers": [{"name": "web", "securityContext": context}]})
	}
	off := {"name": "web", "securityContext": {"allowPrivilegeEscalation": false}}
	policy.violation == set() with input as testing.pod({"containers": [off]})
}

test_windows_and_privileged_containers_have_no_choice if {
	policy.violation == set() with input as testing.pod({"os": {"name": "windows"}, "containers": [{"name": "web"}]})
	count(policy.violation) == 1 with input as testing.pod({"os": {"name": "linux"}, "containers": [{"name": "web"}]})
	privileged := {"name": "web", "securityContext": {"privileged": true}}
	policy.violation == set() with input as testing.pod({"containers": [privileged]})
}

test_odd_lists_hold_nothing_to_judge if {
	every odd in [null, false, 1, "x", [], {}] {
		policy.violation == set() with input as testing.pod({"containers": odd})
	}
}
