# METADATA
# title: Azure blob storage
# description: >-
#   Where an Azure blob container lets everyone in, and where a storage account lets its containers do so: as Crossplane
#   (storage.azure.upbound.io, and .m. for namespaced resources) and Azure Service Operator (storage.azure.com) declare them.
package guard.lib.azure_blob

import data.guard.lib.crossplane
import future.keywords.not

opening contains {"path": path, "problem": problem} if {
	crossplane_group
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

opening contains {"path": path, "problem": problem} if {
	crossplane_group
	some setting in crossplane.settings("allowNestedItemsToBePublic")
	setting.value == true
	path := setting.path
	problem := "allowNestedItemsToBePublic lets any container of the account be opened to everyone: set it to false"
}

opening contains {"path": ["spec", "allowBlobPublicAccess"], "problem": problem} if {
	account
	input.object.spec.allowBlobPublicAccess == true
	problem := "allowBlobPublicAccess lets any container of the account be opened to everyone: set it to false"
}

# Where it is not set, Azure's API takes it for true in the versions of 2021-04-01 and 2022-09-01, and for false since 2023-01-01.
opening contains {"path": ["spec", "allowBlobPublicAccess"], "problem": problem} if {
	account
	strings.any_prefix_match(input.kind.version, ["v1api20210401", "v1api20220901"])
	not is_boolean(input.object.spec.allowBlobPublicAccess)
	problem := "allowBlobPublicAccess is not set, which means true in this version of the API: set it to false"
}

crossplane_group if input.kind.group in {"storage.azure.upbound.io", "storage.azure.m.upbound.io"}

account if {
	input.kind.group == "storage.azure.com"
	input.kind.kind == "StorageAccount"
}

# Crossplane writes them small, Azure Service Operator with a capital.
access := {
	"blob": "read its blobs",
	"Blob": "read its blobs",
	"container": "list and read its blobs",
	"Container": "list and read its blobs",
}
