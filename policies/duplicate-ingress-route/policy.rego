# METADATA
# title: Duplicate ingress route
# description: >-
#   Two Ingresses of one class that claim the same host and path: which of them gets the requests depends on the controller and on
#   their age. By mistake one application answers in the other's place; on purpose somebody takes over another team's traffic, with
#   its cookies and passwords.
# custom:
#   category: network
#   severity: medium
#   kinds:
#     - {group: networking.k8s.io, kind: Ingress}
#   inventory:
#     - {group: networking.k8s.io, kind: Ingress}
#   remediation: >-
#     Use another host or another path, or put both backends into one Ingress. A canary of ingress-nginx
#     (nginx.ingress.kubernetes.io/canary: "true") may share the route of what it stands for, and so may an Ingress of another class.
#   references:
#     - https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types
#   packs: [network-ingress]
#   since: 0.1.0
package guard.policies["duplicate-ingress-route"]

import data.guard.lib.inventory
import future.keywords.not

violation contains {"message": message, "path": path} if {
	rule := input.object.spec.rules[i]
	claim := rule.http.paths[j]
	rival := rivals[_]
	other := rival.spec.rules[_]
	host(other) == host(rule)
	route(other.http.paths[_]) == route(claim)
	message := sprintf("%s is routed by the Ingress %s too: use another host or path, or one Ingress for both", [shown(rule, claim), title(rival)])
	path := ["spec", "rules", i, "http", "paths", j, "path"]
}

# The other Ingresses that have a host in common with this one, and nothing that tells their traffic apart.
rivals := [other |
	not canary(input.object)
	other := array.concat(of_one_host, of_every_host)[_]
	class(other) == class(input.object)
	not canary(other)
	not other.metadata.deletionTimestamp
]

of_one_host := [other |
	other := data.inventory.namespace[namespace]["networking.k8s.io/v1"].Ingress[name]
	hosts[other.spec.rules[_].host]
	not inventory.is_judged("networking.k8s.io/v1", "Ingress", namespace, name)
]

of_every_host := [other |
	hosts[""]
	other := data.inventory.namespace[namespace]["networking.k8s.io/v1"].Ingress[name]
	host(other.spec.rules[_]) == ""
	not inventory.is_judged("networking.k8s.io/v1", "Ingress", namespace, name)
]

hosts := {host(rule) | rule := input.object.spec.rules[_]}

# Without a host a rule is for every host. One with a name wins over a wildcard, and a wildcard over none: only equals are in each other's way.
host(rule) := name if {
	name := rule.host
	is_string(name)
} else := ""

# What a path claims. An exact path wins over a prefix, and a prefix ends at a slash or without one. A path whose type is left to the
# controller is a prefix to most.
route(claim) := {"exact": path} if {
	claim.pathType == "Exact"
	path := claim.path
} else := {"prefix": prefix} if {
	is_string(claim.path)
	prefix := trim_right(claim.path, "/")
} else := {"prefix": ""}

# The class as the field has it, or the annotation that came before. The API server writes the default class into the field.
class(ingress) := name if {
	name := ingress.spec.ingressClassName
	is_string(name)
} else := name if name := ingress.metadata.annotations["kubernetes.io/ingress.class"]

else := ""

canary(ingress) if ingress.metadata.annotations["nginx.ingress.kubernetes.io/canary"] == "true"

shown(rule, claim) := sprintf("%s%v", [shown_host(rule), shown_path(claim)])

shown_host(rule) := name if {
	name := host(rule)
	name != ""
} else := "*"

shown_path(claim) := path if path := claim.path

else := "/"

title(ingress) := name if {
	is_string(ingress.metadata.namespace)
	name := sprintf("%s/%v", [ingress.metadata.namespace, ingress.metadata.name])
} else := name if name := ingress.metadata.name
