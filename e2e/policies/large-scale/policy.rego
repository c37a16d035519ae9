# METADATA
# title: Large scale
# description: A workload is scaled to more than ten replicas.
# custom:
#   category: example
#   severity: high
#   kinds:
#     - {group: autoscaling, kind: Scale}
#   operations: [UPDATE]
#   subresources: [scale]
#   remediation: Stay at ten.
package guard.policies["large-scale"]

import future.keywords.not

violation contains {"message": message, "path": ["spec", "replicas"]} if {
	input.object.spec.replicas > 10
	message := sprintf("%v replicas are more than ten", [input.object.spec.replicas])
}
