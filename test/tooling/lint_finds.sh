#!/usr/bin/env bash
# Each check of script/lint is shown a project with one fault in it and must find it, and the same project without the
# fault and must not. Writes TAP.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
place=$(mktemp -d)
project=$place/project # with nothing beside it
trap 'rm -rf "$place"' EXIT
number=0

# A small project in order, with the real scripts.
fresh() {
  rm -rf "${project:?}"/{*,.[a-z]*}
  mkdir -p "$project"/{src/base,src/store,src/web,docs,assets}
  cp -r "$root/script" "$root/.clang-format" "$root/.clang-tidy" "$root/.shellcheckrc" "$project/"
  cp "$root/docs/architecture.md" "$project/docs/"
  printf '| VOI-01 | asked | not yet | | |\n' > "$project/docs/mission.md"
  printf '#include "base/a.h"\n' | tee "$project/src/base/a.c" > "$project/src/web/page.c"
  printf 'int a(void);\n' > "$project/src/base/a.h"
  printf 'const a = 1\n' > "$project/assets/kith.js"
  printf '{"packages": {}}\n' > "$project/package-lock.json"
  printf "project('small', 'c')\nstatic_library('a', 'src/base/a.c', include_directories: 'src')\n" > "$project/meson.build"
  printf "option('fuzz', type: 'boolean', value: false)\n" > "$project/meson_options.txt"
  printf '#!/bin/sh\nmkdir -p build/src/cli && echo "int main(void) { return 0; }" | cc -Wl,--no-as-needed -xc - -lyaml -o build/kith\n' \
    > "$project/script/build"
  git -C "$project" init -q
}

# finds CHECK WHAT COMMAND: CHECK passes in the project in order, and fails after COMMAND has put the fault in.
finds() {
  local check=$1 what=$2 before after
  number=$((number + 1))
  fresh
  before=$("$project/script/lint" --only "$check" 2>&1)
  (cd "$project" && eval "$3")
  after=$("$project/script/lint" --only "$check" 2>&1)
  if [[ $before = *"ok $check" && $after != *"ok $check" ]]; then
    echo "ok $number - $check finds $what"
  else
    echo "not ok $number - $check finds $what"
    printf '# before: %s\n# after: %s\n' "$before" "$after" | head -n 20
  fi
}

finds layers "an include of a layer above" 'echo "#include \"web/page.h\"" >> src/base/a.c'
finds layers "an include of a layer beside" 'mkdir src/duty src/measure; echo "#include \"measure/x.h\"" > src/duty/x.c'
finds layers "an include without its layer" 'echo "#include \"a.h\"" >> src/base/a.c'
finds layers "the model reading a store" 'mkdir src/model; echo "#include \"store/store.h\"" > src/model/x.c'
finds database_only_in_store "a call of SQLite from a page" 'echo "int x = sqlite3_open(0, 0);" >> src/web/page.c'
finds database_only_in_store "a call of PostgreSQL from a page" 'echo "int x = PQconnectdb(0);" >> src/web/page.c'
finds file_length "a file of 801 lines" 'seq -f "int a%g;" 801 > src/web/long.c'
finds unfinished "a note to come back" 'printf "/* %s%s: later */\n" TO DO >> src/web/page.c'
finds machine_paths "a path of somebody's machine" 'printf "// see /%s/ann/kith\n" home >> src/web/page.c'
finds format "a line that clang-format would change" 'echo "int  a ;" >> src/web/page.c'
finds shell "an unquoted variable" 'printf "#!/bin/bash\nrm \$1\n" > script/bad'
finds javascript "what does not parse" 'echo "const" >> assets/kith.js'
finds python "what does not parse" 'echo "def" >> script/tidy'
finds lock_file "the address of a registry" 'printf "{\n\"resolved\": \"https://registry.example/a.tgz\"}\n" > package-lock.json'
finds mission "a test that does not exist" 'printf "| VOI-02 | asked | works | all | test_nothing |\n" >> docs/mission.md'
finds mission "a requirement that stands twice" 'printf "| VOI-01 | asked | not yet | | |\n" >> docs/mission.md'
finds mission "a state of somebody's own" 'printf "| VOI-02 | asked | nearly | | |\n" >> docs/mission.md'
finds mission "a claim without a test" 'printf "| VOI-02 | asked | works | all | |\n" >> docs/mission.md'
finds licences "a library whose licence nobody has read" 'sed -i /^libyaml/d script/licences.tsv'
finds licences "a library under the GPL" 'sed -i "/^libyaml/s/MIT/GPL-3.0-or-later/" script/licences.tsv'
finds licences "a package under another licence" 'echo "{\"packages\": {\"x\": {\"license\": \"GPL-3.0\"}}}" > package-lock.json'
finds tidy "a function of more than a screen" '{ echo "int b(int x);"; echo "int b(int x) {"; yes "  x++;" | head -n 61; echo "  return x;"; echo "}"; } >> src/base/a.c'
finds tidy "a pointer that may be null" 'echo "int c(int x); int c(int x) { int *p = 0; if (x) p = &x; return *p; }" >> src/base/a.c'
finds cppcheck "what is read before it is written" 'echo "int d(void) { int x[2]; return x[1]; }" >> src/base/a.c'
echo "1..$number"
