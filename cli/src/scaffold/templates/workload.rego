# METADATA
# title: TITLE
# description: >-
#   Say here what is wrong with what the policy finds, and why that matters to the reader.
# custom:
#   category: general
#   severity: medium
#   kinds:
KINDS
#   remediation: Say here what exactly to write instead.
package guard.policies["NAME"]

import data.guard.lib.workload
import future.keywords.not

# An example that works: replace the condition, the message and the path, and then the documents and the tests beside this file.
violation contains {"message": message, "path": path} if {
	some c in workload.containers
	c.value.stdin == true
	message := "the container keeps its standard input open: remove stdin"
	path := array.concat(workload.spec_path, [c.field, c.i, "stdin"])
}
