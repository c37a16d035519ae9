package guard.policies["privileged-container_test"]

import data.guard.lib.testing
import data.guard.policies["privileged-container"] as policy
import future.keywords.not

privileged := {"name": "debug", "securityContext": {"privileged": true}}

test_every_kind_of_workload_is_judged if {
	every request in testing.workloads({"containers": [privileged]}) {
		count(policy.violation) == 1 with input as request
	}
}

test_every_list_of_containers_is_judged if {
	every list in ["containers", "initContainers", "ephemeralContainers"] {
		found := policy.violation with input as testing.pod({list: [{"name": "web"}, privileged]})
		testing.paths(found) == {["spec", list, 1, "securityContext", "privileged"]}
	}
}

test_a_sidecar_is_called_one if {
	found := policy.violation with input as testing.pod({"initContainers": [object.union(privileged, {"restartPolicy": "Always"})]})
	testing.messages(found) == {`sidecar "debug" is privileged, which makes it root on the node: remove securityContext.privileged`}
}

test_a_host_process_is_reported_where_it_is_set if {
	host_process := {"windowsOptions": {"hostProcess": true}}
	of_the_pod := policy.violation with input as testing.pod({"securityContext": host_process, "containers": [{"name": "agent"}]})
	testing.paths(of_the_pod) == {["spec", "securityContext", "windowsOptions", "hostProcess"]}
	of_a_container := policy.violation with input as testing.pod({"containers": [{"name": "agent", "securityContext": host_process}]})
	testing.paths(of_a_container) == {["spec", "containers", 0, "securityContext", "windowsOptions", "hostProcess"]}
}

test_odd_values_are_no_privilege if {
	every odd in testing.odd {
		policy.violation == set() with input as testing.pod({"containers": odd, "securityContext": odd})
		policy.violation == set() with input as testing.pod({"containers": [{"name": "web", "securityContext": odd}]})
	}
}
