# METADATA
# title: Privileged container
# description: >-
#   A privileged container has every capability and every device of its node, and none of the protections around other
#   containers: whoever takes it over has the node, and with it every pod and secret there. A Windows container with hostProcess
#   is the same on a Windows node.
# custom:
#   category: pod-security
#   severity: critical
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
#   remediation: >-
#     Remove securityContext.privileged (or set it to false). If the container needs one privilege, give it that one: a capability
#     in securityContext.capabilities.add, or a device through a device plugin. Of a Windows container, remove
#     securityContext.windowsOptions.hostProcess.
#   references:
#     - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
#     - https://kubernetes.io/docs/tasks/configure-pod-container/create-hostprocess-pod/
#   packs: [pss-baseline]
#   since: 0.1.0
package guard.policies["privileged-container"]

import data.guard.lib.workload
import future.keywords.not

violation contains {"message": message, "path": path} if {
	some c in workload.containers
	c.value.securityContext.privileged == true
	message := sprintf("%s is privileged, which makes it root on the node: remove securityContext.privileged", [workload.title(c)])
	path := workload.container_path(c, ["securityContext", "privileged"])
}

violation contains {"message": message, "path": path} if {
	some c in workload.containers
	c.value.securityContext.windowsOptions.hostProcess == true
	message := sprintf("%s is a process of the Windows node (hostProcess): remove windowsOptions.hostProcess", [workload.title(c)])
	path := workload.container_path(c, ["securityContext", "windowsOptions", "hostProcess"])
}

violation contains {"message": message, "path": path} if {
	workload.pod.securityContext.windowsOptions.hostProcess == true
	message := "the pod's containers are processes of the Windows node (hostProcess): remove windowsOptions.hostProcess"
	path := workload.pod_path(["securityContext", "windowsOptions", "hostProcess"])
}
