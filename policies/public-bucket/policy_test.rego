package guard.policies["public-bucket_test"]

import data.guard.lib.testing
import data.guard.policies["public-bucket"] as policy
import future.keywords.not

request(group, kind, spec) := testing.create({"apiVersion": sprintf("%s/v1", [group]), "kind": kind, "spec": spec})

open_policy := json.marshal({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]})

paths(group, kind, spec) := found if {
	violations := policy.violation with input as request(group, kind, spec)
	found := testing.paths(violations)
}

test_initial_settings_count_as_much if {
	every part in ["forProvider", "initProvider"] {
		paths("s3.aws.upbound.io", "BucketACL", {part: {"acl": "public-read"}}) == {["spec", part, "acl"]}
		paths("s3.aws.m.upbound.io", "BucketPolicy", {part: {"policy": open_policy}}) == {["spec", part, "policy"]}
		paths("storage.gcp.upbound.io", "BucketIAMMember", {part: {"member": "allUsers"}}) == {["spec", part, "member"]}
		paths("storage.azure.m.upbound.io", "Container", {part: {"containerAccessType": "blob"}}) == {["spec", part, "containerAccessType"]}
	}
	paths("s3.aws.upbound.io", "BucketACL", {"other": {"acl": "public-read"}}) == set()
}

test_the_words_of_one_cloud_mean_nothing_in_another if {
	paths("s3.aws.upbound.io", "BucketACL", {"forProvider": {"member": "allUsers", "containerAccessType": "blob"}}) == set()
	paths("storage.gcp.upbound.io", "BucketACL", {"forProvider": {"acl": "public-read", "policy": open_policy}}) == set()
	google := {
		"entity": "allUsers",
		"member": "allUsers",
		"resourceRef": {"kind": "StorageBucket"},
		"forProvider": {"roleEntity": ["READER:allUsers"], "predefinedAcl": "publicRead", "policyData": json.marshal({"bindings": [{"members": ["allUsers"]}]})},
	}
	paths("s3.aws.upbound.io", "BucketACL", google) == set()
	policy.undetermined == set() with input as request("s3.aws.upbound.io", "BucketACL", {"forProvider": {"policyData": "{"}})
	azure := {"publicAccess": "Container", "allowBlobPublicAccess": true, "forProvider": {"allowNestedItemsToBePublic": true}}
	paths("storage.gcp.upbound.io", "Bucket", azure) == set()
	paths("storage.gcp.upbound.io", "StorageAccount", azure) == set()
	silent := {"apiVersion": "storage.gcp.upbound.io/v1api20210401", "kind": "Bucket", "spec": {}}
	policy.violation == set() with input as testing.create(silent)
}

test_a_block_of_public_access_in_the_same_object_holds if {
	blocked := {"acl": "public-read", "policy": open_policy, "publicAccessBlock": {"ignorePublicACLs": true, "restrictPublicBuckets": true}}
	paths("s3.services.k8s.aws", "Bucket", blocked) == set()
	half := {"acl": "public-read", "policy": open_policy, "publicAccessBlock": {"ignorePublicACLs": true, "restrictPublicBuckets": false}}
	paths("s3.services.k8s.aws", "Bucket", half) == {["spec", "policy"]}
	classic := {"forProvider": {"acl": "public-read", "publicAccessBlockConfiguration": {"blockPublicAcls": true}}}
	paths("s3.aws.crossplane.io", "Bucket", classic) == set()
}

test_each_acl_that_lets_everyone_in_is_reported if {
	every acl in ["public-read", "public-read-write", "authenticated-read"] {
		paths("s3.services.k8s.aws", "Bucket", {"acl": acl}) == {["spec", "acl"]}
	}
	every acl in ["private", "aws-exec-read", "bucket-owner-read", "log-delivery-write"] {
		paths("s3.services.k8s.aws", "Bucket", {"acl": acl}) == set()
	}
	every field in ["predefinedAcl", "defaultAcl"] {
		every acl in ["publicRead", "publicReadWrite", "authenticatedRead"] {
			paths("storage.gcp.upbound.io", "BucketACL", {"forProvider": {field: acl}}) == {["spec", "forProvider", field]}
		}
		paths("storage.gcp.upbound.io", "BucketACL", {"forProvider": {field: "projectPrivate"}}) == set()
	}
}

