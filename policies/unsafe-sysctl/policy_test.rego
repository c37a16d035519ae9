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

safe_in(version) := {name |
	some name in names
	policy.violation == set() with input as request([{"name": name}], version)
}

names := ((((always | since_27) | since_29) | since_32) | since_37) | {"kernel.msgmax"}

always := {
	"kernel.shm_rmid_forced",
	"net.ipv4.ip_local_port_range",
	"net.ipv4.ip_unprivileged_port_start",
	"net.ipv4.ping_group_range",
	"net.ipv4.tcp_syncookies",
}

since_27 := {"net.ipv4.ip_local_reserved_ports"}

since_29 := {
	"net.ipv4.tcp_fin_timeout",
	"net.ipv4.tcp_keepalive_intvl",
	"net.ipv4.tcp_keepalive_probes",
	"net.ipv4.tcp_keepalive_time",
}

since_32 := {"net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"}

since_37 := {"net.ipv4.tcp_notsent_lowat", "net.ipv4.tcp_slow_start_after_idle"}

test_later_versions_know_more_to_be_safe if {
	safe_in("1.0") == always
	safe_in("1.26") == always
	safe_in("1.27") == always | since_27
	safe_in("1.28") == always | since_27
	safe_in("1.29") == (always | since_27) | since_29
	safe_in("1.31") == (always | since_27) | since_29
	safe_in("1.32") == ((always | since_27) | since_29) | since_32
	safe_in("1.36") == ((always | since_27) | since_29) | since_32
	safe_in("1.37") == names - {"kernel.msgmax"}
}

test_odd_values_set_nothing if {
	every odd in testing.odd {
		policy.violation == set() with input as request(odd, "1.37")
	}
}
