# METADATA
# title: Interactive access
# description: Somebody runs a command in a container.
# custom:
#   category: example
#   severity: high
#   kinds:
#     - {group: "", kind: PodExecOptions}
#   operations: [CONNECT]
#   subresources: [exec]
#   remediation: Read the logs.
package guard.policies["interactive-access"]

import future.keywords.not

violation contains {"message": message, "path": ["command"]} if {
	input.operation == "CONNECT"
	message := sprintf("%v may not run %v in a pod", [input.userInfo.username, concat(" ", input.object.command)])
}
