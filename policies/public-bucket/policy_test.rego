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
}

test_the_words_of_one_cloud_mean_nothing_in_another if {
	paths("s3.aws.upbound.io", "BucketACL", {"forProvider": {"member": "allUsers", "containerAccessType": "blob"}}) == set()
	paths("storage.gcp.upbound.io", "BucketACL", {"forProvider": {"acl": "public-read", "policy": open_policy}}) == set()
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

test_the_classic_provider_has_a_form_of_its_own_for_policies if {
	raw := {"forProvider": {"rawPolicy": open_policy}}
	paths("s3.aws.crossplane.io", "BucketPolicy", raw) == {["spec", "forProvider", "rawPolicy"]}
	statements := [
		{"effect": "Deny", "principal": {"allowAnon": true}},
		{"effect": "Allow", "principal": {"awsPrincipals": [{"awsAccountId": "111122223333"}]}},
		{"effect": "Allow", "principal": {"awsPrincipals": [{"iamRoleArn": "*"}]}},
	]
	paths("s3.aws.crossplane.io", "BucketPolicy", {"forProvider": {"policy": {"statements": statements}}}) == {["spec", "forProvider", "policy", "statements", 2]}
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
}
