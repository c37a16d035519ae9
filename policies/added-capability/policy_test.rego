package guard.policies["added-capability_test"]

import data.guard.lib.testing
import data.guard.policies["added-capability"] as policy
import future.keywords.not

request(spec, allowed) := object.union(testing.pod(spec), {"parameters": {"added-capability": {"allowed": allowed}}})

adds(capabilities) := {"containers": [{"name": "web", "securityContext": {"capabilities": {"add": capabilities}}}]}

test_each_capability_that_is_not_allowed_is_reported_where_it_is_added if {
	found := policy.violation with input as request(adds(["CHOWN", "SYS_ADMIN", "NET_RAW"]), ["CHOWN"])
	testing.paths(found) == {
		["spec", "containers", 0, "securityContext", "capabilities", "add", 1],
		["spec", "containers", 0, "securityContext", "capabilities", "add", 2],
	}
}

test_the_restricted_standard_is_a_shorter_list if {
	found := policy.violation with input as request(adds(["NET_BIND_SERVICE", "CHOWN"]), ["NET_BIND_SERVICE"])
	testing.messages(found) == {`container "web" adds the capability CHOWN: remove it from capabilities.add`}
}

test_an_empty_list_allows_none if {
	count(policy.violation) == 1 with input as request(adds(["CHOWN"]), [])
}

test_names_are_told_apart_as_the_api_server_does if {
	count(policy.violation) == 2 with input as request(adds(["chown", "CAP_CHOWN"]), ["CHOWN"])
}

test_a_dangerous_one_says_what_it_can_do if {
	found := policy.violation with input as request(adds(["SYS_MODULE"]), [])
	testing.messages(found) == {`container "web" adds the capability SYS_MODULE, which can load code into the kernel: remove it from capabilities.add`}
}

test_odd_values_add_nothing if {
	every odd in [null, false, 1, "x", [], {}] {
		policy.violation == set() with input as request(adds(odd), [])
	}
	every odd in testing.odd {
		policy.violation == set() with input as request({"containers": [{"name": "web", "securityContext": {"capabilities": odd}}]}, [])
		policy.violation == set() with input as request({"containers": odd}, [])
	}
}
