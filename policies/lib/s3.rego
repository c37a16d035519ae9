# METADATA
# title: S3 buckets
# description: >-
#   Where an S3 bucket, its ACL or its policy lets everyone in: as Crossplane's Upbound provider (s3.aws.upbound.io, and .m. for
#   namespaced resources), its classic provider (s3.aws.crossplane.io) and ACK (s3.services.k8s.aws) declare them.
package guard.lib.s3

import data.guard.lib.crossplane
import data.guard.lib.s3_policy
import future.keywords.not

opening contains {"path": path, "problem": problem} if {
	some setting in settings("acl")
	who := canned_acls[setting.value]
	not acls_ignored
	path := setting.path
	problem := sprintf("acl %s %s: set it to private", [setting.value, who])
}

# Upbound: accessControlPolicy is a list in v1beta1 and an object in v1beta2, and so is its grantee.
opening contains {"path": path, "problem": problem} if {
	some setting in settings("accessControlPolicy")
	grants := [{"path": ["grant", i], "value": grant} | grant := setting.value.grant[i]]
	listed := [{"path": [n, "grant", i], "value": grant} | grant := setting.value[n].grant[i]]
	some grant in array.concat(grants, listed)
	uris := {uri | uri := grant.value.grantee.uri} | {uri | uri := grant.value.grantee[_].uri}
	some uri in uris
	who := groups[uri]
	path := array.concat(setting.path, grant.path)
	problem := sprintf("the grant of %v is to %s: remove it", [object.get(grant.value, "permission", "access"), who])
}

# The classic provider and ACK: a grantee in the form uri="http://acs.amazonaws.com/groups/global/AllUsers".
opening contains {"path": path, "problem": problem} if {
	some field in grant_fields
	some setting in settings(field)
	is_string(setting.value)
	some uri, who in groups
	contains(setting.value, uri)
	not acls_ignored
	path := setting.path
	problem := sprintf("%s is to %s: remove it", [field, who])
}

# A policy as JSON text.
opening contains {"path": path, "problem": problem} if {
	some field in ["policy", "rawPolicy"]
	some setting in settings(field)
	is_string(setting.value)
	json.is_valid(setting.value)
	some statement in s3_policy.open_statements(json.unmarshal(setting.value))
	not policy_restricted
	path := setting.path
	problem := sprintf("%s of the policy allows everyone in: name the principals, or add a condition that does", [statement])
}

# Text that is no JSON: what it will be once something has filled it in, nobody can say here.
unreadable contains path if {
	some field in ["policy", "rawPolicy"]
	some setting in settings(field)
	is_string(setting.value)
	not json.is_valid(setting.value)
	path := setting.path
}

# The classic provider's own form of a policy.
opening contains {"path": path, "problem": problem} if {
	some setting in settings("policy")
	statement := setting.value.statements[i]
	s3_policy.open_classic_statement(statement)
	not policy_restricted
	path := array.concat(setting.path, ["statements", i])
	problem := "the statement allows everyone in: name the principals, or add a condition that does"
}

# ACK has no forProvider.
settings(field) := [{"path": ["spec", field], "value": value} | value := input.object.spec[field]] if {
	input.kind.group == "s3.services.k8s.aws"
} else := crossplane.settings(field) if input.kind.group in crossplane_groups

crossplane_groups := {"s3.aws.upbound.io", "s3.aws.m.upbound.io", "s3.aws.crossplane.io"}

canned_acls := {
	"public-read": "lets everyone read",
	"public-read-write": "lets everyone read and write",
	"authenticated-read": "lets everyone with an AWS account read",
}

groups := {
	"http://acs.amazonaws.com/groups/global/AllUsers": "everyone",
	"http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "everyone with an AWS account",
}

grant_fields := [
	"grantRead", "grantReadAcp", "grantReadACP", "grantWrite", "grantWriteAcp", "grantWriteACP",
	"grantFullControl",
]

# A bucket's own block of public access makes public ACLs (or policies) refused or without effect.
acls_ignored if {
	some field in ["blockPublicAcls", "ignorePublicAcls", "blockPublicACLs", "ignorePublicACLs"]
	block[field] == true
}

policy_restricted if {
	some field in ["blockPublicPolicy", "restrictPublicBuckets"]
	block[field] == true
}

block := input.object.spec.publicAccessBlock if input.kind.group == "s3.services.k8s.aws"

else := input.object.spec.forProvider.publicAccessBlockConfiguration
