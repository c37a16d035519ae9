# METADATA
# title: Host path
# description: No pod mounts a path of its node.
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
package guard.policies["p09-host-path"]

import data.guard.lib.bench
import future.keywords.not

violation contains {"message": message, "path": path} if {
	volume := bench.pod.volumes[i]
	volume.hostPath
	message := sprintf(`[p09] %s: volume "%s" is a hostPath`, [bench.where, volume.name])
	path := array.concat(bench.pod_path, ["volumes", i, "hostPath"])
}
