#!/usr/bin/env bash
# Takes the pictures of the README anew, of the real window: assets/screenshots/take.sh [PROGRAM]
# It needs Xvfb, xdotool and ImageMagick; the program is target/release/lockstep unless another is named.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$(realpath "${1:-target/release/lockstep}")
folder=$(mktemp -d)
exec 3< <(exec Xvfb -displayfd 1 -screen 0 1440x900x24 -nolisten tcp 2>/dev/null)
server=$!
trap 'kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
read -r display <&3
export DISPLAY=:$display LIBGL_ALWAYS_SOFTWARE=1

# The lab needs this long for a log-in at most; nothing outside of the window tells when it is drawn.
press() {
  xdotool windowfocus --sync "$window" key "$1"
  sleep 4
}

shoot() {
  import -window "$window" -strip "assets/screenshots/$1.png"
  echo "assets/screenshots/$1.png"
}

for theme in dark light; do
  state=$folder/$theme.json
  printf '{"lockstep_window":1,"theme":"%s"}' "$theme" >"$state"
  LOCKSTEP_STATE=$state "$program" &
  app=$!
  window=$(xdotool search --sync --onlyvisible --name '^Lockstep' | head -1)
  xdotool windowmove "$window" 0 0 windowsize --sync "$window" 1440 900
  sleep 4
  # Log in, Steal, Log out: each time the button that is lit.
  for _ in 1 2 3; do press ctrl+Return; done
  shoot "playground-$theme"
  kill "$app"
  wait "$app" || true
done