test_each_grant_to_a_group_of_everyone_is_reported if {
	every field in ["grantRead", "grantReadAcp", "grantReadACP", "grantWrite", "grantWriteAcp", "grantWriteACP", "grantFullControl"] {
		every who in ["AllUsers", "AuthenticatedUsers"] {
			grant := sprintf(`id="79a59d", uri="http://acs.amazonaws.com/groups/global/%s"`, [who])
			paths("s3.services.k8s.aws", "Bucket", {field: grant}) == {["spec", field]}
			paths("s3.aws.crossplane.io", "Bucket", {"forProvider": {field: grant}}) == {["spec", "forProvider", field]}
			paths("s3.services.k8s.aws", "Bucket", {field: grant, "publicAccessBlock": {"ignorePublicACLs": true}}) == set()
		}
		paths("s3.services.k8s.aws", "Bucket", {field: `id="79a59d"`}) == set()
		every odd in testing.odd {
			paths("s3.services.k8s.aws", "Bucket", {field: odd}) == set()
		}
	}
}

test_a_grant_of_an_access_control_policy_is_reported_in_both_versions_of_its_api if {
	everyone := {"uri": "http://acs.amazonaws.com/groups/global/AllUsers"}
	one := {"id": "79a59d"}
	every grantee in [everyone, [everyone], [one, everyone]] {
		grants := [{"grantee": one}, {"grantee": grantee, "permission": "READ"}]
		now := {"forProvider": {"accessControlPolicy": {"grant": grants}}}
		paths("s3.aws.upbound.io", "BucketACL", now) == {["spec", "forProvider", "accessControlPolicy", "grant", 1]}
		before := {"forProvider": {"accessControlPolicy": [{"grant": [{"grantee": one}]}, {"grant": grants}]}}
		paths("s3.aws.upbound.io", "BucketACL", before) == {["spec", "forProvider", "accessControlPolicy", 1, "grant", 1]}
	}
}

test_each_way_to_block_public_access_holds if {
	every field in ["blockPublicAcls", "ignorePublicAcls", "blockPublicACLs", "ignorePublicACLs"] {
		paths("s3.services.k8s.aws", "Bucket", {"acl": "public-read", "publicAccessBlock": {field: true}}) == set()
		paths("s3.services.k8s.aws", "Bucket", {"acl": "public-read", "publicAccessBlock": {field: false}}) == {["spec", "acl"]}
	}
	paths("s3.services.k8s.aws", "Bucket", {"acl": "public-read", "publicAccessBlock": {"restrictPublicBuckets": true}}) == {["spec", "acl"]}
	paths("s3.services.k8s.aws", "Bucket", {"policy": open_policy, "publicAccessBlock": {"ignorePublicACLs": true}}) == {["spec", "policy"]}
	every field in ["blockPublicPolicy", "restrictPublicBuckets"] {
		paths("s3.services.k8s.aws", "Bucket", {"policy": open_policy, "publicAccessBlock": {field: true}}) == set()
		paths("s3.services.k8s.aws", "Bucket", {"policy": open_policy, "publicAccessBlock": {field: false}}) == {["spec", "policy"]}
	}
}

test_the_classic_provider_has_a_form_of_its_own_for_policies if {
	raw := {"forProvider": {"rawPolicy": open_policy}}
	paths("s3.aws.crossplane.io", "BucketPolicy", raw) == {["spec", "forProvider", "rawPolicy"]}
	statements := [
		{"effect": "Deny", "principal": {"allowAnon": true}},
		{"effect": "Allow", "principal": {"awsPrincipals": [{"awsAccountId": "111122223333"}]}},
		{"effect": "Allow", "principal": {"awsPrincipals": [{"iamRoleArn": "*"}]}},
	]
	paths("s3.aws.crossplane.io", "BucketPolicy", {"forProvider": {"policy": {"statements": statements}}}) == {["spec", "forProvider", "policy", "statements", 2]}
	blocked := {"policy": {"statements": statements}, "publicAccessBlockConfiguration": {"restrictPublicBuckets": true}}
	paths("s3.aws.crossplane.io", "BucketPolicy", {"forProvider": blocked}) == set()
}

test_an_entry_of_a_list_is_reported_at_its_place if {
	acl := {"forProvider": {"roleEntity": array.concat(testing.odd, ["READER:allUsers"])}}
	paths("storage.gcp.upbound.io", "BucketACL", acl) == {["spec", "forProvider", "roleEntity", count(testing.odd)]}
	every entry, field in {"plain": [], "object": ["member"]} {
		members := {"plain": ["user:a@example.com", "allUsers"], "object": [{"member": "user:a@example.com"}, {"member": "allUsers"}]}[entry]
		bindings := [{"role": "roles/viewer", "members": ["user:a@example.com"]}, {"role": "roles/viewer", "members": members}]
		spec := {"resourceRef": {"kind": "StorageBucket"}, "bindings": bindings}
		paths("iam.cnrm.cloud.google.com", "IAMPolicy", spec) == {array.concat(["spec", "bindings", 1, "members", 1], field)}
		paths("iam.cnrm.cloud.google.com", "IAMPolicy", object.union(spec, {"resourceRef": {"kind": "Project"}})) == set()
	}
}

