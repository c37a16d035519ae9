# METADATA
# title: Forbidden key
# description: A ConfigMap has a key that begins with `forbidden`.
# custom:
#   category: example
#   severity: high
#   kinds:
#     - {group: "", kind: ConfigMap}
#   remediation: Remove the key.
package guard.policies["forbidden-key"]

import future.keywords.not

violation contains {"message": message, "path": ["data", key]} if {
	some key, _ in object.get(input.object, "data", {})
	startswith(key, "forbidden")
	message := sprintf("the key %v is forbidden", [key])
}
