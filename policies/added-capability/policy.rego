# METADATA
# title: Added capability
# description: >-
#   A capability is a part of root's power. The container runtime gives a container those that most programs can live with; what
#   is added beyond them reaches the node: SYS_ADMIN mounts file systems, SYS_MODULE loads code into the kernel, NET_ADMIN rewrites
#   routes and filters, SYS_PTRACE reads other processes.
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
#   parameters:
#     type: object
#     additionalProperties: false
#     properties:
#       allowed:
#         description: >-
#           The capabilities that may be added, without the prefix CAP_. The default is the Baseline standard's list; the
#           Restricted standard's is NET_BIND_SERVICE alone.
#         type: array
#         items: {type: string, pattern: "^[A-Z_]+$"}
#         uniqueItems: true
#         default: [AUDIT_WRITE, CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, MKNOD, NET_BIND_SERVICE, SETFCAP, SETGID, SETPCAP, SETUID, SYS_CHROOT]
#   remediation: >-
#     Remove the capability from securityContext.capabilities.add. To listen on a port below 1024 NET_BIND_SERVICE is enough, or the
#     sysctl net.ipv4.ip_unprivileged_port_start. If the program cannot do without, say so in an exemption for that container.
#   references:
#     - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
#     - https://man7.org/linux/man-pages/man7/capabilities.7.html
#   packs: [pss-baseline]
#   since: 0.1.0
package guard.policies["added-capability"]

import data.guard.lib.workload
import future.keywords.not
import input.parameters["added-capability"] as parameters

violation contains {"message": message, "path": path} if {
	some c in workload.containers
	capability := c.value.securityContext.capabilities.add[i]
	not allowed[capability]
	message := sprintf("%s adds the capability %v%s: remove it from capabilities.add", [workload.title(c), capability, power(capability)])
	path := workload.container_path(c, ["securityContext", "capabilities", "add", i])
}

allowed := {capability | capability := parameters.allowed[_]}

power(capability) := sprintf(", which can %s", [powers[capability]]) if powers[capability]

else := ""

powers := {
	"ALL": "do all that root can",
	"BPF": "load programs into the kernel",
	"DAC_READ_SEARCH": "read every file of the node",
	"NET_ADMIN": "rewrite routes and packet filters",
	"NET_RAW": "forge packets",
	"SYS_ADMIN": "do nearly all that root can",
	"SYS_MODULE": "load code into the kernel",
	"SYS_PTRACE": "read and change other processes",
	"SYS_RAWIO": "read and write the node's devices",
}
