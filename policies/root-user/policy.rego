# METADATA
# title: Root user
# description: >-
#   A process that is root in its container is root for the kernel too: a hole in the runtime or the kernel, or one careless mount,
#   and it is root on the node. With runAsNonRoot the kubelet refuses to start a container whose user is root, whatever its image
#   says.
# custom:
#   category: pod-security
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
#       pssVersion:
#         description: The Kubernetes minor version whose Pod Security Standards hold. From 1.35 a pod with hostUsers set to false may run as root.
#         type: string
#         pattern: ^1\.[0-9]+$
#         default: "1.37"
#   remediation: >-
#     Write runAsNonRoot: true under the pod's securityContext (or each container's), and remove every runAsUser: 0. The image must
#     name a numeric user other than 0 (USER 10001), or runAsUser must.
#   references:
#     - https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
#     - https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/
#   packs: [pss-restricted]
#   since: 0.1.0
package guard.policies["root-user"]

import data.guard.lib.pss
import data.guard.lib.workload
import future.keywords.not
import input.parameters["root-user"] as parameters

violation contains {"message": message, "path": path} if {
	workload.pod.securityContext.runAsUser == 0
	not relaxed
	message := "the pod's containers run as root (runAsUser: 0): name another user, and set runAsNonRoot to true"
	path := workload.pod_path(["securityContext", "runAsUser"])
}

violation contains {"message": message, "path": path} if {
	workload.pod.securityContext.runAsNonRoot == false
	not workload.pod.securityContext.runAsUser == 0
	not relaxed
	message := "the pod's containers may run as root (runAsNonRoot: false): set runAsNonRoot to true"
	path := workload.pod_path(["securityContext", "runAsNonRoot"])
}

violation contains {"message": message, "path": path} if {
	some c in workload.containers
	c.value.securityContext.runAsUser == 0
	not relaxed
	message := sprintf("%s runs as root (runAsUser: 0): name another user, and set runAsNonRoot to true", [workload.title(c)])
	path := workload.container_path(c, ["securityContext", "runAsUser"])
}

violation contains {"message": message, "path": path} if {
	some c in workload.containers
	not c.value.securityContext.runAsNonRoot == true
	not c.value.securityContext.runAsUser == 0
	not pod_decides(c.value)
	not relaxed
	message := sprintf("%s %s: set securityContext.runAsNonRoot to true, here or on the pod", [workload.title(c), risk(c.value)])
	path := workload.container_path(c, ["securityContext", "runAsNonRoot"])
}

# The standard wants it even of a container with another user: an override of runAsUser would not be noticed.
risk(container) := risk if {
	uid := user(container)
	uid != 0
	risk := sprintf("runs as user %v, but nothing keeps it from root", [uid])
} else := "may run as root"

user(container) := uid if {
	uid := container.securityContext.runAsUser
	is_number(uid)
} else := uid if {
	uid := workload.pod.securityContext.runAsUser
	is_number(uid)
}

# The container says nothing itself, and the pod is right, or is reported above.
pod_decides(container) if {
	not is_boolean(container.securityContext.runAsNonRoot)
	pod_says
}

pod_says if is_boolean(workload.pod.securityContext.runAsNonRoot)

pod_says if workload.pod.securityContext.runAsUser == 0

# Since Kubernetes 1.35 the standard lets a pod with a user namespace of its own run as root in it.
relaxed if {
	workload.own_user_namespace
	pss.since(parameters.pssVersion, 35)
}
