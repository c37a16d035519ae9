package guard.policies["untrusted-registry_test"]

import data.guard.lib.testing
import data.guard.policies["untrusted-registry"] as policy
import future.keywords.not

trusts(registries, image) if {
	pod := testing.pod({"containers": [{"name": "web", "image": image}]})
	policy.violation == set() with input as object.union(pod, {"parameters": {"untrusted-registry": {"registries": registries}}})
}

test_a_registry_is_trusted_whole if {
	trusts(["registry.example.com"], "registry.example.com/web:1.0")
	trusts(["registry.example.com/"], "registry.example.com/team/web:1.0")
	not trusts(["registry.example.com"], "registry.example.com.evil.example/web:1.0")
	not trusts(["registry.example.com"], "registry.example.com:5000/web:1.0")
}

test_a_folder_is_trusted_to_its_end if {
	trusts(["ghcr.io/example"], "ghcr.io/example/web")
	trusts(["ghcr.io/example/web"], "ghcr.io/example/web@sha256:9f86d0")
	not trusts(["ghcr.io/example"], "ghcr.io/example-tools/web")
	not trusts(["ghcr.io/example"], "ghcr.io/other/example/web")
}

test_short_names_are_docker_hubs if {
	trusts(["docker.io/library"], "nginx")
	trusts(["docker.io"], "bitnami/nginx:1.27")
	trusts(["index.docker.io/bitnami"], "index.docker.io/bitnami/nginx:1.27")
	not trusts(["docker.io/library"], "bitnami/nginx:1.27")
	not trusts(["registry.example.com"], "nginx")
}

test_the_message_says_where_it_comes_from_and_where_it_may if {
	pod := testing.pod({"initContainers": [{"name": "wait", "image": "busybox:1.36"}]})
	parameters := {"registries": ["registry.example.com", "ghcr.io/example"]}
	found := policy.violation with input as object.union(pod, {"parameters": {"untrusted-registry": parameters}})
	found == {{
		"message": `init container "wait" runs docker.io/library/busybox: take it from registry.example.com or ghcr.io/example`,
		"path": ["spec", "initContainers", 0, "image"],
	}}
}

test_odd_values_are_no_images if {
	every odd in [null, false, 1, [], {}, ["nginx"]] {
		trusts(["registry.example.com"], odd)
	}
}
