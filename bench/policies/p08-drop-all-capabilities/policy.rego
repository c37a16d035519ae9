# METADATA
# title: Drop all capabilities
# description: Every container drops all capabilities.
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
package guard.policies["p08-drop-all-capabilities"]

import data.guard.lib.bench
import future.keywords.not

violation contains {"message": message, "path": path} if {
	some c in bench.containers
	not "ALL" in c.value.securityContext.capabilities.drop
	message := sprintf(`[p08] %s: container "%s" does not drop ALL capabilities`, [bench.where, c.value.name])
	path := bench.path(c, ["securityContext", "capabilities", "drop"])
}
