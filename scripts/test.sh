#!/usr/bin/env bash
# Installs what the lockfile pins, builds, and runs every test: unit tests, then the tests on a real network.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if ! command -v node >/dev/null 2>&1; then
  echo "ERR_TOOL_MISSING: Node.js 20 or newer is needed: install it from nodejs.org or your distribution" >&2
  exit 1
fi
if ! cmp -s package-lock.json node_modules/.salus-installed; then
  npm ci --no-audit --no-fund
  cp package-lock.json node_modules/.salus-installed
fi
exec node scripts/test.js "$@"
