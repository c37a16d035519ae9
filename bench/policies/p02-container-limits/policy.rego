# METADATA
# title: Container limits
# description: Every container limits cpu and memory.
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
package guard.policies["p02-container-limits"]

import data.guard.lib.bench
import future.keywords.not

violation contains {"message": message, "path": path} if {
	some c in bench.containers
	not c.value.resources.limits.cpu
	message := sprintf(`[p02] %s: container "%s" has no cpu limit`, [bench.where, c.value.name])
	path := bench.path(c, ["resources", "limits", "cpu"])
}

violation contains {"message": message, "path": path} if {
	some c in bench.containers
	not c.value.resources.limits.memory
	message := sprintf(`[p02] %s: container "%s" has no memory limit`, [bench.where, c.value.name])
	path := bench.path(c, ["resources", "limits", "memory"])
}
