# METADATA
# title: Cloud Storage buckets
# description: >-
#   Where a Google Cloud Storage bucket or what is in it lets everyone in: as Crossplane (storage.gcp.upbound.io, and .m. for
#   namespaced resources) and Config Connector (storage.cnrm.cloud.google.com, iam.cnrm.cloud.google.com) declare it.
package guard.lib.gcs

import data.guard.lib.crossplane
import future.keywords.not

# Crossplane: one member or entity.
opening contains {"path": path, "problem": problem} if {
	crossplane_group
	some field in ["member", "entity"]
	some setting in crossplane.settings(field)
	who := everyone[setting.value]
	path := setting.path
	problem := given(role(input.object.spec[setting.path[1]]), setting.value, who)
}

# Crossplane: a list of ROLE:entity.
opening contains {"path": path, "problem": problem} if {
	crossplane_group
	some setting in crossplane.settings("roleEntity")
	entry := setting.value[i]
	is_string(entry)
	parts := split(entry, ":")
	who := everyone[parts[1]]
	path := array.concat(setting.path, [i])
	problem := given(parts[0], parts[1], who)
}

# Crossplane: an ACL by name, of the bucket, and of its objects where they have none.
opening contains {"path": path, "problem": problem} if {
	crossplane_group
	some field in ["predefinedAcl", "defaultAcl"]
	some setting in crossplane.settings(field)
	who := canned_acls[setting.value]
	path := setting.path
	problem := sprintf("%s %s %s: set it to private or projectPrivate", [field, setting.value, who])
}

# Crossplane: an IAM policy as JSON text.
opening contains {"path": path, "problem": problem} if {
	crossplane_group
	some setting in crossplane.settings("policyData")
	is_string(setting.value)
	json.is_valid(setting.value)
	policy := json.unmarshal(setting.value)
	binding := policy.bindings[_]
	member := binding.members[_]
	who := everyone[member]
	path := setting.path
	problem := given(role(binding), member, who)
}

# Text that is no JSON: what it will be once something has filled it in, nobody can say here.
unreadable contains path if {
	crossplane_group
	some setting in crossplane.settings("policyData")
	is_string(setting.value)
	not json.is_valid(setting.value)
	path := setting.path
}

# Config Connector: an entry of an ACL.
opening contains {"path": ["spec", "entity"], "problem": problem} if {
	input.kind.group == "storage.cnrm.cloud.google.com"
	entity := input.object.spec.entity
	who := everyone[entity]
	problem := given(role(input.object.spec), entity, who)
}

# Config Connector: IAM of a bucket.
opening contains {"path": ["spec", "member"], "problem": problem} if {
	bucket_iam
	member := input.object.spec.member
	who := everyone[member]
	problem := given(role(input.object.spec), member, who)
}

opening contains {"path": path, "problem": problem} if {
	bucket_iam
	binding := input.object.spec.bindings[i]
	member := binding.members[n]
	who := everyone[member]
	path := ["spec", "bindings", i, "members", n]
	problem := given(role(binding), member, who)
}

opening contains {"path": path, "problem": problem} if {
	bucket_iam
	binding := input.object.spec.bindings[i]
	member := binding.members[n].member
	who := everyone[member]
	path := ["spec", "bindings", i, "members", n, "member"]
	problem := given(role(binding), member, who)
}

given(role, member, who) := sprintf("%s is given to %s (%s): name the members", [role, member, who])

role(holder) := role if {
	role := holder.role
	is_string(role)
} else := "access"

crossplane_group if input.kind.group in {"storage.gcp.upbound.io", "storage.gcp.m.upbound.io"}

bucket_iam if {
	input.kind.group == "iam.cnrm.cloud.google.com"
	input.object.spec.resourceRef.kind == "StorageBucket"
}

everyone := {
	"allUsers": "everyone",
	"allAuthenticatedUsers": "everyone with a Google account",
}

canned_acls := {
	"publicRead": "lets everyone read",
	"publicReadWrite": "lets everyone read and write",
	"authenticatedRead": "lets everyone with a Google account read",
}
