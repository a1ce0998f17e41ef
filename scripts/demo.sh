#!/usr/bin/env bash
# Installs, builds, brings the network up where it isn't, and plays the main job on real records across
# the five organisations, each actor a process of its own. Leaves the network up.
#
#   scripts/demo.sh [--chapter NAME]… [--all] [--patients N] [--json]      --help lists the chapters
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# shellcheck source=scripts/steps.sh
source scripts/steps.sh

install_pinned
export SALUS_HOME="${SALUS_HOME:-$PWD/.salus}"
export SALUS_CHANNEL="${SALUS_CHANNEL:-edge-east}"

run_step "Building" node scripts/build.js

# What the command line asks for is checked before a network is brought up for it.
node scripts/demo/dist/main.js --check "$@"
for word in "$@"; do
  if [[ "$word" == --help ]]; then exit 0; fi
done

if network/network.sh status >/dev/null 2>&1; then
  echo "== The network is up" >&2
else
  run_step "Bringing the network up" network/network.sh up createChannel -ca -c "$SALUS_CHANNEL"
fi
deployed=$(network/network.sh cc list -c "$SALUS_CHANNEL" 2>/dev/null || true)
for contract in membership ehr drug claims statistics; do
  if ! grep -qw "$contract" <<<"$deployed"; then
    run_step "Deploying $contract" network/network.sh deployCC -c "$SALUS_CHANNEL" \
      -ccn "$contract" -ccp "chaincode/$contract-contract"
  fi
done

exec node scripts/demo/dist/main.js "$@"
