# METADATA
# title: Buckets
# description: >-
#   Where a bucket that is declared as a Kubernetes object lets everyone in. `opening` holds each such place with its path and what is
#   wrong there, `unreadable` the path of each policy that cannot be read; guard.lib.s3, guard.lib.gcs and guard.lib.azure_blob know their cloud's fields.
package guard.lib.bucket

import data.guard.lib.azure_blob
import data.guard.lib.gcs
import data.guard.lib.s3
import future.keywords.not

opening := (s3.opening | gcs.opening) | azure_blob.opening

unreadable := s3.unreadable | gcs.unreadable
