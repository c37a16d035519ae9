# METADATA
# title: Testing
# description: The requests that the tests of policies put together.
package guard.lib.testing

import future.keywords.not

# An object as it would be created.
create(object) := {
	"operation": "CREATE",
	"kind": {"group": group, "version": version, "kind": object.kind},
	"object": object,
} if {
	parts := split(object.apiVersion, "/")
	version := parts[count(parts) - 1]
	group := concat("/", array.slice(parts, 0, count(parts) - 1))
}

# A Pod with this spec.
pod(spec) := create({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "test"}, "spec": spec})

# The same pod as each kind of workload declares it.
workloads(spec) := {name: create(object) |
	some name, object in {
		"Pod": {"apiVersion": "v1", "spec": spec, "kind": "Pod"},
		"PodTemplate": {"apiVersion": "v1", "template": {"spec": spec}, "kind": "PodTemplate"},
		"ReplicationController": {"apiVersion": "v1", "spec": {"template": {"spec": spec}}, "kind": "ReplicationController"},
		"ReplicaSet": {"apiVersion": "apps/v1", "spec": {"template": {"spec": spec}}, "kind": "ReplicaSet"},
		"Deployment": {"apiVersion": "apps/v1", "spec": {"template": {"spec": spec}}, "kind": "Deployment"},
		"StatefulSet": {"apiVersion": "apps/v1", "spec": {"template": {"spec": spec}}, "kind": "StatefulSet"},
		"DaemonSet": {"apiVersion": "apps/v1", "spec": {"template": {"spec": spec}}, "kind": "DaemonSet"},
		"Job": {"apiVersion": "batch/v1", "spec": {"template": {"spec": spec}}, "kind": "Job"},
		"CronJob": {"apiVersion": "batch/v1", "spec": {"jobTemplate": {"spec": {"template": {"spec": spec}}}}, "kind": "CronJob"},
	}
}

paths(violations) := {violation.path | some violation in violations}

messages(violations) := {violation.message | some violation in violations}

# What raw YAML can have in a field's place, and an API server would refuse: no verdict hangs on it, but a policy must not fail.
odd := [null, false, 1, "x", [], {}, [null], ["x"], [[]], [{}], {"a": null}]
