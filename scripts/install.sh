#!/bin/sh
# Installs what the repository's commands need and is not there yet: the npm packages and, when called
# with "chromium", a browser for the tests.
set -eu

# npm writes its own lock file last, so that an interrupted installation is done again.
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
  echo 'Installing npm packages …'
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi

if [ "${1:-}" = chromium ] && [ ! -x "${CHROMIUM_PATH:-/usr/bin/chromium}" ]; then
  if ! command -v apt-get >/dev/null; then
    echo 'The tests need Chromium: install it and set CHROMIUM_PATH to its executable.' >&2
    exit 1
  fi
  echo 'Installing Chromium …'
  as_root=$([ "$(id -u)" = 0 ] || echo sudo)
  $as_root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends chromium >/dev/null
fi
