/* Search over 100,000 people, through the record engine from end to end: by whom may know of everybody, by whom knows a
 * school of few, and by whom knows nobody. Figure to reach: p99 50 ms. Names are invented from syllables; common ones
 * are common. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "record/query.h"

enum { CHILDREN = 100000, PAGE = 1000, QUERIES = 400 };

struct bench {
  struct arena *arena, *scratch;
  struct store *store;
  struct ctx ctx;
  struct error e;
  struct record_env env;
  int64_t everybody, few, nobody, school, next;
  int64_t actor;
  int found;
  double ms[QUERIES];
};

static void die(struct bench *b) {
  fprintf(stderr, "bench_search: %s\n", b->e.message);
  for (size_t i = 0; i < b->e.n_items; i++) fprintf(stderr, "  %s %s\n", b->e.items[i].column, b->e.items[i].message);
  exit(3);
}

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Few numbers are drawn often, as few names are. */
static uint64_t skewed(struct bench *b, uint64_t limit) {
  uint64_t x = random_below(b->ctx.random, limit), y = random_below(b->ctx.random, limit);
  return x < y ? x * y / limit : y * x / limit;
}

static const char *name_of(struct bench *b, uint64_t n, int syllables) {
  static const char *const parts[] = {"ba", "ren", "mo", "sa",  "li", "kor", "da", "ni",  "ther", "o",
                                      "al", "wyn", "ja", "sen", "mi", "ra",  "tu", "han", "be",   "lo"};
  struct buf out;
  buf_init(&out, b->scratch);
  for (int i = 0; i < syllables; i++, n /= 20) buf_str(&out, parts[n % 20]);
  char *s = arena_strdup(b->scratch, buf_text(&out));
  s[0] = (char)(s[0] - 'a' + 'A');
  return s;
}

static bool apply(struct db *db, void *arg, struct error *e) {
  struct bench *b = arg;
  bool changed;
  return record_apply_model(db, &b->ctx, &b->env, &changed, e);
}

static bool put(struct db *db, struct bench *b, struct record_batch *batch, const char *record,
                const char *const *names, const char *const *texts, size_t n, int64_t *id, struct error *e) {
  const struct model_record *r = model_record(b->env.model, record);
  struct record_input in;
  (void)db;
  record_input_init(&in, b->scratch, r);
  return record_input_parse(&in, r, &b->ctx, names, texts, n, e) && record_batch_put(batch, r, 0, 0, &in, id, NULL, e);
}

static const char *number(struct bench *b, int64_t i) {
  return arena_printf(b->scratch, "%lld", (long long)i);
}

static bool person(struct db *db, struct bench *b, struct record_batch *batch, const char *role, int64_t *id,
                   struct error *e) {
  static const char *const of_person[] = {"kind", "surname"}, *const of_role[] = {"person", "role", "organisation",
                                                                                  "from_on"};
  const char *who[] = {"professional", "Worker"};
  int64_t row;
  if (!put(db, b, batch, "person", of_person, who, 2, id, e)) return false;
  const char *as[] = {number(b, *id), role, number(b, b->school), "2020-01-01"};
  return !role || put(db, b, batch, "appointment", of_role, as, 4, &row, e);
}

static bool people(struct db *db, void *arg, struct error *e) {
  struct bench *b = arg;
  static const char *const of_school[] = {"kind", "name"};
  const char *school[] = {"school", "Elm Park"};
  struct record_batch *batch =
      record_batch_begin(db, &b->ctx, &b->env, guard_system(db, &b->ctx, b->env.model, 0, "bench"), 0, "people");
  return put(db, b, batch, "organisation", of_school, school, 2, &b->school, e) &&
         person(db, b, batch, "social_worker", &b->everybody, e) &&
         person(db, b, batch, "designated_teacher", &b->few, e) && person(db, b, batch, NULL, &b->nobody, e) &&
         record_batch_end(batch, e);
}

static bool page(struct db *db, void *arg, struct error *e) {
  struct bench *b = arg;
  static const char *const of_child[] = {"local_id", "forenames", "surname", "date_of_birth", "sex"};
  static const char *const of_enrolment[] = {"organisation", "kind", "from_on"};
  struct ctx c = b->ctx;
  for (int i = 0; i < PAGE; i++) {
    int64_t n = b->next + i, child, row;
    arena_reset(b->scratch);
    c.arena = b->scratch;
    struct record_batch *batch =
        record_batch_begin(db, &c, &b->env, guard_system(db, &c, b->env.model, 0, "bench"), 0, "children");
    char day[DATE_TEXT];
    date_format(date_of(2007, 1, 1) + (date_t)random_below(b->ctx.random, 6500), day);
    const char *texts[] = {arena_printf(b->scratch, "C%06lld", (long long)n), name_of(b, skewed(b, 8000), 3),
                           name_of(b, skewed(b, 160000), 4), day, n % 2 ? "F" : "M"};
    const char *school[] = {number(b, b->school), "main", "2023-09-01"};
    if (!put(db, b, batch, "child", of_child, texts, 5, &child, e)) return false;
    if (n % 5000 == 0 && !put(db, b, batch, "enrolment", of_enrolment, school, 3, &row, e)) return false;
    if (!record_batch_end(batch, e)) return false;
  }
  return true;
}

