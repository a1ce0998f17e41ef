#!/bin/sh
# Runs the network tools on the Node.js that the repository pins. All of the work is in src/.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
node="$here/../node_modules/.bin/node"

if [ ! -x "$node" ]; then
  echo "The packages are not installed. Run: npm install" >&2
  exit 1
fi
if [ ! -f "$here/dist/cli.js" ]; then
  echo "The sources are not compiled. Run: npm run build" >&2
  exit 1
fi
exec "$node" "$here/dist/cli.js" "$@"
