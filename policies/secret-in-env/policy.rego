# METADATA
# title: Secret in env
# description: >-
#   A password written as the value of an environment variable is in the manifest and its repository, in every copy of the object
#   that the API server hands out, and in the output of kubectl describe, for all who may read workloads and not only for those who
#   may read Secrets. It cannot be rotated without a deployment.
# custom:
#   category: secrets
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
#   remediation: >-
#     Put the value into a Secret (made by an external secret store's operator or as a sealed secret, not in plain text beside the
#     manifest) and read it with valueFrom.secretKeyRef, or mount it as a file. In a URL use a reference to another variable:
#     postgres://app:$(DB_PASSWORD)@db/app. Then rotate the secret, for it stays in the repository's history.
#   references:
#     - https://kubernetes.io/docs/concepts/security/secrets-good-practices/
#     - https://kubernetes.io/docs/tasks/inject-data-application/distribute-credentials-secure/
#   packs: [workload]
#   since: 0.1.0
package guard.policies["secret-in-env"]

import data.guard.lib.secret
import data.guard.lib.workload
import future.keywords.not

violation contains {"message": message, "path": path} if {
	some c in workload.containers
	variable := c.value.env[i]
	is_string(variable.value)
	is_string(variable.name)
	secret.literal(variable.name, variable.value)
	message := sprintf("%s has a secret in the value of %s: read it with valueFrom.secretKeyRef", [workload.title(c), variable.name])
	path := workload.container_path(c, ["env", i, "value"])
}
