# METADATA
# title: Unpinned image
# description: >-
#   An image whose tag moves, latest above all, is another one tomorrow: two replicas of one Deployment can run two versions, a
#   rollback rolls nothing back, and whoever can push to the registry is in the cluster at the next restart.
# custom:
#   category: supply-chain
#   severity: high
#   kinds:
#     - {group: "", kind: Pod}
#     - {group: "", kind: PodTemplate}
#     - {group: "", kind: ReplicationController}
#     - {group: apps, kind: ReplicaSet}
#     - {group: apps, kind: Deployment}
#     - {group: apps, kind: StatefulSet}
#     - {group: apps, kind: DaemonSet}
#     - {group: batch, kind: Job}
#     - {group: batch, kind: CronJob}
#   parameters:
#     type: object
#     additionalProperties: false
#     properties:
#       movingTags:
#         description: The tags that move. An image without a tag has latest.
#         type: array
#         items: {type: string, minLength: 1}
#         uniqueItems: true
#         default: [latest]
#       requireDigest:
#         description: Whether every image needs a digest. Any tag can be moved; a digest cannot.
#         type: boolean
#         default: false
#   remediation: >-
#     Name the version that was tested, such as registry.example.com/web:1.4.2, or better its digest:
#     registry.example.com/web:1.4.2@sha256:… (`crane digest IMAGE` or `docker buildx imagetools inspect IMAGE` prints it).
#   references:
#     - https://kubernetes.io/docs/concepts/containers/images/#image-names
#   packs: [workload]
#   since: 0.1.0
package guard.policies["unpinned-image"]

import data.guard.lib.image
import data.guard.lib.workload
import future.keywords.not
import input.parameters["unpinned-image"] as parameters

violation contains {"message": message, "path": path} if {
	some c in workload.containers
	is_string(c.value.image)
	tag := image.tag(c.value.image)
	tag in parameters.movingTags
	message := sprintf("%s runs %s: name a fixed version or a digest", [workload.title(c), moving(c.value.image, tag)])
	path := workload.container_path(c, ["image"])
}

violation contains {"message": message, "path": path} if {
	parameters.requireDigest
	some c in workload.containers
	is_string(c.value.image)
	tag := image.tag(c.value.image)
	not tag in parameters.movingTags
	message := sprintf(`%s runs "%s", which has no digest: add @sha256:…`, [workload.title(c), c.value.image])
	path := workload.container_path(c, ["image"])
}

moving(reference, tag) := sprintf(`"%s", and the tag %s moves`, [reference, tag]) if endswith(reference, sprintf(":%s", [tag]))

else := sprintf(`"%s" without a tag, which is %s and moves`, [reference, tag])
