//! A real kube-apiserver with etcd beside guard-webhook, and what compares the two doors.
