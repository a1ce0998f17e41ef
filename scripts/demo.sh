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

run_step "Building" node scripts/build.js --product

# What the command line asks for is checked before a network is brought up for it.
node scripts/demo/dist/main.js --check "$@"
for word in "$@"; do
  if [[ "$word" == --help ]]; then exit 0; fi
done

network_with membership ehr drug claims statistics

exec node scripts/demo/dist/main.js "$@"
