# METADATA
# title: Azure blob containers
# description: >-
#   Where an Azure blob container lets everyone in: as Crossplane (storage.azure.upbound.io, and .m. for namespaced resources) and
#   Azure Service Operator (storage.azure.com) declare it.
package guard.lib.azure_blob

import data.guard.lib.crossplane
import future.keywords.not

opening contains {"path": path, "problem": problem} if {
	input.kind.group in {"storage.azure.upbound.io", "storage.azure.m.upbound.io"}
	some setting in crossplane.settings("containerAccessType")
	what := access[setting.value]
	path := setting.path
	problem := sprintf("containerAccessType %s lets everyone %s: set it to private", [setting.value, what])
}

opening contains {"path": ["spec", "publicAccess"], "problem": problem} if {
	input.kind.group == "storage.azure.com"
	value := input.object.spec.publicAccess
	what := access[value]
	problem := sprintf("publicAccess %s lets everyone %s: set it to None", [value, what])
}

# Crossplane writes them small, Azure Service Operator with a capital.
access := {
	"blob": "read its blobs",
	"Blob": "read its blobs",
	"container": "list and read its blobs",
	"Container": "list and read its blobs",
}
