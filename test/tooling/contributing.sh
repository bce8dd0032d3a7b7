#!/usr/bin/env bash
# The examples of CONTRIBUTING.md together are a model that `kith model check` accepts, and each is needed for what it shows: with
# a fault in it, the check names its file. Writes TAP. KITH is the program (build/kith).
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
kith=${KITH:-$root/build/kith}
overlay=$(mktemp -d)
trap 'rm -rf "$overlay"' EXIT

# Each fenced block that is headed "yaml FILE" becomes that file.
awk -v to="$overlay" '
  /^```yaml / { file = to "/" $2; dir = file; sub("/[^/]*$", "", dir); system("mkdir -p " dir); next }
  /^```/ { file = ""; next }
  file { print > file }' "$root/CONTRIBUTING.md"
mapfile -t files < <(cd "$overlay" && find . -name '*.yaml' | sed 's|^\./||' | sort)
echo "1..$((1 + ${#files[@]}))"

if said=$("$kith" model check --model "$overlay" 2>&1) && [ ${#files[@]} -ge 5 ]; then
  echo "ok 1 - the examples are a right model"
else
  printf '# %s\n' "$said"
  echo "not ok 1 - the examples are a right model"
fi
number=1
for file in "${files[@]}"; do
  number=$((number + 1))
  cp "$overlay/$file" "$overlay/kept"
  echo 'no_such_key: 1' >> "$overlay/$file"
  if said=$("$kith" model check --model "$overlay" 2>&1); then
    echo "not ok $number - a mistake in $file is found"
  elif [[ $said = *"$file"* ]]; then
    echo "ok $number - a mistake in $file is found and named"
  else
    printf '# %s\n' "$said"
    echo "not ok $number - a mistake in $file is named"
  fi
  mv "$overlay/kept" "$overlay/$file"
done
