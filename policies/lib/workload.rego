# METADATA
# title: Workloads
# description: >-
#   The one place that knows where each kind of workload keeps its pod and its containers. A policy loops over `containers` and
#   builds a path (`container_path`, `pod_path`) and a name (`title`) only once it has found a violation.
package guard.lib.workload

import future.keywords.not

# The pod's spec, wherever the kind keeps it.
pod := input.object.spec if input.kind.kind == "Pod"

else := input.object.spec.jobTemplate.spec.template.spec if input.kind.kind == "CronJob"

else := input.object.template.spec if input.kind.kind == "PodTemplate"

else := input.object.spec.template.spec

# Each container with the list it stands in. What is null, or no list, holds none: the API server refuses such an object anyway.
containers := array.concat(regular_containers, array.concat(init_containers, ephemeral_containers))

regular_containers := [{"field": "containers", "i": i, "value": c} | c := pod.containers[i]]

init_containers := [{"field": "initContainers", "i": i, "value": c} | c := pod.initContainers[i]]

ephemeral_containers := [{"field": "ephemeralContainers", "i": i, "value": c} | c := pod.ephemeralContainers[i]]

# Init containers that are always restarted live as long as their pod.
sidecars := [c | c := init_containers[_]; c.value.restartPolicy == "Always"]

# The kubelet ignores most Linux-only fields of a Windows pod, and the API server refuses some.
windows if pod.os.name == "windows"

# Root in a user namespace of the pod's own is nobody on the node.
own_user_namespace if pod.hostUsers == false

# The path of a field of the pod's spec.
pod_path(fields) := array.concat(spec_path, fields)

# The path of a field of a container of `containers`.
container_path(c, fields) := array.concat(spec_path, array.concat([c.field, c.i], fields))

spec_path := ["spec"] if input.kind.kind == "Pod"

else := ["spec", "jobTemplate", "spec", "template", "spec"] if input.kind.kind == "CronJob"

else := ["template", "spec"] if input.kind.kind == "PodTemplate"

else := ["spec", "template", "spec"]

# What a message calls a container: `container "web"`, `init container "migrate"`.
title(c) := title if {
	is_string(c.value.name)
	title := sprintf(`%s "%s"`, [role(c), c.value.name])
} else := title if title := sprintf("%s %v", [role(c), c.i])

role(c) := "sidecar" if {
	c.field == "initContainers"
	c.value.restartPolicy == "Always"
} else := roles[c.field]

roles := {
	"containers": "container",
	"initContainers": "init container",
	"ephemeralContainers": "ephemeral container",
}
