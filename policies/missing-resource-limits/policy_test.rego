package guard.policies["missing-resource-limits_test"]

import data.guard.lib.testing
import data.guard.policies["missing-resource-limits"] as policy
import future.keywords.not

defaults := {"requests": ["cpu", "memory"], "limits": ["memory"], "initContainers": false}

request(spec, parameters) := object.union(testing.pod(spec), {"parameters": {"missing-resource-limits": parameters}})

# What the messages say about a container with these resources.
missing(resources, parameters) := messages if {
	violations := policy.violation with input as request({"containers": [{"name": "web", "resources": resources}]}, parameters)
	messages := testing.messages(violations)
}

test_one_finding_a_container_names_all_that_is_missing if {
	found := policy.violation with input as request({"containers": [{"name": "web"}]}, defaults)
	testing.paths(found) == {["spec", "containers", 0, "resources"]}
	testing.messages(found) == {`container "web" has no cpu request, no memory request, no memory limit: write it under resources`}
}

test_what_is_limited_is_requested if {
	missing({"limits": {"memory": "1Gi", "cpu": 1}}, defaults) == set()
	missing({"limits": {"memory": "1Gi"}}, defaults) == {`container "web" has no cpu request: write it under resources`}
}

test_parameters_say_what_is_asked_for if {
	missing({}, {"requests": [], "limits": ["cpu"], "initContainers": false}) == {`container "web" has no cpu limit: write it under resources`}
	missing({}, {"requests": ["ephemeral-storage"], "limits": [], "initContainers": false}) == {`container "web" has no ephemeral-storage request: write it under resources`}
	missing({}, {"requests": [], "limits": ["memory", "cpu"], "initContainers": false}) == {`container "web" has no memory limit, no cpu limit: write it under resources`}
	missing({}, {"requests": [], "limits": [], "initContainers": false}) == set()
}

test_init_containers_only_by_parameter_sidecars_always_ephemeral_ones_never if {
	spec := {
		"initContainers": [{"name": "migrate"}, {"name": "proxy", "restartPolicy": "Always"}],
		"ephemeralContainers": [{"name": "debug"}],
	}
	by_default := policy.violation with input as request(spec, defaults)
	testing.paths(by_default) == {["spec", "initContainers", 1, "resources"]}
	with_init := policy.violation with input as request(spec, object.union(defaults, {"initContainers": true}))
	testing.paths(with_init) == {["spec", "initContainers", 0, "resources"], ["spec", "initContainers", 1, "resources"]}
}

test_the_whole_pods_resources_count_for_each_container if {
	spec := {"resources": {"limits": {"cpu": "1", "memory": "1Gi"}}, "containers": [{"name": "web"}]}
	policy.violation == set() with input as request(spec, defaults)
	requested := {"resources": {"requests": {"cpu": "1", "memory": "1Gi"}}, "containers": [{"name": "web"}]}
	found := policy.violation with input as request(requested, defaults)
	testing.messages(found) == {`container "web" has no memory limit: write it under resources`}
}

test_nothing_is_no_quantity if {
	every zero in [null, 0, "0", "0.0", "0Mi", "0m", "0e3", ""] {
		missing({"requests": {"cpu": 1, "memory": 1}, "limits": {"memory": zero}}, defaults) == {`container "web" has no memory limit: write it under resources`}
		missing({"requests": {"cpu": zero}, "limits": {"cpu": "1", "memory": "1Gi"}}, defaults) == {`container "web" has no cpu request: write it under resources`}
	}
	every some_of_it in [1, 0.5, "0.5", "05m", "10m", "1e3"] {
		missing({"requests": {"cpu": some_of_it}, "limits": {"memory": some_of_it}}, defaults) == set()
	}
}

test_odd_values_are_no_resources if {
	every odd in testing.odd {
		count(missing(odd, defaults)) == 1
		count(missing({"limits": odd, "requests": odd}, defaults)) == 1
	}
}
