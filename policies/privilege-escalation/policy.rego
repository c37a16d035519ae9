# METADATA
# title: Privilege escalation
# description: >-
#   Unless allowPrivilegeEscalation is false, a process can gain more privileges than the one that started it, by a set-user-ID
#   program such as sudo or su: a container that runs as an ordinary user can then become root after all. The API server's default
#   is to allow it.
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
#   remediation: >-
#     Write allowPrivilegeEscalation: false under the securityContext of each container, init containers and sidecars too. There is no
#     such field on the pod.
#   references:
#     - https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
#     - https://docs.kernel.org/userspace-api/no_new_privs.html
#   packs: [pss-restricted]
#   since: 0.1.0
package guard.policies["privilege-escalation"]

import data.guard.lib.workload
import future.keywords.not

# A privileged container cannot be set to false, and privileged-container reports it: one defect, one finding.
violation contains {"message": message, "path": path} if {
	some c in workload.containers
	not c.value.securityContext.allowPrivilegeEscalation == false
	not c.value.securityContext.privileged == true
	not workload.windows
	message := sprintf("%s can gain privileges: set securityContext.allowPrivilegeEscalation to false", [workload.title(c)])
	path := workload.container_path(c, ["securityContext", "allowPrivilegeEscalation"])
}
