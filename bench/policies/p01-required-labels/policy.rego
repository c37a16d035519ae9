# METADATA
# title: Required labels
# description: Every object has the labels owner and app.kubernetes.io/name.
# custom:
#   category: bench
#   severity: high
#   kinds:
#     - {group: "*", kind: "*"}
#   remediation: This policy is for measuring alone.
#   since: 0.1.0
package guard.policies["p01-required-labels"]

import data.guard.lib.bench
import future.keywords.not

violation contains {"message": message, "path": path} if {
	not input.object.metadata.labels.owner
	message := sprintf(`[p01] %s: label "owner" is missing`, [bench.where])
	path := ["metadata", "labels", "owner"]
}

violation contains {"message": message, "path": path} if {
	not input.object.metadata.labels["app.kubernetes.io/name"]
	message := sprintf(`[p01] %s: label "app.kubernetes.io/name" is missing`, [bench.where])
	path := ["metadata", "labels", "app.kubernetes.io/name"]
}
