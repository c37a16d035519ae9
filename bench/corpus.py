#!/usr/bin/env python3
"""Writes realistic Kubernetes manifests: corpus.py DOCUMENTS FOLDER

Deterministic: the same number gives the same bytes. Five documents a file, 200 files a folder, about 2.3 KB a document.
About half of the workloads break some policy. Standard library only.
"""

import pathlib
import random
import sys

APPLICATIONS = ["basket", "billing", "catalogue", "checkout", "delivery", "identity", "mailer", "pictures", "prices", "reports", "reviews", "search"]
SIDECARS = ["certificate-reloader", "log-shipper", "metrics", "proxy"]
TEAMS = ["team-data", "team-payments", "team-platform", "team-shop"]

CONTAINER = """\
- name: {name}
  image: {image}
  args:
  - --listen=0.0.0.0:{port}
  - --log-format=json
  - --shutdown-grace-period=20s
  env:
{env}
  ports:
  - name: http
    containerPort: {port}
    protocol: TCP
  readinessProbe:
    httpGet:
      path: /healthz
      port: http
    initialDelaySeconds: 5
    periodSeconds: 10
  livenessProbe:
    httpGet:
      path: /livez
      port: http
    failureThreshold: 6
{resources}{security}  volumeMounts:
  - name: settings
    mountPath: /etc/{name}
    readOnly: true
  - name: scratch
    mountPath: /tmp
"""

POD = """\
metadata:
  labels:
    app.kubernetes.io/name: {application}
    app.kubernetes.io/part-of: shop
  annotations:
    prometheus.io/scrape: "true"
    prometheus.io/port: "9090"
spec:
  serviceAccountName: {application}
{host}{pod_security}  terminationGracePeriodSeconds: 30
{restart}  topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: topology.kubernetes.io/zone
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        app.kubernetes.io/name: {application}
  containers:
{containers}  volumes:
  - name: settings
    configMap:
      name: {application}
      defaultMode: 292
  - name: scratch
{scratch}
"""


def indent(text, by):
    return "".join(" " * by + line if line.strip() else line for line in text.splitlines(keepends=True))


class Corpus:
    """Draws documents."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def chance(self, share):
        return self.random.random() < share

    def head(self, version, kind, name, application):
        owner = "" if self.chance(0.2) else f"    owner: {self.random.choice(TEAMS)}\n"
        return (f"apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: {application}\n  labels:\n{owner}"
                f"    app.kubernetes.io/name: {application}\n    app.kubernetes.io/part-of: shop\n    app.kubernetes.io/managed-by: kustomize\n")

    def container(self, name, port):
        tag = "latest" if self.chance(0.1) else f"{self.random.randint(1, 9)}.{self.random.randint(0, 30)}.{self.random.randint(0, 9)}"
        registry = "docker.io/library" if self.chance(0.1) else "registry.example.com/shop"
        env = "".join(f"  - name: SETTING_{i}\n    value: {self.random.choice(APPLICATIONS)}.svc.cluster.local\n" for i in range(self.random.randint(2, 6)))
        secret = "  - name: DATABASE_PASSWORD\n    valueFrom:\n      secretKeyRef:\n        name: database\n        key: password\n"
        resources = "  resources:\n    requests:\n      cpu: 100m\n      memory: 128Mi\n    limits:\n      cpu: 500m\n      memory: 256Mi\n"
        hardened = "" if self.chance(0.15) else "    readOnlyRootFilesystem: true\n    capabilities:\n      drop:\n      - ALL\n"
        security = f"  securityContext:\n    allowPrivilegeEscalation: false\n    privileged: {'true' if self.chance(0.05) else 'false'}\n{hardened}"
        return CONTAINER.format(name=name, image=f"{registry}/{name}:{tag}", port=port, env=(env + secret).rstrip("\n"),
                                resources="" if self.chance(0.15) else resources, security=security)

    def pod(self, application, restart=""):
        names = [application, *self.random.sample(SIDECARS, self.random.randint(0, 2))]
        containers = "".join(self.container(name, 8080 + i) for i, name in enumerate(names))
        non_root = "" if self.chance(0.2) else "  securityContext:\n    runAsNonRoot: true\n    runAsUser: 10001\n    seccompProfile:\n      type: RuntimeDefault\n"
        scratch = "    hostPath:\n      path: /var/tmp" if self.chance(0.05) else "    emptyDir:\n      sizeLimit: 64Mi"
        return POD.format(application=application, host="  hostNetwork: true\n" if self.chance(0.04) else "", pod_security=non_root,
                          restart=restart, containers=indent(containers, 2), scratch=scratch)

    def workload(self, kind, name, application):
        selector = f"  selector:\n    matchLabels:\n      app.kubernetes.io/name: {application}\n"
        extra = "  serviceName: " + application + "\n" if kind == "StatefulSet" else "  revisionHistoryLimit: 5\n"
        return f"{self.head('apps/v1', kind, name, application)}spec:\n  replicas: {self.random.randint(1, 9)}\n{extra}{selector}  template:\n{indent(self.pod(application), 4)}"

    def cron_job(self, name, application):
        pod = indent(self.pod(application, "  restartPolicy: OnFailure\n"), 8)
        return f"{self.head('batch/v1', 'CronJob', name, application)}spec:\n  schedule: \"17 3 * * *\"\n  jobTemplate:\n    spec:\n      template:\n{pod}"

    def service(self, name, application):
        return (f"{self.head('v1', 'Service', name, application)}spec:\n  type: ClusterIP\n  selector:\n    app.kubernetes.io/name: {application}\n"
                "  ports:\n  - name: http\n    port: 80\n    targetPort: http\n    protocol: TCP\n")

    def config_map(self, name, application):
        lines = "".join(f"    {self.random.choice(APPLICATIONS)}.endpoint = https://{self.random.choice(APPLICATIONS)}.example.com/api/v{i}\n" for i in range(16))
        return f"{self.head('v1', 'ConfigMap', name, application)}data:\n  application.properties: |\n{lines}"

    def namespace(self, name, application):
        return f"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {name}\n  labels:\n    owner: {self.random.choice(TEAMS)}\n    app.kubernetes.io/name: {application}\n"

    def document(self, number):
        application = self.random.choice(APPLICATIONS)
        name = f"{application}-{number}"
        draw = self.random.random()
        if draw < 0.42:
            return self.workload("Deployment", name, application)
        if draw < 0.50:
            return self.workload("StatefulSet", name, application)
        if draw < 0.54:
            return self.cron_job(name, application)
        if draw < 0.74:
            return self.service(name, application)
        if draw < 0.94:
            return self.config_map(name, application)
        return self.namespace(name, application)


def write(documents, folder):
    """Writes the corpus and returns its size in bytes."""
    corpus, size = Corpus(documents), 0
    for number, first in enumerate(range(0, documents, 5)):
        text = "---\n".join(corpus.document(i) for i in range(first, min(first + 5, documents)))
        file = pathlib.Path(folder, f"{number // 200:03}", f"app-{number:05}.yaml")
        file.parent.mkdir(parents=True, exist_ok=True)
        size += file.write_text(text)
    return size


if __name__ == "__main__":
    print(write(int(sys.argv[1]), sys.argv[2]), "bytes")
