# METADATA
# title: Unsafe sysctl
# description: >-
#   A sysctl is a setting of the kernel. Some hold for the pod's own namespaces and are safe; the others change the node for every pod
#   on it, or turn off a protection, and the kubelet starts such a pod only where an administrator has allowed it.
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
#         description: The Kubernetes minor version whose Pod Security Standards hold; each later one knows more sysctls to be safe.
#         type: string
#         pattern: ^1\.[0-9]+$
#         default: "1.37"
#   remediation: >-
#     Remove the entry from securityContext.sysctls and set it for the node instead, with what configures the nodes. If this workload has
#     nodes of its own, say so in an exemption.
#   references:
#     - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
#     - https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/
#   packs: [pss-baseline]
#   since: 0.1.0
package guard.policies["unsafe-sysctl"]

import data.guard.lib.pss
import data.guard.lib.workload
import future.keywords.not
import input.parameters["unsafe-sysctl"] as parameters

violation contains {"message": message, "path": path} if {
	name := workload.pod.securityContext.sysctls[i].name
	not safe(name)
	message := sprintf("the sysctl %v is not safe: it can change the node for other pods, remove it from securityContext.sysctls", [name])
	path := workload.pod_path(["securityContext", "sysctls", i, "name"])
}

safe(name) if pss.since(parameters.pssVersion, safe_since[name])

# The minor version of Kubernetes since which the Baseline standard allows it.
safe_since := {
	"kernel.shm_rmid_forced": 0,
	"net.ipv4.ip_local_port_range": 0,
	"net.ipv4.ip_unprivileged_port_start": 0,
	"net.ipv4.ping_group_range": 0,
	"net.ipv4.tcp_syncookies": 0,
	"net.ipv4.ip_local_reserved_ports": 27,
	"net.ipv4.tcp_fin_timeout": 29,
	"net.ipv4.tcp_keepalive_intvl": 29,
	"net.ipv4.tcp_keepalive_probes": 29,
	"net.ipv4.tcp_keepalive_time": 29,
	"net.ipv4.tcp_rmem": 32,
	"net.ipv4.tcp_wmem": 32,
	"net.ipv4.tcp_notsent_lowat": 37,
	"net.ipv4.tcp_slow_start_after_idle": 37,
}
