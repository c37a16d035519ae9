package guard.policies["host-namespace_test"]

import data.guard.lib.testing
import data.guard.policies["host-namespace"] as policy
import future.keywords.not

test_every_kind_of_workload_is_judged if {
	every request in testing.workloads({"hostPID": true}) {
		count(policy.violation) == 1 with input as request
	}
}

test_each_namespace_is_reported_where_it_is_set if {
	found := policy.violation with input as testing.pod({"hostNetwork": true, "hostPID": true, "hostIPC": true})
	testing.paths(found) == {["spec", "hostNetwork"], ["spec", "hostPID"], ["spec", "hostIPC"]}
}

test_host_processes_need_the_network_and_nothing_else if {
	host_process := {"windowsOptions": {"hostProcess": true}}
	spec := {"os": {"name": "windows"}, "hostNetwork": true, "hostPID": true, "containers": [{"name": "logs"}, {"name": "agent", "securityContext": host_process}]}
	found := policy.violation with input as testing.pod(spec)
	testing.paths(found) == {["spec", "hostPID"]}
}

test_windows_options_hide_nothing_on_a_linux_node if {
	host_process := {"windowsOptions": {"hostProcess": true}}
	every system in [{}, {"os": {"name": "linux"}}] {
		spec := object.union(system, {"hostNetwork": true, "securityContext": host_process, "containers": [{"name": "agent", "securityContext": host_process}]})
		found := policy.violation with input as testing.pod(spec)
		testing.paths(found) == {["spec", "hostNetwork"]}
	}
}

test_odd_values_share_nothing if {
	every odd in testing.odd {
		policy.violation == set() with input as testing.pod({"hostNetwork": odd, "hostPID": odd, "hostIPC": odd})
	}
}
