#!/usr/bin/env bash
# Installs what the lockfile pins, builds, and runs every test: unit tests, then the tests on a real network.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/steps.sh
source scripts/steps.sh

install_pinned
exec node scripts/test.js "$@"
