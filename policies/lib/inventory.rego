# METADATA
# title: Inventory
# description: >-
#   The other objects of the cluster, or of the scanned files, under `data.inventory`. A policy says in METADATA which kinds it reads
#   (`inventory`). There may be thousands: refer to them by `data.inventory.namespace[namespace]["networking.k8s.io/v1"].Ingress[name]`,
#   put the condition that holds for the fewest first, and leave out the judged object last.
package guard.lib.inventory

import future.keywords.not

# Whether an object of the inventory is the judged one, as it was before.
is_judged(version, kind, namespace, name) if {
	name == input.name
	namespace == own_namespace
	kind == input.kind.kind
	group(version) == input.kind.group
}

# A manifest without a namespace stands with those that have none.
default own_namespace := ""

own_namespace := input.namespace

group(version) := name if {
	parts := split(version, "/")
	count(parts) == 2
	name := parts[0]
} else := ""
