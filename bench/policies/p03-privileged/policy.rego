# METADATA
# title: Privileged
# description: No container is privileged.
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
package guard.policies["p03-privileged"]

import data.guard.lib.bench
import future.keywords.not

violation contains {"message": message, "path": path} if {
	some c in bench.containers
	c.value.securityContext.privileged == true
	message := sprintf(`[p03] %s: container "%s" is privileged`, [bench.where, c.value.name])
	path := bench.path(c, ["securityContext", "privileged"])
}
