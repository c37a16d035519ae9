# METADATA
# title: Run as non-root
# description: Every container runs as non-root, by its own word or its pod's.
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
package guard.policies["p07-run-as-non-root"]

import data.guard.lib.bench
import future.keywords.not

violation contains {"message": message, "path": path} if {
	some c in bench.containers
	not c.value.securityContext.runAsNonRoot == true
	not inherits(c.value)
	message := sprintf(`[p07] %s: container "%s" may run as root`, [bench.where, c.value.name])
	path := bench.path(c, ["securityContext", "runAsNonRoot"])
}

inherits(container) if {
	bench.pod.securityContext.runAsNonRoot == true
	not is_boolean(container.securityContext.runAsNonRoot)
}
