#!/usr/bin/env bash
# Installs, builds, brings the network up where it isn't, and runs the main job on real records across
# the five organisations, each actor a process of its own. Leaves the network up.
#
#   scripts/demo.sh [--json]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
  echo "$1" >&2
  exit 1
}
step() { echo "== $1" >&2; }

command -v node >/dev/null 2>&1 ||
  fail "ERR_TOOL_MISSING: Node.js 20 or newer is needed: install it from nodejs.org or your distribution"
node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' ||
  fail "ERR_TOOL_MISSING: Node.js 20 or newer is needed, this is $(node --version)"

if ! cmp -s package-lock.json node_modules/.salus-installed; then
  step "Installing what the lockfile pins"
  npm ci --no-audit --no-fund >&2
  cp package-lock.json node_modules/.salus-installed
fi
# From here on the pinned Node runs, whatever the machine has.
PATH="$PWD/node_modules/.bin:$PATH"
export PATH
export SALUS_HOME="${SALUS_HOME:-$PWD/.salus}"
export SALUS_CHANNEL="${SALUS_CHANNEL:-edge-east}"

step "Building"
node scripts/build.js >&2

if network/network.sh status >/dev/null 2>&1; then
  step "The network is up"
else
  step "Bringing the network up"
  network/network.sh up createChannel -ca -c "$SALUS_CHANNEL" >&2
fi
for contract in ehr drug claims statistics; do
  if ! network/network.sh cc list -c "$SALUS_CHANNEL" 2>/dev/null | grep -qw "$contract"; then
    step "Deploying $contract"
    network/network.sh deployCC -c "$SALUS_CHANNEL" -ccn "$contract" -ccp "chaincode/$contract-contract" >&2
  fi
done

exec node scripts/demo/dist/main.js "$@"
