/* The door over 100,000 children: opening one, and lists, counts and searches by guard_scope, beside the same relation
 * written as a correlated `exists`. 3,000 schools, 2,000 children looked after, 140 social workers in 20 teams; rows go
 * straight into the tables. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "guard/may.h"
#include "record/record.h"

enum {
  CHILDREN = 100000,
  LOOKED_AFTER = 2000,
  SCHOOLS = 3000,
  WORKERS = 140,
  TEAMS = 20,
  FIRST_CHILD = 1000000,
  FIRST_SCHOOL = 2000000,
  FIRST_TEAM = 3000000,
  HEAD = 1,
  OFFICER = 2,
  CARER = 3,
  NOBODY = 4,
  FIRST_TEACHER = 10000,
  FIRST_WORKER = 20000
};

struct bench {
  struct arena *arena, *scratch;
  struct store *store;
  const struct model *m;
  struct ctx ctx;
  struct error e;
  /* of one measurement */
  int64_t actor, child;
  int category;
  enum guard_action action;
  const char *sql; /* with %s for the predicate */
  bool correlated;
  int times;
  int64_t found;
  double *us;
};

static void die(struct bench *b) {
  fprintf(stderr, "bench_guard: %s\n", b->e.message);
  for (size_t i = 0; i < b->e.n_items; i++) fprintf(stderr, "  %s\n", b->e.items[i].message);
  exit(3);
}

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* ---- the world ---- */

/* A row of a record's table: integers bound to the named columns, texts written into the statement. */
static void row(struct db *db, struct bench *b, const char *record, int64_t id, int64_t child, const char *columns,
                const char *values) {
  bool about = model_record(b->m, record)->about == ABOUT_CHILD;
  const char *sql =
      arena_printf(b->scratch,
                   "insert into t_%s (id, version, voided, created_at, created_by, changed_at, changed_by%s, %s) "
                   "values ($1, 1, 0, 0, 0, 0, 0%s, %s)",
                   record, about ? ", child" : "", columns, about ? ", $2" : "", values);
  struct stmt *q = db_sql(db, sql, about ? "ii" : "i");
  sql_int(q, 1, id);
  if (about) sql_int(q, 2, child);
  sql_run(q);
}

static int64_t next_id(void) {
  static int64_t id = 10000000;
  return ++id;
}

static void appoint(struct db *db, struct bench *b, int64_t person, const char *role, int64_t organisation,
                    int64_t team) {
  row(db, b, "appointment", next_id(), 0, "person, role, organisation, team, from_on",
      arena_printf(b->scratch, "%lld, '%s', %lld, %lld, '2020-01-01'", (long long)person, role, (long long)organisation,
                   (long long)team));
}

static void child(struct db *db, struct bench *b, int64_t i) {
  int64_t id = FIRST_CHILD + i;
  struct arena *a = b->scratch;
  row(db, b, "child", id, id, "forenames, surname, surname_key, local_id",
      arena_printf(a, "'Child', 'S%05lld', 's%05lld', 'L%lld'", (long long)i, (long long)i, (long long)i));
  row(db, b, "enrolment", next_id(), id, "organisation, from_on",
      arena_printf(a, "%lld, '2024-09-01'", (long long)(FIRST_SCHOOL + i % SCHOOLS)));
  if (i >= LOOKED_AFTER) return;
  row(db, b, "care_period", next_id(), id, "became_looked_after_on", "'2024-01-01'");
  row(db, b, "pep", next_id(), id, "initiated_on", "'2026-10-01'");
  row(db, b, "placement", next_id(), id, "carer, organisation, from_on",
      arena_printf(a, "%lld, %lld, '2024-01-01'", (long long)(i ? 0 : CARER), (long long)FIRST_SCHOOL));
  row(db, b, "involvement", next_id(), id, "role, person, team, from_on",
      arena_printf(a, "'social_worker', %lld, %lld, '2024-01-01'", (long long)(FIRST_WORKER + i % WORKERS),
                   (long long)(FIRST_TEAM + i % TEAMS)));
  if (i % 100 == 7) row(db, b, "restriction", next_id(), id, "from_on", "'2025-01-01'");
  if (i % 40 == 3) {
    row(db, b, "conflict_of_interest", next_id(), id, "person, kind, from_on",
        arena_printf(a, "%lld, 'recused', '2025-01-01'", (long long)(FIRST_WORKER + i % WORKERS)));
  }
  if (i % 4 == 1) {
    int64_t agreement = next_id();
    row(db, b, "sharing_agreement", agreement, id, "from_on", "'2025-01-01'");
    row(db, b, "sharing_item", next_id(), id, "owner, category, role, allow",
        arena_printf(a, "%lld, 'education_plan', 'designated_teacher', 1", (long long)agreement));
  }
}

