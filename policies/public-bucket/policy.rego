# METADATA
# title: Public bucket
# description: >-
#   A bucket that everyone can read is how data is lost without an attack: scanners find it within hours of its making. Judged is what
#   positively opens a bucket: an ACL, a grant, a member, a policy, or a storage account that lets its containers be opened.
# custom:
#   category: cloud-storage
#   severity: critical
#   kinds:
#     - {group: s3.aws.upbound.io, kind: BucketACL, resource: bucketacls}
#     - {group: s3.aws.upbound.io, kind: BucketPolicy, resource: bucketpolicies}
#     - {group: s3.aws.upbound.io, kind: BucketObject, resource: bucketobjects}
#     - {group: s3.aws.upbound.io, kind: Object, resource: objects}
#     - {group: s3.aws.m.upbound.io, kind: BucketACL, resource: bucketacls}
#     - {group: s3.aws.m.upbound.io, kind: BucketPolicy, resource: bucketpolicies}
#     - {group: s3.aws.m.upbound.io, kind: BucketObject, resource: bucketobjects}
#     - {group: s3.aws.m.upbound.io, kind: Object, resource: objects}
#     - {group: s3.aws.crossplane.io, kind: Bucket, resource: buckets}
#     - {group: s3.aws.crossplane.io, kind: BucketPolicy, resource: bucketpolicies}
#     - {group: s3.services.k8s.aws, kind: Bucket, resource: buckets}
#     - {group: storage.gcp.upbound.io, kind: BucketACL, resource: bucketacls}
#     - {group: storage.gcp.upbound.io, kind: BucketAccessControl, resource: bucketaccesscontrols}
#     - {group: storage.gcp.upbound.io, kind: BucketIAMMember, resource: bucketiammembers}
#     - {group: storage.gcp.upbound.io, kind: BucketIAMPolicy, resource: bucketiampolicies}
#     - {group: storage.gcp.upbound.io, kind: DefaultObjectACL, resource: defaultobjectacls}
#     - {group: storage.gcp.upbound.io, kind: DefaultObjectAccessControl, resource: defaultobjectaccesscontrols}
#     - {group: storage.gcp.upbound.io, kind: ManagedFolderIAMMember, resource: managedfolderiammembers}
#     - {group: storage.gcp.upbound.io, kind: ObjectACL, resource: objectacls}
#     - {group: storage.gcp.upbound.io, kind: ObjectAccessControl, resource: objectaccesscontrols}
#     - {group: storage.gcp.m.upbound.io, kind: BucketACL, resource: bucketacls}
#     - {group: storage.gcp.m.upbound.io, kind: BucketAccessControl, resource: bucketaccesscontrols}
#     - {group: storage.gcp.m.upbound.io, kind: BucketIAMMember, resource: bucketiammembers}
#     - {group: storage.gcp.m.upbound.io, kind: BucketIAMPolicy, resource: bucketiampolicies}
#     - {group: storage.gcp.m.upbound.io, kind: DefaultObjectACL, resource: defaultobjectacls}
#     - {group: storage.gcp.m.upbound.io, kind: DefaultObjectAccessControl, resource: defaultobjectaccesscontrols}
#     - {group: storage.gcp.m.upbound.io, kind: ManagedFolderIAMMember, resource: managedfolderiammembers}
#     - {group: storage.gcp.m.upbound.io, kind: ObjectACL, resource: objectacls}
#     - {group: storage.gcp.m.upbound.io, kind: ObjectAccessControl, resource: objectaccesscontrols}
#     - {group: storage.cnrm.cloud.google.com, kind: StorageBucketAccessControl, resource: storagebucketaccesscontrols}
#     - {group: storage.cnrm.cloud.google.com, kind: StorageDefaultObjectAccessControl, resource: storagedefaultobjectaccesscontrols}
#     - {group: iam.cnrm.cloud.google.com, kind: IAMPolicyMember, resource: iampolicymembers}
#     - {group: iam.cnrm.cloud.google.com, kind: IAMPolicy, resource: iampolicies}
#     - {group: iam.cnrm.cloud.google.com, kind: IAMPartialPolicy, resource: iampartialpolicies}
#     - {group: storage.azure.upbound.io, kind: Account, resource: accounts}
#     - {group: storage.azure.upbound.io, kind: Container, resource: containers}
#     - {group: storage.azure.m.upbound.io, kind: Account, resource: accounts}
#     - {group: storage.azure.m.upbound.io, kind: Container, resource: containers}
#     - {group: storage.azure.com, kind: StorageAccount, resource: storageaccounts}
#     - {group: storage.azure.com, kind: StorageAccountsBlobServicesContainer, resource: storageaccountsblobservicescontainers}
#   remediation: >-
#     Make the bucket private and give access to those who need it: a bucket policy that names roles or accounts (or limits * by
#     aws:PrincipalOrgID, aws:SourceVpce or the like), IAM members that are groups or service accounts, signed URLs for single files.
#     For a web site put a CDN before a private bucket (CloudFront with origin access control, Cloud CDN, Azure Front Door). Data that is
#     meant for everyone is what an exemption is for.
#   references:
#     - https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
#     - https://cloud.google.com/storage/docs/public-access-prevention
#     - https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-prevent
#   packs: [cloud-storage]
#   since: 0.1.0
package guard.policies["public-bucket"]

import data.guard.lib.bucket
import future.keywords.not

violation contains {"message": message, "path": path} if {
	some opening in bucket.opening
	message := sprintf("public access: %s", [opening.problem])
	path := opening.path
}

undetermined contains {"message": message, "path": path} if {
	some path in bucket.unreadable
	message := "the policy is not JSON, so that nobody can say whom it lets in: write it as JSON text"
}
