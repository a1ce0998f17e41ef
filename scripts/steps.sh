# shellcheck shell=bash
# What the scripts for newcomers share: telling their steps, and installing what the lockfile pins.
# To be sourced, in the root of the repository.

fail() {
  echo "$1" >&2
  exit 1
}

# Tells a step. On a terminal a step is one moving line with the last thing that it said; in a log it is
# a line, and all that it says follows. What a failing step said is shown in full.
#
#   run_step TITLE COMMAND [ARGUMENT…]
run_step() {
  local title="$1"
  shift
  if [[ ! -t 2 ]]; then
    echo "== $title" >&2
    "$@" >&2
    return
  fi
  local log ticker status=0 began=$SECONDS
  log="$(mktemp)"
  tick "$title" "$log" &
  ticker=$!
  # shellcheck disable=SC2064 # the values of now
  trap "kill $ticker 2>/dev/null; rm -f '$log'; echo >&2" EXIT
  "$@" >"$log" 2>&1 || status=$?
  trap - EXIT
  kill "$ticker"
  wait "$ticker" 2>/dev/null || true
  moving_line "== $title, $((SECONDS - began)) s"
  echo >&2
  [[ $status -eq 0 ]] || cat "$log" >&2
  rm -f "$log"
  return "$status"
}

# Moves a step's line on, for as long as the script lives.
tick() {
  local began=$SECONDS
  while kill -0 "$$" 2>/dev/null; do
    moving_line "== $1, $((SECONDS - began)) s  $(tail -n 1 "$2" 2>/dev/null | tr -d '[:cntrl:]')"
    sleep 0.3
  done
}

moving_line() {
  local columns
  columns="$(tput cols 2>/dev/null || echo 80)"
  printf '\r\033[K%s' "${1:0:columns-1}" >&2
}

# Runs a command whose words are not the user's matter, unless it fails: then they are shown in full.
quietly() {
  local log status=0
  log="$(mktemp)"
  "$@" >"$log" 2>&1 || status=$?
  [[ $status -eq 0 ]] || cat "$log" >&2
  rm -f "$log"
  return "$status"
}

# Installs what the lockfile pins, where it isn't, and puts the pinned Node.js first on PATH.
install_pinned() {
  command -v node >/dev/null 2>&1 ||
    fail "ERR_TOOL_MISSING: Node.js 20 or newer is needed: install it from nodejs.org or your distribution"
  node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' ||
    fail "ERR_TOOL_MISSING: Node.js 20 or newer is needed, this is $(node --version)"
  if ! cmp -s package-lock.json node_modules/.salus-installed; then
    run_step "Installing what the lockfile pins" install_by_pinned_node
    cp package-lock.json node_modules/.salus-installed
  fi
  PATH="$PWD/node_modules/.bin:$PATH"
  export PATH
}

# The packages are for the pinned Node.js, so it installs them: it comes first, into a folder of its own.
install_by_pinned_node() {
  local version folder status=0
  version="$(node -p 'require("./package.json").dependencies.node')"
  if [[ "$(node --version)" == "v$version" ]]; then
    quietly npm ci --no-audit --no-fund
    return
  fi
  folder="$(mktemp -d)"
  quietly npm install --prefix "$folder" --no-audit --no-fund --no-save "node@$version" &&
    PATH="$folder/node_modules/.bin:$PATH" quietly npm ci --no-audit --no-fund || status=$?
  rm -rf "$folder"
  return "$status"
}

# Brings the network up where it isn't, and deploys these contracts of the repository where they aren't.
#
#   network_with CONTRACT…      with SALUS_HOME and SALUS_CHANNEL in the environment
network_with() {
  local contract deployed
  if network/network.sh status >/dev/null 2>&1; then
    echo "== The network is up" >&2
  else
    run_step "Bringing the network up" network/network.sh up createChannel -ca -c "$SALUS_CHANNEL"
  fi
  deployed=$(network/network.sh cc list -c "$SALUS_CHANNEL" 2>/dev/null || true)
  for contract in "$@"; do
    if ! grep -qw "$contract" <<<"$deployed"; then
      run_step "Deploying $contract" network/network.sh deployCC -c "$SALUS_CHANNEL" \
        -ccn "$contract" -ccp "chaincode/$contract-contract"
    fi
  done
}
