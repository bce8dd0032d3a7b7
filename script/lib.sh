# What the scripts share. Sourced from the project's root.
# shellcheck shell=bash

# For the program that people run: the protections that Debian builds its own packages with.
# shellcheck disable=SC2034
hardened=(
  -Db_pie=true
  '-Dc_args=-D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fcf-protection'
  '-Dc_link_args=-Wl,-z,relro,-z,now'
)

say() { printf '%s\n' "$*" >&2; }

# assets/dist/ is made again only when something that it is made from is newer.
build_assets() {
  local manifest=assets/dist/manifest.tsv
  if [ -f $manifest ] && [ -z "$(find assets node_modules/.kith-stamp -newer $manifest -type f -not -path 'assets/dist/*')" ]; then
    return
  fi
  npm run --silent build
}

# configure DIR COMPILER OPTION...: a build directory, made once, and again when its options change or a meson.build has
# come or gone (meson itself looks only at those that it has read).
configure() {
  local dir=$1 compiler=$2 wanted again=()
  shift 2
  wanted="$compiler $* $(find src test -name meson.build | sort | cksum)"
  if [ -f "$dir/build.ninja" ]; then
    [ "$(cat "$dir/.configured" 2>/dev/null)" = "$wanted" ] && return
    again=(--wipe)
  fi
  command -v ccache >/dev/null && compiler="ccache $compiler"
  CC=$compiler meson setup "${again[@]}" "$dir" "$@" || return
  printf '%s\n' "$wanted" > "$dir/.configured"
}

# run_part NAME SECONDS: runs `SCRIPT --only NAME` with its output in build-log/, counts the lines in it that begin "ok",
# "not ok" and "skip", and shows what failed. A part that fails without saying where, runs out of time or has nothing in it is
# one failure.
passed=0 failed=0 child=
trap '[ -z "$child" ] || kill "$child" 2>/dev/null; exit 130' INT TERM
run_part() {
  local name=$1 seconds=$2 log status=0 ok not_ok skipped began=$SECONDS
  log=build-log/$(basename "$0")-$name.log
  mkdir -p build-log
  timeout -k 10 "$seconds" "$0" --only "$name" > "$log" 2>&1 &
  child=$!
  wait $child || status=$?
  child=
  ok=$(grep -c '^ok\b' "$log")
  not_ok=$(grep -c '^not ok\b' "$log")
  skipped=$(grep -c '^skip ' "$log")
  if [ "$not_ok" = 0 ] && { [ $status != 0 ] || [ "$ok" = 0 ]; }; then not_ok=1; fi
  printf '%-24s %4d s  %5d passed %3d failed %3d skipped\n' "$name" $((SECONDS - began)) "$ok" "$not_ok" "$skipped"
  if [ "$not_ok" != 0 ]; then
    [ $status = 124 ] && echo "  stopped after $seconds seconds"
    { grep '^not ok\b' "$log"; echo "--- the end of $log:"; tail -n 40 "$log"; } | sed 's/^/  /'
  fi
  passed=$((passed + ok)) failed=$((failed + not_ok))
}

# The last line of script/lint and script/test, and their exit status.
close_parts() {
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ]
}
