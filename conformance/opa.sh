#!/bin/sh
# Builds what the conformance tests hold guard against, from the Go module pinned in opa/go.mod: the command `opa`, and `oracle`, which
# answers requests in JSON lines. Both are kept under ${GUARD_CACHE:-.cache}/opa; the folder's path is printed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=${GUARD_CACHE:-$here/../.cache}
mkdir -p "$cache/opa"
out=$(cd "$cache/opa" && pwd)

if ! command -v go >/dev/null; then
    echo "conformance: Go is missing: OPA is built from its Go module (https://go.dev/dl/)" >&2
    exit 2
fi
wanted=$(cat "$here/opa.sh" "$here/opa/go.mod" "$here/opa/go.sum" "$here/opa/main.go" | cksum)
if [ "$(cat "$out/built" 2>/dev/null)" != "$wanted" ]; then
    # Errors only: the module is fetched and compiled once.
    (cd "$here/opa" && CGO_ENABLED=0 go build -trimpath -o "$out/opa" github.com/open-policy-agent/opa)
    (cd "$here/opa" && CGO_ENABLED=0 go build -trimpath -o "$out/oracle" .)
    echo "$wanted" >"$out/built"
fi
echo "$out"
