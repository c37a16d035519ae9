package guard.lib.inventory_test

import data.guard.lib.inventory
import future.keywords.not

service := {"kind": {"group": "", "kind": "Service"}, "name": "web", "namespace": "shop"}

ingress := {"kind": {"group": "networking.k8s.io", "kind": "Ingress"}, "name": "web"}

test_an_object_of_the_same_kind_name_and_namespace_is_the_judged_one if {
	inventory.is_judged("v1", "Service", "shop", "web") with input as service
	inventory.is_judged("networking.k8s.io/v1", "Ingress", "", "web") with input as ingress
}

test_a_group_of_any_version_is_the_same if {
	inventory.is_judged("networking.k8s.io/v1beta1", "Ingress", "", "web") with input as ingress
}

test_another_is_not if {
	not inventory.is_judged("v1", "Service", "shop", "api") with input as service
	not inventory.is_judged("v1", "Service", "bank", "web") with input as service
	not inventory.is_judged("v1", "Endpoints", "shop", "web") with input as service
	not inventory.is_judged("serving.knative.dev/v1", "Service", "shop", "web") with input as service
	not inventory.is_judged("networking.k8s.io/v1", "Ingress", "shop", "web") with input as ingress
}