test_who_is_let_in_is_read_wherever_it_is_written if {
	closed := {"bindings": [{"members": ["user:a@example.com"]}]}
	open := {"bindings": array.concat(closed.bindings, [{"members": ["user:a@example.com", "allUsers"]}])}
	paths("storage.gcp.upbound.io", "BucketIAMPolicy", {"forProvider": {"policyData": json.marshal(open)}}) == {["spec", "forProvider", "policyData"]}
	paths("storage.gcp.upbound.io", "BucketIAMPolicy", {"forProvider": {"policyData": json.marshal(closed)}}) == set()
	paths("storage.cnrm.cloud.google.com", "StorageBucketAccessControl", {"entity": "allUsers"}) == {["spec", "entity"]}
	paths("storage.cnrm.cloud.google.com", "StorageBucketAccessControl", {"entity": "user-a@example.com"}) == set()
	paths("iam.cnrm.cloud.google.com", "IAMPolicyMember", {"resourceRef": {"kind": "StorageBucket"}, "member": "allUsers"}) == {["spec", "member"]}
	paths("iam.cnrm.cloud.google.com", "IAMPolicyMember", {"resourceRef": {"kind": "StorageBucket"}, "member": "user:a@example.com"}) == set()
}

test_config_connector_is_judged_for_buckets_only if {
	every kind, expected in {"StorageBucket": 1, "Project": 0} {
		spec := {"member": "allUsers", "role": "roles/storage.objectViewer", "resourceRef": {"kind": kind}}
		count(policy.violation) == expected with input as request("iam.cnrm.cloud.google.com", "IAMPolicyMember", spec)
	}
}

test_a_container_of_the_service_operator_is_reported_where_it_is_opened if {
	every word in ["Blob", "Container"] {
		paths("storage.azure.com", "StorageAccountsBlobServicesContainer", {"publicAccess": word}) == {["spec", "publicAccess"]}
	}
	paths("storage.azure.com", "StorageAccountsBlobServicesContainer", {"publicAccess": "None"}) == set()
}

test_a_storage_account_that_is_silent_is_read_by_its_version if {
	versions := {"v1api20210401": 1, "v1api20210401storage": 1, "v1api20220901": 1, "v1api20230101": 0, "v20250601": 0}
	every version, expected in versions {
		every spec in [{}, {"allowBlobPublicAccess": null}] {
			object := {"apiVersion": sprintf("storage.azure.com/%s", [version]), "kind": "StorageAccount", "spec": spec}
			found := policy.violation with input as testing.create(object)
			count(found) == expected
			every path in testing.paths(found) {
				path == ["spec", "allowBlobPublicAccess"]
			}
		}
	}
}

test_a_storage_account_that_says_yes_is_open_in_every_version if {
	spec := {"allowBlobPublicAccess": true}
	paths("storage.azure.com", "StorageAccount", spec) == {["spec", "allowBlobPublicAccess"]}
	every part in ["forProvider", "initProvider"] {
		account := {part: {"allowNestedItemsToBePublic": true}}
		paths("storage.azure.upbound.io", "Account", account) == {["spec", part, "allowNestedItemsToBePublic"]}
		paths("storage.azure.upbound.io", "Account", {part: {"allowNestedItemsToBePublic": false}}) == set()
	}
}

test_text_that_is_no_policy_opens_nothing if {
	every odd in array.concat(testing.odd, ["{", "[]", "null"]) {
		paths("s3.aws.upbound.io", "BucketPolicy", {"forProvider": {"policy": odd}}) == set()
		paths("storage.gcp.upbound.io", "BucketIAMPolicy", {"forProvider": {"policyData": odd}}) == set()
	}
}

test_text_that_is_not_json_is_not_passed_in_silence if {
	every text in ["{", "", "not JSON", "${policy}"] {
		s3 := policy.undetermined with input as request("s3.aws.upbound.io", "BucketPolicy", {"forProvider": {"policy": text}})
		testing.paths(s3) == {["spec", "forProvider", "policy"]}
		gcs := policy.undetermined with input as request("storage.gcp.upbound.io", "BucketIAMPolicy", {"initProvider": {"policyData": text}})
		testing.paths(gcs) == {["spec", "initProvider", "policyData"]}
	}
	policy.undetermined == set() with input as request("s3.aws.upbound.io", "BucketPolicy", {"forProvider": {"policy": open_policy}})
	policy.undetermined == set() with input as request("s3.aws.upbound.io", "BucketPolicy", {"forProvider": {"policy": {"statements": []}}})
	policy.undetermined == set() with input as request("storage.gcp.upbound.io", "BucketIAMPolicy", {"forProvider": {"policyData": "{}"}})
}
