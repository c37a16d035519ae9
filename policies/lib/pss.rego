# METADATA
# title: Pod Security Standards
# description: What depends on the Kubernetes version whose standards hold.
package guard.lib.pss

import future.keywords.not

# Whether a version (`1.34`) is that of this minor release, or a later one.
since(version, minor) if to_number(split(version, ".")[1]) >= minor
