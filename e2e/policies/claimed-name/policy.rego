# METADATA
# title: Claimed name
# description: Two ConfigMaps of a cluster claim one name.
# custom:
#   category: example
#   severity: high
#   kinds:
#     - {group: "", kind: ConfigMap}
#   inventory:
#     - {group: "", kind: ConfigMap}
#   remediation: Claim another name.
package guard.policies["claimed-name"]

import future.keywords.not

violation contains {"message": message, "path": ["data", "claim"]} if {
	claim := input.object.data.claim
	some namespace, name
	data.inventory.namespace[namespace].v1.ConfigMap[name].data.claim == claim
	[namespace, name] != [input.namespace, input.name]
	message := sprintf("%v is claimed by %v/%v", [claim, namespace, name])
}
