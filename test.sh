#!/usr/bin/env bash
# Runs every test of Lockstep, and stops at the first that fails. On a bare Debian or Ubuntu it first installs what the
# tests need, where it may. A first run builds everything and took 12 minutes on two cores.
set -euo pipefail
cd "$(dirname "$0")"
exec </dev/null

# A C compiler for SQLite and the cryptography, a Redis server that the tests start for themselves, OpenSSL for keys and
# tokens of somebody else's making, a real browser with its driver, and for the test of the real window an X server
# without a screen, the libraries that a window loads when it opens, and the tools that find, shoot and measure it.
packages=(
  gcc libc6-dev redis-server openssl chromium chromium-driver
  xvfb xdotool imagemagick libxcursor1 libxi6 libxkbcommon-x11-0 libgl1-mesa-dri libegl1
)

# Python and Node.js run the other implementations that tokens are exchanged with; any recent ones do.
python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3 python3-venv)
command -v node >/dev/null || packages+=(nodejs)
command -v npm >/dev/null || packages+=(npm)

step() {
  local name=$1 start=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  "$@"
  printf -- '-- %s: %d s\n' "$name" $((SECONDS - start))
}

fail() {
  printf '%s\n' "$1" >&2
  exit 1
}

install_packages() {
  if ! command -v dpkg-query >/dev/null; then
    echo "This is no Debian: install what these packages hold, if a test misses it: ${packages[*]}"
    return
  fi
  local missing=() package
  for package in "${packages[@]}"; do
    # A library that is installed for two architectures is listed twice.
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  if [ ${#missing[@]} -eq 0 ]; then
    echo "All are there: ${packages[*]}"
    return
  fi
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || fail "Missing: ${missing[*]}. Get them with: sudo apt-get install ${missing[*]}"
    sudo=(sudo -n)
  fi
  "${sudo[@]}" apt-get update -q
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

find_rust() {
  PATH=$PATH:${CARGO_HOME:-${HOME:-/root}/.cargo}/bin
  command -v cargo >/dev/null || fail "Missing: cargo. Get Rust 1.95 or newer from https://rustup.rs"
  cargo --version
  cargo fmt --version && cargo clippy --version || rustup component add rustfmt clippy
}

# Two other implementations of signed tokens, in the target folder, each in the version that its list names.
other_implementations() {
  local lists=$PWD/app/tests/interop folder=${CARGO_TARGET_DIR:-target}/interop
  command -v python3 >/dev/null || fail "Missing: python3, with venv, for the tests that exchange tokens with PyJWT."
  command -v node >/dev/null || fail "Missing: node, 18 or newer, for the tests that exchange tokens with jose."
  command -v npm >/dev/null || fail "Missing: npm, to get the package jose for the tests that exchange tokens with it."
  mkdir -p "$folder"
  if cmp -s "$lists/requirements.txt" "$folder/requirements.txt" && cmp -s "$lists/package.json" "$folder/package.json"; then
    echo "They are there."
    return
  fi
  rm -rf "$folder/venv"
  python3 -m venv "$folder/venv"
  "$folder/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: -r "$lists/requirements.txt" ||
    fail "PyJWT could not be installed: the tests that exchange tokens with it need it, and a package registry to get it from."
  cp "$lists/package.json" "$folder/"
  npm install --prefix "$folder" --silent --no-audit --no-fund --no-package-lock || {
    rm "$folder/package.json"
    fail "jose could not be installed: the tests that exchange tokens with it need it, and a package registry to get it from."
  }
  # Written last, so that what was begun and not ended begins anew.
  cp "$lists/requirements.txt" "$folder/"
}

# Without the window the program is whole, and nothing of a window library is in it.
check_without_window() {
  cargo clippy -p lockstep --no-default-features --locked -- -D warnings
  local tree
  tree=$(cargo tree -p lockstep --no-default-features -e normal --locked --prefix none)
  if grep -E '^(accesskit|eframe|egui|epaint|glow|glutin|wayland|winit|x11)' <<<"$tree"; then
    fail "Without its gui feature, lockstep still depends on the crates above."
  fi
}

step "Packages" install_packages
step "Rust" find_rust
step "Other implementations" other_implementations
step "Format" cargo fmt --all --check
step "Lints" cargo clippy --workspace --all-targets --locked -- -D warnings
step "Without a window" check_without_window
step "Build the tests" cargo test --workspace --locked --no-run

# Tests that need what was installed above are ignored unless they are asked for; so are benchmarks, which are not. What
# cargo says comes last.
printf '\n== Tests, the real window among them\n'
cargo test --workspace --locked -- --include-ignored --skip a_million
