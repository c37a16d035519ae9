package guard.policies["unpinned-image_test"]

import data.guard.lib.testing
import data.guard.policies["unpinned-image"] as policy
import future.keywords.not

defaults := {"movingTags": ["latest"], "requireDigest": false}

request(images, parameters) := object.union(
	testing.pod({"containers": [{"name": "web", "image": image} | some image in images]}),
	{"parameters": {"unpinned-image": parameters}},
)

test_the_image_is_reported_where_it_is_written if {
	found := policy.violation with input as request(["nginx:1.27", "nginx:latest", "nginx"], defaults)
	testing.paths(found) == {["spec", "containers", 1, "image"], ["spec", "containers", 2, "image"]}
	testing.messages(found) == {
		`container "web" runs "nginx:latest", and the tag latest moves: name a fixed version or a digest`,
		`container "web" runs "nginx" without a tag, which is latest and moves: name a fixed version or a digest`,
	}
}

test_which_tags_move_is_a_parameter if {
	stable := {"movingTags": ["latest", "stable"], "requireDigest": false}
	count(policy.violation) == 1 with input as request(["nginx:stable"], stable)
	policy.violation == set() with input as request(["nginx:stable"], defaults)
}

test_a_digest_can_be_required if {
	strict := {"movingTags": ["latest"], "requireDigest": true}
	found := policy.violation with input as request(["nginx:1.27", "nginx:1.27@sha256:9f86d0"], strict)
	testing.messages(found) == {`container "web" runs "nginx:1.27", which has no digest: add @sha256:…`}
}

test_a_moving_tag_without_a_digest_is_one_finding if {
	strict := {"movingTags": ["latest"], "requireDigest": true}
	count(policy.violation) == 1 with input as request(["nginx"], strict)
}

test_every_list_of_containers_is_judged if {
	every list in ["containers", "initContainers", "ephemeralContainers"] {
		pod := testing.pod({list: [{"name": "web", "image": "nginx"}]})
		found := policy.violation with input as object.union(pod, {"parameters": {"unpinned-image": defaults}})
		testing.paths(found) == {["spec", list, 0, "image"]}
	}
}

test_odd_values_are_no_images if {
	every odd in [null, false, 1, [], {}, ["nginx"]] {
		policy.violation == set() with input as request([odd], defaults)
	}
}