struct part {
  struct bench *b;
  int64_t from, to;
};

static bool fill_part(struct db *db, void *arg, struct error *e) {
  struct part *p = arg;
  for (int64_t i = p->from; i < p->to; i++) child(db, p->b, i);
  arena_reset(p->b->scratch);
  return db_ok(db, e);
}

static bool fill(struct db *db, void *arg, struct error *e) {
  struct bench *b = arg;
  if (!record_ensure(db, b->m, e) || !guard_ensure(db, e) || !guard_apply(db, b->m, e)) return false;
  appoint(db, b, HEAD, "virtual_school_head", 0, 0);
  appoint(db, b, OFFICER, "data_officer", 0, 0);
  appoint(db, b, CARER, "foster_carer", 0, 0);
  for (int i = 0; i < SCHOOLS; i++) appoint(db, b, FIRST_TEACHER + i, "designated_teacher", FIRST_SCHOOL + i, 0);
  for (int i = 0; i < WORKERS; i++) appoint(db, b, FIRST_WORKER + i, "social_worker", 0, FIRST_TEAM + i % TEAMS);
  return db_ok(db, e);
}

static bool analyse(struct db *db, void *arg, struct error *e) {
  (void)arg;
  sql_run(db_sql(db, "analyze", ""));
  return db_ok(db, e);
}

static void build(struct bench *b) {
  if (!store_write(b->store, fill, b, &b->e)) die(b);
  for (int64_t i = 0; i < CHILDREN; i += 5000) {
    struct part p = {b, i, i + 5000};
    if (!store_write(b->store, fill_part, &p, &b->e)) die(b);
  }
}

/* ---- measuring ---- */

static bool open_fn(struct db *db, void *arg, struct error *e) {
  struct bench *b = arg;
  b->found = 0;
  struct actor who = {.id = b->actor};
  for (int i = 0; i < b->times; i++) {
    const struct permit *p;
    struct error none;
    struct ctx c = b->ctx;
    c.arena = b->scratch;
    error_init(&none, b->scratch);
    double from = now_us();
    b->found += guard_open(db, &c, b->m, &who, b->child, &p, &none);
    b->us[i] = now_us() - from;
    if (none.kind != ERR_NONE && none.kind != ERR_NOT_FOUND) return error_set(e, none.kind, "%s", none.message);
    arena_reset(b->scratch);
  }
  return true;
}

static const char *predicate(struct bench *b, struct db *db, const struct ctx *c) {
  struct arena *a = c->arena;
  struct actor who = {.id = b->actor};
  if (!b->correlated) return guard_scope(db, c, b->m, &who, "t.child", b->category, b->action, 1);
  struct buf s;
  buf_init(&s, a);
  may_sql(&s, &(struct may){
                  .model = b->m, .child = "t.child", .first = 1, .category = b->category, .action = (int)b->action});
  return arena_printf(a, "exists (%s)", buf_text(&s));
}

static bool scope_fn(struct db *db, void *arg, struct error *e) {
  struct bench *b = arg;
  for (int i = 0; i < b->times; i++) {
    struct ctx c = b->ctx;
    c.arena = b->scratch;
    double from = now_us();
    const char *at = strstr(b->sql, "%s");
    const char *sql = arena_printf(b->scratch, "%.*s%s%s", (int)(at - b->sql), b->sql, predicate(b, db, &c), at + 2);
    struct stmt *q = db_sql(db, sql, GUARD_TYPES);
    guard_bind(q, 1, &c, &(struct actor){.id = b->actor});
    for (b->found = 0; sql_row(q); b->found++) continue;
    b->us[i] = now_us() - from;
    arena_reset(b->scratch);
  }
  return db_ok(db, e);
}

static int by_us(const void *l, const void *r) {
  double x = *(const double *)l, y = *(const double *)r;
  return (x > y) - (x < y);
}

static void report(struct bench *b, const char *name, store_fn *fn, int times) {
  b->us = arena_alloc(b->arena, (size_t)times * sizeof *b->us);
  b->times = 3; /* statements prepared, pages in memory */
  if (!store_read(b->store, fn, b, &b->e)) die(b);
  b->times = times;
  if (!store_read(b->store, fn, b, &b->e)) die(b);
  qsort(b->us, (size_t)times, sizeof *b->us, by_us);
  printf("%-58s %8lld rows  p50 %9.0f us  p99 %9.0f us\n", name, (long long)b->found, b->us[times / 2],
         b->us[times * 99 / 100]);
  fflush(stdout);
}

