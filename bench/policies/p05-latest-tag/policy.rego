# METADATA
# title: Latest tag
# description: Every image has a tag other than latest.
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
package guard.policies["p05-latest-tag"]

import data.guard.lib.bench
import future.keywords.not

violation contains {"message": message, "path": path} if {
	some c in bench.containers
	regex.match(`:latest$|(^|/)[^/:]*$`, c.value.image)
	message := sprintf(`[p05] %s: container "%s" uses image "%s" with no fixed tag`, [bench.where, c.value.name, c.value.image])
	path := bench.path(c, ["image"])
}
