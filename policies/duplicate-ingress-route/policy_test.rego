package guard.policies["duplicate-ingress-route_test"]

import data.guard.lib.testing
import data.guard.policies["duplicate-ingress-route"] as policy
import future.keywords.not

ingress(namespace, name, rules) := {
	"apiVersion": "networking.k8s.io/v1",
	"kind": "Ingress",
	"metadata": {"namespace": namespace, "name": name},
	"spec": {"rules": rules},
}

rule(host, paths) := {"host": host, "http": {"paths": paths}}

prefix(path) := {"path": path, "pathType": "Prefix"}

request(judged) := object.union(
	testing.create(judged),
	{"namespace": judged.metadata.namespace, "name": judged.metadata.name},
)

inventory(objects) := {"namespace": {namespace: {"networking.k8s.io/v1": {"Ingress": names}} |
	namespace := objects[_].metadata.namespace
	names := {known.metadata.name: known | known := objects[_]; known.metadata.namespace == namespace}
}}

web := ingress("shop", "web", [rule("a.example.com", [prefix("/")])])

test_a_route_that_another_ingress_has_is_reported_at_its_path if {
	judged := ingress("bank", "till", [rule("b.example.com", [prefix("/")]), rule("a.example.com", [prefix("/x"), prefix("/")])])
	found := policy.violation with input as request(judged) with data.inventory as inventory([web, judged])
	found == {{
		"message": "a.example.com/ is routed by the Ingress shop/web too: use another host or path, or one Ingress for both",
		"path": ["spec", "rules", 1, "http", "paths", 1, "path"],
	}}
}

test_an_ingress_is_not_in_its_own_way if {
	policy.violation == set() with input as request(web) with data.inventory as inventory([web])
	everywhere := ingress("shop", "everywhere", [{"http": {"paths": [prefix("/")]}}])
	policy.violation == set() with input as request(everywhere) with data.inventory as inventory([everywhere])
}

test_a_rival_may_claim_other_things_first if {
	hosted := ingress("bank", "till", [rule("b.example.com", [prefix("/")]), rule("a.example.com", [prefix("/x"), prefix("/")])])
	count(policy.violation) == 1 with input as request(web) with data.inventory as inventory([web, hosted])
	everywhere := ingress("shop", "everywhere", [{"http": {"paths": [prefix("/")]}}])
	hostless := ingress("bank", "lobby", [rule("b.example.com", [prefix("/")]), {"http": {"paths": [prefix("/x"), prefix("/")]}}])
	count(policy.violation) == 1 with input as request(everywhere) with data.inventory as inventory([everywhere, hostless])
}

test_an_ingress_of_the_same_name_elsewhere_is_another_one if {
	other := ingress("bank", "web", [rule("a.example.com", [prefix("/")])])
	count(policy.violation) == 1 with input as request(web) with data.inventory as inventory([web, other])
}

test_each_rival_is_named if {
	rivals := [ingress("shop", name, [rule("a.example.com", [prefix("/")])]) | name := ["x", "y"][_]]
	found := policy.violation with input as request(web) with data.inventory as inventory(array.concat([web], rivals))
	testing.paths(found) == {["spec", "rules", 0, "http", "paths", 0, "path"]}
	count(found) == 2
}

test_one_that_is_about_to_go_is_no_rival if {
	going := object.union(ingress("bank", "web", [rule("a.example.com", [prefix("/")])]), {"metadata": {"deletionTimestamp": "2026-11-21T12:00:00Z"}})
	policy.violation == set() with input as request(web) with data.inventory as inventory([web, going])
}

test_a_missing_path_is_the_root if {
	bare := ingress("bank", "till", [rule("a.example.com", [{"pathType": "ImplementationSpecific"}])])
	found := policy.violation with input as request(bare) with data.inventory as inventory([web])
	testing.messages(found) == {"a.example.com/ is routed by the Ingress shop/web too: use another host or path, or one Ingress for both"}
}

test_a_missing_host_is_every_host_and_shown_as_such if {
	rules := [{"http": {"paths": [prefix("/x")]}}]
	judged := ingress("bank", "till", rules)
	found := policy.violation with input as request(judged) with data.inventory as inventory([ingress("shop", "web", rules)])
	testing.messages(found) == {"*/x is routed by the Ingress shop/web too: use another host or path, or one Ingress for both"}
}

test_manifests_without_a_namespace_stand_together if {
	bare := object.union(object.remove(web, ["metadata"]), {"metadata": {"name": "web"}})
	other := object.union(bare, {"metadata": {"name": "other"}})
	together := {"namespace": {"": {"networking.k8s.io/v1": {"Ingress": {"web": bare, "other": other}}}}}
	found := policy.violation with input as object.union(testing.create(bare), {"name": "web"}) with data.inventory as together
	testing.messages(found) == {"a.example.com/ is routed by the Ingress other too: use another host or path, or one Ingress for both"}
}

test_nothing_known_is_nothing_found if {
	policy.violation == set() with input as request(web) with data.inventory as {}
}

test_odd_manifests_do_not_fail if {
	every odd in testing.odd {
		policy.violation == set() with input as request(ingress("shop", "web", odd)) with data.inventory as inventory([ingress("bank", "till", odd)])
	}
}