static const char *query_of(struct bench *b, int i) {
  char *first = arena_strdup(b->scratch, name_of(b, skewed(b, 8000), 3)),
       *last = arena_strdup(b->scratch, name_of(b, skewed(b, 160000), 4));
  switch (i % 8) {
  case 0:
    return last;
  case 1:
    return arena_printf(b->scratch, "%s %s", first, last);
  case 2:
    last[3] = '\0';
    return last;
  case 3:
    first[2] = '\0';
    return arena_printf(b->scratch, "%s %s", first, last);
  case 4:
    return arena_printf(b->scratch, "C%06d", (int)random_below(b->ctx.random, CHILDREN));
  case 5:
    return arena_printf(b->scratch, "%s %d/%d/%d", first, 1 + i % 28, 1 + i % 12, 2008 + i % 15);
  case 6:
    return last + 2;
  default:
    first[1] = '\0';
    return first;
  }
}

static bool ask(struct db *db, void *arg, struct error *e) {
  struct bench *b = arg;
  struct actor who = {.id = b->actor, .purpose = ""};
  for (int i = -8; i < QUERIES; i++) { /* the first eight prepare the statements */
    struct found *f;
    size_t n;
    struct ctx c = b->ctx;
    arena_reset(b->scratch);
    c.arena = b->scratch;
    const char *text = query_of(b, i + 8);
    double at = now_ms();
    if (!record_search(db, &c, b->env.model, &who, text, 20, &f, &n, e)) return false;
    if (i >= 0) b->ms[i] = now_ms() - at;
    b->found += (int)n;
  }
  return true;
}

static int by_size(const void *x, const void *y) {
  return (*(const double *)x > *(const double *)y) - (*(const double *)x < *(const double *)y);
}

static void measure(struct bench *b, const char *what, int64_t actor) {
  b->actor = actor;
  b->found = 0;
  if (!store_read(b->store, ask, b, &b->e)) die(b);
  qsort(b->ms, QUERIES, sizeof *b->ms, by_size);
  printf("search, %-22s p50 %6.2f ms  p99 %6.2f ms  most %6.2f ms  (p99 50 ms)  %d found\n", what, b->ms[QUERIES / 2],
         b->ms[QUERIES * 99 / 100], b->ms[QUERIES - 1], b->found);
}

int main(int argc, char **argv) {
  int64_t children = argc > 1 ? atoll(argv[1]) : CHILDREN;
  struct bench b = {.arena = arena_new(), .scratch = arena_new()};
  char dir[] = "/tmp/kith-bench-XXXXXX";
  error_init(&b.e, b.arena);
  const char *pg = getenv("KITH_TEST_PG");
  if (!mkdtemp(dir)) return 3;
  const char *path = arena_printf(b.arena, "%s/store.db", dir);
  struct store_options o = {.location = pg ? pg : path, .schema = "bench_search", .create = true};
  struct random *random = random_seeded("search");
  ctx_init(&b.ctx, b.arena, random);
  if (!store_open(b.arena, &o, &b.store, &b.e) ||
      !model_load(b.arena, KITH_SOURCE_ROOT "/model", NULL, &b.env.model, &b.e))
    die(&b);
  if (!store_write(b.store, apply, &b, &b.e) || !store_write(b.store, people, &b, &b.e)) die(&b);
  double at = now_ms();
  for (b.next = 0; b.next < children; b.next += PAGE)
    if (!store_write(b.store, page, &b, &b.e)) die(&b);
  printf("%lld children made through the engine in %.1f s\n", (long long)children, (now_ms() - at) / 1e3);
  measure(&b, "knows of everybody", b.everybody);
  measure(&b, "knows 20 of a school", b.few);
  measure(&b, "knows nobody", b.nobody);
  fflush(stdout); /* nothing of it goes through execlp */
  store_close(b.store);
  random_free(random);
  arena_free(b.scratch);
  arena_free(b.arena);
  execlp("rm", "rm", "-r", dir, (char *)NULL);
  return 3;
}
