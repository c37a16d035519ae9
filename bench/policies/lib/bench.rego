# METADATA
# title: Bench
# description: What the ten policies of the bench share, as each peer's ten do.
package guard.lib.bench

import future.keywords.not

pod := input.object.spec if input.kind.kind == "Pod"

else := input.object.spec.jobTemplate.spec.template.spec if input.kind.kind == "CronJob"

else := input.object.spec.template.spec

containers := array.concat(
	[{"field": "containers", "i": i, "value": c} | c := pod.containers[i]],
	[{"field": "initContainers", "i": i, "value": c} | c := pod.initContainers[i]],
)

pod_path := ["spec"] if input.kind.kind == "Pod"

else := ["spec", "jobTemplate", "spec", "template", "spec"] if input.kind.kind == "CronJob"

else := ["spec", "template", "spec"]

path(c, fields) := array.concat(pod_path, array.concat([c.field, c.i], fields))

where := sprintf("%s/%s", [input.kind.kind, input.object.metadata.name])
