package guard.lib.image_test

import data.guard.lib.image
import future.keywords.not

test_the_tag_is_what_the_runtime_takes if {
	every reference, tag in {
		"nginx": "latest",
		"nginx:1.27": "1.27",
		"library/nginx": "latest",
		"registry.example.com:5000/nginx": "latest",
		"registry.example.com:5000/nginx:1.27": "1.27",
		"": "latest",
	} {
		image.tag(reference) == tag
	}
}

test_a_digest_leaves_no_tag if {
	not image.tag("nginx@sha256:9f86d0")
	not image.tag("nginx:latest@sha256:9f86d0")
}

test_the_repository_is_what_the_runtime_pulls_from if {
	every reference, repository in {
		"nginx": "docker.io/library/nginx",
		"nginx:1.27": "docker.io/library/nginx",
		"bitnami/nginx": "docker.io/bitnami/nginx",
		"docker.io/nginx": "docker.io/library/nginx",
		"docker.io/bitnami/nginx:1": "docker.io/bitnami/nginx",
		"index.docker.io/bitnami/nginx": "docker.io/bitnami/nginx",
		"index.docker.io/nginx": "docker.io/library/nginx",
		"ghcr.io/example/tools/web:1.0@sha256:9f86d0": "ghcr.io/example/tools/web",
		"registry.example.com:5000/web": "registry.example.com:5000/web",
		"localhost/web": "localhost/web",
		"localhost:5000/web": "localhost:5000/web",
		"a/b/c": "docker.io/a/b/c",
	} {
		image.repository(reference) == repository
	}
}
