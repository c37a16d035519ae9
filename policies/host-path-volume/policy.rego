# METADATA
# title: Host path volume
# description: >-
#   A hostPath volume is a part of the node's file system inside the pod: other pods' secrets under /var/lib/kubelet, the container
#   runtime's socket under /run, the node's own configuration. A pod that can write there can take the node, and one that can read
#   there can read what is not its own.
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
#     Use emptyDir for scratch space, a persistentVolumeClaim for data, a configMap, secret or projected volume for configuration,
#     and a CSI driver for storage on the node. Agents that have to read the node (log shippers, monitoring) are what an exemption
#     is for: name the workload, give the reason, and mount read-only.
#   references:
#     - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
#     - https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
#   packs: [pss-baseline]
#   since: 0.1.0
package guard.policies["host-path-volume"]

import data.guard.lib.workload
import future.keywords.not

violation contains {"message": message, "path": path} if {
	volume := workload.pod.volumes[i]
	is_object(volume.hostPath)
	message := sprintf(`volume "%v" mounts %v of the node: use an emptyDir, a persistentVolumeClaim or a CSI volume`, [
		object.get(volume, "name", i),
		object.get(volume.hostPath, "path", "a path"),
	])
	path := workload.pod_path(["volumes", i, "hostPath"])
}
