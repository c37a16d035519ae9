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

import future.keywords.not

# An example that works: replace the condition, the message and the path, and then the documents and the tests beside this file.
violation contains {"message": message, "path": path} if {
	not input.object.metadata.annotations["example.com/owner"]
	message := "the annotation example.com/owner is missing: name the team that answers for the object"
	path := ["metadata", "annotations", "example.com/owner"]
}
