#!/usr/bin/env bash
# Installs, builds, brings the network up where it isn't, and has the example app of a hospital share its
# first record with another hospital. Leaves the network up.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/steps.sh
source scripts/steps.sh

install_pinned
export SALUS_HOME="${SALUS_HOME:-$PWD/.salus}"
export SALUS_CHANNEL=edge-east
run_step "Building" node scripts/build.js --product
network_with membership ehr
exec node scripts/first-record.js
