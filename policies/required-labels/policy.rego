# METADATA
# title: Required labels
# description: >-
#   A label that says who owns an object is what an incident, a bill and a clean-up begin with: without it nobody is called, nobody
#   pays, and nobody dares to delete.
# custom:
#   category: ownership
#   severity: medium
#   kinds:
#     - {group: "", kind: Namespace}
#     - {group: "", kind: Pod}
#     - {group: "", kind: ReplicationController}
#     - {group: "", kind: Service}
#     - {group: apps, kind: ReplicaSet}
#     - {group: apps, kind: Deployment}
#     - {group: apps, kind: StatefulSet}
#     - {group: apps, kind: DaemonSet}
#     - {group: batch, kind: Job}
#     - {group: batch, kind: CronJob}
#     - {group: networking.k8s.io, kind: Ingress}
#   parameters:
#     type: object
#     additionalProperties: false
#     required: [labels]
#     properties:
#       labels:
#         description: The labels that every object has.
#         type: array
#         minItems: 1
#         items:
#           type: object
#           additionalProperties: false
#           required: [key]
#           properties:
#             key:
#               description: The label's key.
#               type: string
#               minLength: 1
#             pattern:
#               description: A regular expression (RE2) that the value matches somewhere; anchor it with ^ and $.
#               type: string
#               format: regex
#         examples:
#           - [{key: app.kubernetes.io/name}, {key: owner, pattern: ^team-}]
#   remediation: >-
#     Write the label under metadata.labels of the object itself; those of a pod template do not count for the workload. What another
#     object made (metadata.ownerReferences with controller: true) is not judged: its maker was.
#   references:
#     - https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
#   packs: [workload]
#   since: 0.1.0
package guard.policies["required-labels"]

import future.keywords.not
import input.parameters["required-labels"] as parameters

violation contains {"message": message, "path": path} if {
	label := parameters.labels[_]
	not is_string(input.object.metadata.labels[label.key])
	not controlled
	message := sprintf("the label %s is missing: write it under metadata.labels%s", [label.key, form(label)])
	path := ["metadata", "labels", label.key]
}

violation contains {"message": message, "path": path} if {
	label := parameters.labels[_]
	value := input.object.metadata.labels[label.key]
	is_string(value)
	not regex.match(label.pattern, value)
	not controlled
	message := sprintf(`the label %s is "%s", which does not match %s`, [label.key, value, label.pattern])
	path := ["metadata", "labels", label.key]
}

form(label) := sprintf(", with a value that matches %s", [label.pattern]) if label.pattern

else := ""

# Made by another object, which stands for it: a made-up owner gets the object deleted.
controlled if input.object.metadata.ownerReferences[_].controller == true
