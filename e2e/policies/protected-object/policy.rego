# METADATA
# title: Protected object
# description: A ConfigMap that is labelled `protected` is deleted.
# custom:
#   category: example
#   severity: high
#   kinds:
#     - {group: "", kind: ConfigMap}
#   operations: [DELETE]
#   remediation: Remove the label first.
package guard.policies["protected-object"]

import future.keywords.not

violation contains {"message": message, "path": ["metadata", "labels", "protected"]} if {
	input.oldObject.metadata.labels.protected == "true"
	message := sprintf("%v is protected: remove the label first", [input.name])
}
