# METADATA
# title: Host namespace
# description: >-
#   A pod in one of its node's namespaces is not isolated from what else runs there: hostNetwork reaches the node's own ports and
#   other pods' traffic past every NetworkPolicy, hostPID sees, signals and inspects every process of the node, hostIPC reads
#   their shared memory.
# custom:
#   category: pod-security
#   severity: high
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
#     Remove hostNetwork, hostPID and hostIPC from the pod's spec. A port that the world shall reach is a Service's (or a
#     container's hostPort); to debug another process use `kubectl debug`; containers of one pod that need each other's processes
#     have shareProcessNamespace.
#   references:
#     - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
#   packs: [pss-baseline]
#   since: 0.1.0
package guard.policies["host-namespace"]

import data.guard.lib.workload
import future.keywords.not

violation contains {"message": message, "path": path} if {
	workload.pod.hostNetwork == true
	not host_process
	message := "the pod shares the node's network, past every NetworkPolicy: remove hostNetwork, or set it to false"
	path := workload.pod_path(["hostNetwork"])
}

violation contains {"message": message, "path": path} if {
	workload.pod.hostPID == true
	message := "the pod sees and can signal every process of the node: remove hostPID, or set it to false"
	path := workload.pod_path(["hostPID"])
}

violation contains {"message": message, "path": path} if {
	workload.pod.hostIPC == true
	message := "the pod shares the memory of the node's processes: remove hostIPC, or set it to false"
	path := workload.pod_path(["hostIPC"])
}

# A Windows pod of host processes must have hostNetwork: one defect, which privileged-container reports. A pod that does not say that it
# is one can run on a Linux node, which has no use for windowsOptions and gives it the network.
host_process if {
	workload.windows
	workload.pod.securityContext.windowsOptions.hostProcess == true
}

host_process if {
	workload.windows
	workload.containers[_].value.securityContext.windowsOptions.hostProcess == true
}
