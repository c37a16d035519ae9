package guard.lib.workload_test

import data.guard.lib.testing
import data.guard.lib.workload
import future.keywords.not

spec := {
	"containers": [{"name": "web"}, {"name": "exporter"}],
	"initContainers": [{"name": "migrate"}, {"name": "proxy", "restartPolicy": "Always"}],
	"ephemeralContainers": [{"name": "debug"}],
}

test_every_kind_keeps_the_same_pod if {
	every request in testing.workloads(spec) {
		workload.pod == spec with input as request
		count(workload.containers) == 5 with input as request
	}
}

test_paths_lead_to_the_pod_of_each_kind if {
	every kind, path in {
		"Pod": ["spec"],
		"PodTemplate": ["template", "spec"],
		"Deployment": ["spec", "template", "spec"],
		"CronJob": ["spec", "jobTemplate", "spec", "template", "spec"],
	} {
		request := testing.workloads(spec)[kind]
		full := array.concat(path, ["hostPID"])
		full == workload.pod_path(["hostPID"]) with input as request
		object.get(request.object, path, null) == spec
	}
}

test_a_container_has_its_list_and_its_index_in_its_path if {
	request := testing.workloads(spec).Deployment
	found := {workload.container_path(c, ["image"]) | c := workload.containers[_]} with input as request
	found == {
		["spec", "template", "spec", "containers", 0, "image"],
		["spec", "template", "spec", "containers", 1, "image"],
		["spec", "template", "spec", "initContainers", 0, "image"],
		["spec", "template", "spec", "initContainers", 1, "image"],
		["spec", "template", "spec", "ephemeralContainers", 0, "image"],
	}
}

test_titles_tell_containers_apart if {
	found := [workload.title(c) | c := workload.containers[_]] with input as testing.pod(spec)
	found == [
		`container "web"`, `container "exporter"`,
		`init container "migrate"`, `sidecar "proxy"`,
		`ephemeral container "debug"`,
	]
}

test_a_container_without_a_name_is_called_by_its_place if {
	found := [workload.title(c) | c := workload.containers[_]] with input as testing.pod({"containers": [{"name": 7}, null]})
	found == ["container 0", "container 1"]
}

test_sidecars_are_init_containers_that_are_always_restarted if {
	found := [c.value.name | c := workload.sidecars[_]] with input as testing.pod(spec)
	found == ["proxy"]
}

test_odd_lists_hold_no_containers if {
	every list in [null, "web", 1, true, []] {
		workload.containers == [] with input as testing.pod({"containers": list, "initContainers": list})
	}
	workload.containers == [] with input as testing.pod(null)
	workload.containers == [] with input as testing.pod({})
}
