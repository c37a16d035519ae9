# METADATA
# title: Allowed registries
# description: Every image comes from one of two registries.
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
package guard.policies["p06-allowed-registries"]

import data.guard.lib.bench
import future.keywords.not

violation contains {"message": message, "path": path} if {
	some c in bench.containers
	not strings.any_prefix_match(c.value.image, registries)
	message := sprintf(`[p06] %s: container "%s" uses image "%s" from a registry that is not allowed`, [bench.where, c.value.name, c.value.image])
	path := bench.path(c, ["image"])
}

registries := ["registry.example.com/", "ghcr.io/example/"]
