/* The checker by itself, with the arguments that kith takes: `check903 check ssda903 [options]` and `check903 import
 * postcodes FILE --data DIR`. It links nothing above check/, which shows that the checker needs neither model nor
 * store, and builds in a moment. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/error.h"
#include "check/ssda903/command.h"
#include "check/ssda903/place.h"

static int import(const char *file, const char *data, struct arena *a, struct error *e) {
  int64_t n;
  mkdir(data, 0700);
  return place_make_postcodes(file, data, &n, a, e) ? 0 : 3;
}

int main(int argc, char **argv) {
  struct arena *a = arena_new();
  struct error e;
  struct check_command c = {.data = "./kith.d"};
  const struct {
    const char *name, **to;
  } takes[] = {{"data", &c.data},     {"json", &c.json},       {"this", &c.this_dir}, {"last", &c.last_dir},
               {"year", &c.year},     {"la", &c.la},           {"only", &c.only},     {"providers", &c.providers},
               {"format", &c.format}, {"explain", &c.explain}, {"out", &c.out}};
  enum { N = sizeof takes / sizeof takes[0] };
  struct option longs[N + 1] = {0};
  for (int i = 0; i < N; i++) longs[i] = (struct option){takes[i].name, required_argument, NULL, i};
  error_init(&e, a);
  for (int got; (got = getopt_long(argc, argv, "", longs, NULL)) != -1;)
    if (got >= 0 && got < N) *takes[got].to = optarg;
  size_t flags = 0;
  int code = 2;
  if (argc - optind == 3 && strcmp(argv[optind], "import") == 0)
    code = import(argv[optind + 2], c.data, a, &e);
  else if (argc - optind == 2)
    code = check_command_run(&c, a, stdout, &flags, &e) ? flags > 0 : 3;
  if (code > 1)
    fprintf(stderr, "%s\n", e.message ? e.message : "check903 check ssda903 ... | import postcodes FILE --data DIR");
  for (size_t i = 0; i < e.n_items; i++)
    fprintf(stderr, "  %s\n", e.items[i].message ? e.items[i].message : e.items[i].expected);
  arena_free(a);
  return code;
}
