# What the scripts share. Sourced from the project's root; defines functions and constants only.
# shellcheck shell=bash disable=SC2034

# For the program that people run: what Debian's own packages are built with.
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

# configure DIR COMPILER OPTION...: a build directory, made once and again when its options change.
configure() {
  local dir=$1 compiler=$2
  shift 2
  if [ -f "$dir/build.ninja" ] && [ "$(cat "$dir/.configured" 2>/dev/null)" = "$compiler $*" ]; then return; fi
  local again=()
  [ -f "$dir/build.ninja" ] && again=(--wipe)
  command -v ccache >/dev/null && compiler="ccache $compiler"
  CC=$compiler meson setup "${again[@]}" "$dir" "$@"
  printf '%s\n' "${compiler#ccache } $*" > "$dir/.configured"
}
