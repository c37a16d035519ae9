package guard.policies["root-user_test"]

import data.guard.lib.testing
import data.guard.policies["root-user"] as policy
import future.keywords.not

request(spec, version) := object.union(testing.pod(spec), {"parameters": {"root-user": {"pssVersion": version}}})

# The paths of what is found in a pod with these security contexts, its own and its containers'.
found(pod, containers) := paths if {
	list := [{"name": sprintf("c%d", [i]), "securityContext": context} | some i, context in containers]
	violations := policy.violation with input as request({"securityContext": pod, "containers": list}, "1.37")
	paths := testing.paths(violations)
}

container(i, field) := ["spec", "containers", i, "securityContext", field]

test_every_kind_of_workload_is_judged if {
	every workload in testing.workloads({"containers": [{"name": "web"}]}) {
		count(policy.violation) == 1 with input as object.union(workload, {"parameters": {"root-user": {"pssVersion": "1.37"}}})
	}
}

test_the_pod_speaks_for_containers_that_say_nothing if {
	found({"runAsNonRoot": true}, [{}, null, {"runAsNonRoot": null}]) == set()
	found({"runAsNonRoot": null}, [{}]) == {container(0, "runAsNonRoot")}
	found(null, [null, {}]) == {container(0, "runAsNonRoot"), container(1, "runAsNonRoot")}
}

test_a_container_overrides_its_pod if {
	found({"runAsNonRoot": true}, [{}, {"runAsNonRoot": false}]) == {container(1, "runAsNonRoot")}
	found({}, [{"runAsNonRoot": true}, {}]) == {container(1, "runAsNonRoot")}
}

test_what_the_pod_says_wrong_is_one_finding if {
	found({"runAsNonRoot": false}, [{}, {}]) == {["spec", "securityContext", "runAsNonRoot"]}
	found({"runAsUser": 0}, [{}, {}]) == {["spec", "securityContext", "runAsUser"]}
	found({"runAsUser": 0, "runAsNonRoot": false}, [{}]) == {["spec", "securityContext", "runAsUser"]}
	found({"runAsUser": 0, "runAsNonRoot": true}, [{}]) == {["spec", "securityContext", "runAsUser"]}
}

test_the_pod_is_wrong_even_where_every_container_is_right if {
	found({"runAsNonRoot": false}, [{"runAsNonRoot": true}]) == {["spec", "securityContext", "runAsNonRoot"]}
	found({"runAsUser": 0}, [{"runAsNonRoot": true, "runAsUser": 1}]) == {["spec", "securityContext", "runAsUser"]}
}

test_a_container_with_user_0_is_one_finding if {
	found({}, [{"runAsUser": 0}]) == {container(0, "runAsUser")}
	found({"runAsNonRoot": true}, [{"runAsUser": 0, "runAsNonRoot": false}]) == {container(0, "runAsUser")}
}

test_root_is_found_in_every_list_of_containers if {
	every field in ["containers", "initContainers", "ephemeralContainers"] {
		contexts := [{"runAsUser": 0}, {}]
		list := [{"name": sprintf("c%d", [i]), "securityContext": context} | some i, context in contexts]
		found := policy.violation with input as request({field: list}, "1.37")
		testing.paths(found) == {
			["spec", field, 0, "securityContext", "runAsUser"],
			["spec", field, 1, "securityContext", "runAsNonRoot"],
		}
	}
}

test_another_user_is_not_enough if {
	found({"runAsUser": 10001}, [{}]) == {container(0, "runAsNonRoot")}
	spec := {"securityContext": {"runAsUser": 10001}, "containers": [{"name": "web"}, {"name": "log", "securityContext": {"runAsUser": 10002}}]}
	violations := policy.violation with input as request(spec, "1.37")
	testing.messages(violations) == {
		`container "web" runs as user 10001, but nothing keeps it from root: set securityContext.runAsNonRoot to true, here or on the pod`,
		`container "log" runs as user 10002, but nothing keeps it from root: set securityContext.runAsNonRoot to true, here or on the pod`,
	}
}

test_a_user_namespace_relaxes_the_standard_from_1_35 if {
	spec := {"hostUsers": false, "securityContext": {"runAsUser": 0}, "containers": [{"name": "web"}]}
	policy.violation == set() with input as request(spec, "1.35")
	count(policy.violation) == 1 with input as request(spec, "1.34")
	count(policy.violation) == 1 with input as request(object.union(spec, {"hostUsers": true}), "1.37")
}

test_odd_lists_hold_nothing_to_judge if {
	every odd in [null, false, 1, "x", [], {}] {
		policy.violation == set() with input as request({"containers": odd}, "1.37")
	}
}
