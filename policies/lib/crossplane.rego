# METADATA
# title: Crossplane managed resources
# description: >-
#   A managed resource says what it wants in spec.forProvider; what stands in spec.initProvider is merged into it when the external
#   resource is made, so that it counts as much.
package guard.lib.crossplane

import future.keywords.not

# Both places a field can stand in, with their paths.
settings(field) := [{"path": ["spec", part, field], "value": value} |
	some part in ["forProvider", "initProvider"]
	value := input.object.spec[part][field]
]
