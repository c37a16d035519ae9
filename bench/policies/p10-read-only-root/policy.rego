# METADATA
# title: Read-only root
# description: Every container has a read-only root file system.
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
package guard.policies["p10-read-only-root"]

import data.guard.lib.bench
import future.keywords.not

violation contains {"message": message, "path": path} if {
	some c in bench.containers
	not c.value.securityContext.readOnlyRootFilesystem == true
	message := sprintf(`[p10] %s: container "%s" has a writable root filesystem`, [bench.where, c.value.name])
	path := bench.path(c, ["securityContext", "readOnlyRootFilesystem"])
}
