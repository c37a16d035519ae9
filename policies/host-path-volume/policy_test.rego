package guard.policies["host-path-volume_test"]

import data.guard.lib.testing
import data.guard.policies["host-path-volume"] as policy
import future.keywords.not

volume := {"name": "root", "hostPath": {"path": "/"}}

test_every_kind_of_workload_is_judged if {
	every request in testing.workloads({"volumes": [volume]}) {
		count(policy.violation) == 1 with input as request
	}
}

test_the_volume_is_named_with_what_it_mounts if {
	found := policy.violation with input as testing.pod({"volumes": [{"name": "tmp", "emptyDir": {}}, volume]})
	testing.paths(found) == {["spec", "volumes", 1, "hostPath"]}
	testing.messages(found) == {`volume "root" mounts / of the node: use an emptyDir, a persistentVolumeClaim or a CSI volume`}
}

# The API server refuses such a volume; it is a hostPath all the same.
test_a_volume_without_name_or_path_is_still_one if {
	found := policy.violation with input as testing.pod({"volumes": [{"hostPath": {}}]})
	testing.messages(found) == {`volume "0" mounts a path of the node: use an emptyDir, a persistentVolumeClaim or a CSI volume`}
}

test_odd_values_mount_nothing if {
	every odd in testing.odd {
		policy.violation == set() with input as testing.pod({"volumes": odd})
		policy.violation == set() with input as testing.pod({"volumes": [odd]})
	}
	every odd in [null, false, 1, "/", []] {
		policy.violation == set() with input as testing.pod({"volumes": [{"name": "root", "hostPath": odd}]})
	}
}