static void opens(struct bench *b) {
  static const struct {
    const char *name;
    int64_t actor, child;
  } cases[] = {{"open: designated teacher, on roll", FIRST_TEACHER + 9, FIRST_CHILD + 9},
               {"open: designated teacher, agreement", FIRST_TEACHER + 5, FIRST_CHILD + 5},
               {"open: designated teacher, other school", FIRST_TEACHER + 9, FIRST_CHILD + 10},
               {"open: social worker, allocated", FIRST_WORKER + 9, FIRST_CHILD + 9},
               {"open: social worker, unallocated", FIRST_WORKER + 9, FIRST_CHILD + 10},
               {"open: social worker, no such child", FIRST_WORKER + 9, 999},
               {"open: virtual school head", HEAD, FIRST_CHILD + 9},
               {"open: foster carer", CARER, FIRST_CHILD},
               {"open: nobody", NOBODY, FIRST_CHILD + 9}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    b->actor = cases[i].actor;
    b->child = cases[i].child;
    report(b, cases[i].name, open_fn, 2000);
  }
}

static void scopes(struct bench *b) {
  int daily = model_category(b->m, "daily")->index, plan = model_category(b->m, "education_plan")->index;
  static const char count[] = "select t.id from enrolment t where %s";
  static const char first[] = "select t.id from child t where %s order by t.surname_key, t.id limit 30";
  static const char plans[] = "select t.id from pep t where %s order by t.initiated_on desc nulls last, t.id limit 30";
  static const char search[] =
      "select t.id from child t where t.surname_key >= 's0012' and t.surname_key < 's0013' and %s";
  struct {
    const char *name;
    int64_t actor;
    int category;
    enum guard_action action;
    const char *sql;
    int times;
  } cases[] = {{"list all of a school (34 of 100,000)", FIRST_TEACHER + 9, daily, GUARD_READ, count, 50},
               {"first 30 by name: designated teacher", FIRST_TEACHER + 9, daily, GUARD_READ, first, 50},
               {"first 30 plans: designated teacher", FIRST_TEACHER + 9, plan, GUARD_READ, plans, 50},
               {"first 30 plans: social worker", FIRST_WORKER + 9, plan, GUARD_READ, plans, 50},
               {"first 30 plans: virtual school head", HEAD, plan, GUARD_READ, plans, 50},
               {"list all looked after (1,980 of 100,000)", HEAD, daily, GUARD_READ, count, 20},
               {"list everybody: data officer", OFFICER, daily, GUARD_READ, count, 5},
               {"first 30 by name: data officer", OFFICER, daily, GUARD_READ, first, 10},
               {"10 met by name: social worker finds", FIRST_WORKER + 9, -1, GUARD_FIND, search, 50},
               {"10 met by name: designated teacher finds", FIRST_TEACHER + 123, -1, GUARD_FIND, search, 50},
               {"10 met by name: nobody finds", NOBODY, -1, GUARD_FIND, search, 50}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    b->actor = cases[i].actor;
    b->category = cases[i].category;
    b->action = cases[i].action;
    b->sql = cases[i].sql;
    b->correlated = false;
    report(b, cases[i].name, scope_fn, cases[i].times);
    b->correlated = true;
    report(b, "  the same as a correlated exists", scope_fn, cases[i].times > 10 ? 10 : 2);
  }
}

int main(void) {
  struct bench b = {.arena = arena_new(), .scratch = arena_new()};
  char dir[] = "/tmp/kith-bench-XXXXXX";
  error_init(&b.e, b.arena);
  if (!mkdtemp(dir)) return 3;
  const char *pg = getenv("KITH_TEST_PG"), *file = arena_printf(b.arena, "%s/store.db", dir);
  struct store_options o = {.location = pg ? pg : file, .schema = "bench_guard", .create = true};
  b.ctx = (struct ctx){.arena = b.arena, .today = date_of(2026, 11, 24), .now = instant_parse("2026-11-24T09:00:00Z")};
  if (!model_load(b.arena, KITH_SOURCE_ROOT "/model", NULL, &b.m, &b.e) || !store_open(b.arena, &o, &b.store, &b.e))
    die(&b);
  build(&b);
  printf("%s, no statistics of the tables\n", store_backend(b.store));
  opens(&b);
  scopes(&b);
  if (store_write(b.store, analyse, &b, &b.e)) {
    printf("after analyze\n");
    opens(&b);
    scopes(&b);
  }
  store_close(b.store);
  static const char *const files[] = {"store.db", "store.db-wal", "store.db-shm"};
  for (size_t i = 0; i < 3; i++) unlink(arena_printf(b.arena, "%s/%s", dir, files[i]));
  rmdir(dir);
  arena_free(b.scratch);
  arena_free(b.arena);
  return 0;
}
