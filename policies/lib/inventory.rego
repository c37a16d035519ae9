# METADATA
# title: Inventory
# description: >-
#   The other objects of the cluster, or of the scanned files. A policy says in METADATA which kinds it reads (`inventory`), and gets the
#   versions that the API server prefers.
package guard.lib.inventory

import future.keywords.not

# The objects of a kind (`others("networking.k8s.io/v1", "Ingress")`) in all namespaces, without the judged one: it may be among
# them, as it was before.
others(version, kind) := array.concat(
	[object |
		objects := data.inventory.namespace[namespace][version][kind]
		namespace != own_namespace
		object := objects[_]
	],
	[object |
		object := data.inventory.namespace[own_namespace][version][kind][name]
		name != own_name(version, kind)
	],
)

# A manifest without a namespace stands with those that have none.
default own_namespace := ""

own_namespace := input.namespace

# The name that the judged object has among those of a kind; none has an empty one.
own_name(version, kind) := name if {
	kind == input.kind.kind
	group(version) == input.kind.group
	name := input.name
} else := ""

group(version) := name if {
	parts := split(version, "/")
	count(parts) == 2
	name := parts[0]
} else := ""
