#!/usr/bin/env bash
# Runs every test of Lockstep, and stops at the first that fails. On a bare Debian or Ubuntu it first installs what the
# tests need, where it may. A first run builds everything and took 12 minutes on two cores.
set -euo pipefail
cd "$(dirname "$0")"
exec </dev/null

# A C compiler for SQLite and the cryptography, a Redis server that the tests start for themselves, OpenSSL for keys and
# tokens of somebody else's making, and for the test of the real window an X server without a screen, the libraries that
# a window loads when it opens, and the tools that find, shoot and measure it.
packages=(
  gcc libc6-dev redis-server openssl
  xvfb xdotool imagemagick libxcursor1 libxi6 libxkbcommon-x11-0 libgl1-mesa-dri libegl1
)

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
step "Format" cargo fmt --all --check
step "Lints" cargo clippy --workspace --all-targets --locked -- -D warnings
step "Without a window" check_without_window
step "Build the tests" cargo test --workspace --locked --no-run

# Tests that need what was installed above are ignored unless they are asked for; so are benchmarks, which are not. What
# cargo says comes last.
printf '\n== Tests, the real window among them\n'
cargo test --workspace --locked -- --include-ignored --skip a_million
