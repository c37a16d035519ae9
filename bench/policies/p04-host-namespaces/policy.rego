# METADATA
# title: Host namespaces
# description: No pod is in its node's network or process namespace.
# custom:
#   category: bench
#   severity: high
#   kinds:
#     - {group: "", kind: Pod}
#     - {group: apps, kind: Deployment}
#     - {group: apps, kind: StatefulSet}
#     - {group: batch, kind: CronJob}
#   remediation: This policy is for measuring alone.
#   since: 0.1.0
package guard.policies["p04-host-namespaces"]

import data.guard.lib.bench
import future.keywords.not

violation contains {"message": message, "path": path} if {
	bench.pod.hostNetwork == true
	message := sprintf(`[p04] %s: hostNetwork is set`, [bench.where])
	path := array.concat(bench.pod_path, ["hostNetwork"])
}

violation contains {"message": message, "path": path} if {
	bench.pod.hostPID == true
	message := sprintf(`[p04] %s: hostPID is set`, [bench.where])
	path := array.concat(bench.pod_path, ["hostPID"])
}
