# METADATA
# title: Untrusted registry
# description: >-
#   An image from anywhere is code from anyone: a name mistyped by a letter, a public image that was given up and taken over, one
#   that nobody scanned. Images from the registries that the organisation keeps have passed its own gates.
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
#     required: [registries]
#     properties:
#       registries:
#         description: >-
#           Where images may come from: a registry (registry.example.com) or a folder in one (ghcr.io/example). Docker Hub's own
#           images are docker.io/library, other ones there docker.io/OWNER.
#         type: array
#         items: {type: string, pattern: "^[^@/*]+(/[^@:/*]+)*/?$"}
#         minItems: 1
#         uniqueItems: true
#         examples: [[registry.example.com, ghcr.io/example]]
#   remediation: >-
#     Take the image from one of the registries that guard.yaml names (the message lists them), or copy it there first. A new
#     registry is a change to the parameter registries in guard.yaml.
#   references:
#     - https://kubernetes.io/docs/concepts/containers/images/#image-names
#   packs: [workload]
#   since: 0.1.0
package guard.policies["untrusted-registry"]

import data.guard.lib.image
import data.guard.lib.workload
import future.keywords.not
import input.parameters["untrusted-registry"] as parameters

violation contains {"message": message, "path": path} if {
	some c in workload.containers
	is_string(c.value.image)
	not strings.any_prefix_match(c.value.image, trusted)
	repository := image.repository(c.value.image)
	not strings.any_prefix_match(sprintf("%s/", [repository]), trusted)
	message := sprintf("%s runs %s: take it from %s", [workload.title(c), repository, concat(" or ", parameters.registries)])
	path := workload.container_path(c, ["image"])
}

# With the slash at the end, ghcr.io/example does not trust ghcr.io/example-of-another.
trusted := [sprintf("%s/", [trim_right(registry, "/")]) | registry := parameters.registries[_]]
