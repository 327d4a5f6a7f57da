#!/bin/sh
# Installs what the repository's commands need and is not there yet: the npm packages and, for the tests, the
# browsers that the arguments name (chromium, firefox, webkit, web-view), or the languages that hosts sign tokens in (interop).
set -eu

# npm writes its own lock file last, so that an interrupted installation is done again.
is_complete() {
  [ node_modules/.package-lock.json -nt package-lock.json ]
}

# Names the process that installs. After Ctrl-C npm takes a moment to end, and two at once would fail.
running=.installing
until is_complete; do
  echo $$ >$running.$$
  # A link is made by one of several at once.
  if ln $running.$$ $running 2>/dev/null; then
    rm $running.$$
    trap 'rm -f $running' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    echo 'Installing npm packages …'
    # npm's own process is the one to wait for, should this one be killed.
    sh -c "echo \$\$ >$running.npm && mv $running.npm $running && exec npm ci --no-audit --no-fund --loglevel=error"
    touch node_modules/.package-lock.json
    rm $running
    trap - EXIT INT TERM
  elif kill -0 "$(cat $running)" 2>/dev/null; then
    rm $running.$$
    sleep 0.2
  else
    # Its installation was cut short, or has just ended.
    rm -f $running $running.$$
  fi
done

# The scripts are TypeScript, which Node runs from 22.18 on. npm puts the one that the packages bring first, on Linux.
if [ "$(node -p 'Boolean(process.features.typescript)')" != true ]; then
  echo "This is Node $(node --version), and the repository's commands need 22.18 or newer: install Node 24, from nodejs.org." >&2
  exit 1
fi

packages=
for browser; do
  case $browser in
    chromium)
      [ -x "${CHROMIUM_PATH:-/usr/bin/chromium}" ] || packages="$packages chromium"
      [ -x "${CHROMIUM_PATH:-/usr/bin/chromium-headless-shell}" ] || packages="$packages chromium-headless-shell"
      ;;
    firefox) [ -x "${FIREFOX_PATH:-/usr/bin/firefox-esr}" ] || packages="$packages firefox-esr" ;;
    webkit)
      [ -x "${WEBKIT_DRIVER_PATH:-/usr/bin/WebKitWebDriver}" ] || packages="$packages webkit2gtk-driver"
      # WebKitGTK has no mode without a display.
      [ -n "${DISPLAY:-}" ] || [ -x /usr/bin/Xvfb ] || packages="$packages xvfb"
      ;;
    web-view)
      # Debian's bindings are for Debian's own Python, too.
      "${PYTHON:-/usr/bin/python3}" -c 'import gi; gi.require_version("WebKit2", "4.1")' 2>/dev/null ||
        packages="$packages python3-gi gir1.2-webkit2-4.1"
      ;;
    interop)
      # Debian's libraries are for Debian's own Python, which need not be the first one in the path.
      "${PYTHON:-/usr/bin/python3}" -c 'import cryptography, jwt' 2>/dev/null ||
        packages="$packages python3-jwt python3-cryptography"
      ruby -e 'require "jwt"' 2>/dev/null || packages="$packages ruby ruby-jwt"
      php -r 'exit(extension_loaded("openssl") ? 0 : 1);' 2>/dev/null || packages="$packages php-cli"
      command -v go >/dev/null || packages="$packages golang-go"
      [ -d "${GO_SOURCES:-/usr/share/gocode/src}/github.com/golang-jwt/jwt" ] ||
        packages="$packages golang-github-golang-jwt-jwt-dev"
      for tool in curl openssl; do
        command -v $tool >/dev/null || packages="$packages $tool"
      done
      ;;
  esac
done
[ -n "$packages" ] || exit 0

if ! command -v apt-get >/dev/null; then
  echo "The tests need what Debian packages as:$packages" >&2
  echo 'Install it and set CHROMIUM_PATH, FIREFOX_PATH or WEBKIT_DRIVER_PATH to its executable.' >&2
  exit 1
fi
echo "Installing$packages …"
as_root=$([ "$(id -u)" = 0 ] || echo sudo)
$as_root apt-get update -qq
# shellcheck disable=SC2086 # one word for each package
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $packages >/dev/null
