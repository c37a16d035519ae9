# METADATA
# title: Image references
# description: >-
#   The one place that knows how an image reference is written: [registry[:port]/]path[:tag][@digest].
package guard.lib.image

import future.keywords.not

# The tag, as the runtime takes it: `latest` where none is written. A reference with a digest moves with no tag and has none.
tag(image) := written if {
	not contains(image, "@")
	parts := split(image, ":")
	count(parts) > 1
	written := parts[count(parts) - 1]
	not contains(written, "/")
} else := "latest" if not contains(image, "@")

# The image without tag and digest, with the registry and the folder that the runtime fills in: docker.io/library/nginx.
repository(image) := full if {
	bare := split(image, "@")[0]
	steps := split(bare, "/")
	name := split(steps[count(steps) - 1], ":")[0]
	full := concat("/", array.concat(home(steps), [name]))
}

# What stands before the name. The first step is a registry if it has a dot or a port, or is localhost; Docker Hub's else.
home(steps) := ["docker.io", "library"] if count(steps) == 1

home(steps) := hub if {
	count(steps) == 2
	docker_hub[steps[0]]
	hub := ["docker.io", "library"]
}

home(steps) := hub if {
	count(steps) > 2
	docker_hub[steps[0]]
	hub := array.concat(["docker.io"], array.slice(steps, 1, count(steps) - 1))
}

home(steps) := before if {
	count(steps) > 1
	not docker_hub[steps[0]]
	names_registry(steps[0])
	before := array.slice(steps, 0, count(steps) - 1)
}

home(steps) := before if {
	count(steps) > 1
	not names_registry(steps[0])
	before := array.concat(["docker.io"], array.slice(steps, 0, count(steps) - 1))
}

docker_hub := {"docker.io", "index.docker.io"}

names_registry(step) if contains(step, ".")

names_registry(step) if contains(step, ":")

names_registry(step) if step == "localhost"
