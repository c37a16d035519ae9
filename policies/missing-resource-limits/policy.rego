# METADATA
# title: Missing resource limits
# description: >-
#   A container without a memory limit can take its node's memory, and the kernel then kills what it likes. Without requests the
#   scheduler believes that the pod needs nothing: it puts too many pods on one node, and evicts this one first.
# custom:
#   category: reliability
#   severity: medium
#   kinds:
#     - {group: "", kind: Pod}
#     - {group: "", kind: PodTemplate}
#     - {group: "", kind: ReplicationController}
#     - {group: apps, kind: ReplicaSet}
#     - {group: apps, kind: Deployment}
#     - {group: apps, kind: StatefulSet}
#     - {group: apps, kind: DaemonSet}
#     - {group: batch, kind: Job}
#     - {group: batch, kind: CronJob}
#   parameters:
#     type: object
#     additionalProperties: false
#     properties:
#       requests:
#         description: The resources that each container requests. What has a limit is requested by it.
#         type: array
#         items: {type: string, minLength: 1}
#         uniqueItems: true
#         default: [cpu, memory]
#       limits:
#         description: The resources that each container limits. A limit on cpu throttles, which many operators do not want.
#         type: array
#         items: {type: string, minLength: 1}
#         uniqueItems: true
#         default: [memory]
#       initContainers:
#         description: >-
#           Whether init containers, which end before the pod starts, need them too. Sidecars (init containers that are always
#           restarted) always do; ephemeral containers can have none.
#         type: boolean
#         default: false
#   remediation: >-
#     Under the container's resources, write requests for cpu and memory by what it uses in normal work, and limits for memory by what
#     it may use at most (limits alone are enough: what is limited is requested by it). Resources written for the whole pod
#     (spec.resources) count for each of its containers. A namespace's LimitRange can fill them in on a cluster, where CI does not
#     see it.
#   references:
#     - https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
#     - https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
#   packs: [workload]
#   since: 0.1.0
package guard.policies["missing-resource-limits"]

import data.guard.lib.workload
import future.keywords.not
import input.parameters["missing-resource-limits"] as parameters

violation contains {"message": message, "path": path} if {
	some c in judged
	missing := array.concat(missing_requests(c.value), missing_limits(c.value))
	missing != []
	message := sprintf("%s has no %s: write it under resources", [workload.title(c), concat(", no ", missing)])
	path := workload.container_path(c, ["resources"])
}

judged := array.concat(workload.regular_containers, workload.init_containers) if parameters.initContainers

else := array.concat(workload.regular_containers, workload.sidecars)

missing_limits(container) := [sprintf("%s limit", [resource]) |
	resource := parameters.limits[_]
	not stated(container.resources.limits[resource])
	not stated(workload.pod.resources.limits[resource])
]

missing_requests(container) := [sprintf("%s request", [resource]) |
	resource := parameters.requests[_]
	not requested(container.resources, resource)
	not requested(workload.pod.resources, resource)
]

# What is limited is requested, unless a request is written.
requested(resources, resource) if stated(resources.requests[resource])

requested(resources, resource) if {
	not resources.requests[resource]
	stated(resources.limits[resource])
}

# Not 0: no limit bounds nothing, no request reserves nothing. The API server reads null as 0.
stated(quantity) if {
	is_number(quantity)
	quantity != 0
}

stated(quantity) if {
	is_string(quantity)
	not regex.match(`^[+-]?[0.]*([numkMGTPE]i?|[eE][+-]?[0-9]+)?$`, quantity)
}
