package guard.policies["unsafe-sysctl_test"]

import data.guard.lib.testing
import data.guard.policies["unsafe-sysctl"] as policy
import future.keywords.not

request(sysctls, version) := object.union(
	testing.pod({"securityContext": {"sysctls": sysctls}}),
	{"parameters": {"unsafe-sysctl": {"pssVersion": version}}},
)

test_each_unsafe_sysctl_is_reported_where_it_is_named if {
	found := policy.violation with input as request([{"name": "net.ipv4.tcp_syncookies"}, {"name": "kernel.msgmax"}], "1.37")
	testing.paths(found) == {["spec", "securityContext", "sysctls", 1, "name"]}
}

test_later_versions_know_more_to_be_safe if {
	every name, minor in {"net.ipv4.tcp_keepalive_time": 29, "net.ipv4.tcp_rmem": 32, "net.ipv4.tcp_notsent_lowat": 37} {
		policy.violation == set() with input as request([{"name": name}], sprintf("1.%d", [minor]))
		count(policy.violation) == 1 with input as request([{"name": name}], sprintf("1.%d", [minor - 1]))
	}
}

test_odd_values_set_nothing if {
	every odd in testing.odd {
		policy.violation == set() with input as request(odd, "1.37")
	}
}
