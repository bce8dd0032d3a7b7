/* bench_ledger: appending to both chains, verifying them, the history of one row among many.
 *
 *   bench_ledger [--entries N] [DIR]        DIR defaults to /tmp; KITH_TEST_PG runs it on PostgreSQL instead
 *
 * Entries are appended in transactions of 1,000, so that what is measured is the chain and not the disk. "headers" are entries without
 * bodies; "with body" have one of about 200 bytes and touch one row. The history is of a row that 100 of the entries speak of. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "ledger/access.h"
#include "ledger/ledger.h"

enum { GROUP = 1000, HISTORY = 100 };

static int64_t entries = 200000;

static double clock_of(clockid_t id) {
  struct timespec t;
  clock_gettime(id, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct stopwatch {
  double wall, cpu;
};

static struct stopwatch start(void) {
  return (struct stopwatch){clock_of(CLOCK_MONOTONIC), clock_of(CLOCK_PROCESS_CPUTIME_ID)};
}

/* By the wall and by the processor: the two part when others use the machine, or when a database server does the work. */
static void report(const char *what, struct stopwatch t, int64_t n, const char *note) {
  printf("%-44s %12.0f a second %12.0f a CPU second%s\n", what, (double)n / (clock_of(CLOCK_MONOTONIC) - t.wall),
         (double)n / (clock_of(CLOCK_PROCESS_CPUTIME_ID) - t.cpu), note);
}

struct bench {
  struct store *store;
  struct arena *arena;
  struct ctx ctx;
  struct error e;
  int64_t from, seen;
  const char *chain;
  struct ledger_report report;
};

static void must(struct bench *b, bool ok) {
  if (ok) return;
  fprintf(stderr, "bench_ledger: %s\n", b->e.message);
  exit(1);
}

static bool ensure(struct db *db, void *arg, struct error *e) {
  (void)arg;
  return ledger_ensure(db, e) && access_ensure(db, e);
}

static bool headers(struct db *db, void *arg, struct error *e) {
  struct bench *b = arg;
  for (int i = 0; i < GROUP; i++) {
    struct ledger_entry x = {.actor = 901,
                             .child = 17,
                             .purpose = "plan",
                             .record = "pep",
                             .id = b->from + i,
                             .version = 3,
                             .kind = "change",
                             .model = "00112233445566778899aabbccddeeff"};
    if (!ledger_append(db, &b->ctx, &x, NULL, e)) return false;
  }
  return true;
}

static bool with_bodies(struct db *db, void *arg, struct error *e) {
  struct bench *b = arg;
  for (int i = 0; i < GROUP; i++) {
    int64_t n = b->from + i, id = n % (entries / HISTORY) + 1;
    char text[320];
    int size = snprintf(text, sizeof text,
                        "[{\"f\":{\"attendance\":\"I missed two days\",\"mood\":\"%064lld\",\"strengths\":"
                        "\"Reading, drawing, looking after the little ones\"},\"i\":%lld,\"r\":\"pep\",\"v\":%lld}]",
                        (long long)n, (long long)id, (long long)(n / (entries / HISTORY) + 1));
    struct ledger_body body = {"education_plan", text, (size_t)size};
    struct ledger_entry x = {.actor = 901,
                             .child = id % 2000,
                             .purpose = "plan",
                             .record = "pep",
                             .id = id,
                             .version = 3,
                             .kind = "change",
                             .model = "00112233445566778899aabbccddeeff",
                             .bodies = &body,
                             .n_bodies = 1};
    if (!ledger_append(db, &b->ctx, &x, NULL, e)) return false;
  }
  return true;
}

static bool accesses(struct db *db, void *arg, struct error *e) {
  struct bench *b = arg;
  for (int i = 0; i < GROUP; i++) {
    struct access_entry x;
    access_init(&x, &b->ctx, i % 50, "GET /children/{id}");
    access_add(&x, b->ctx.arena, b->from + i, 7, "social_worker/allocated");
    if (!access_append(db, &b->ctx, &x, NULL, e)) return false;
  }
  return true;
}

static bool verify(struct db *db, void *arg, struct error *e) {
  struct bench *b = arg;
  return ledger_verify(db, b->arena, b->chain, NULL, 0, (const unsigned char[32]){0}, &b->report, e);
}

static bool see(const struct ledger_view *v, void *arg, struct error *e) {
  (void)v, (void)e;
  ((struct bench *)arg)->seen++;
  return true;
}

static bool history(struct db *db, void *arg, struct error *e) {
  struct bench *b = arg;
  b->seen = 0;
  return ledger_history(db, b->arena, 77, 0, NULL, 0, see, b, e);
}

static bool fold(struct db *db, void *arg, struct error *e) {
  struct bench *b = arg;
  b->seen = 0;
  return ledger_each(db, b->arena, 0, see, b, e);
}

static void append(struct bench *b, const char *what, store_fn *fn) {
  struct arena *a = arena_new();
  b->ctx.arena = a;
  struct stopwatch t = start();
  for (b->from = 0; b->from < entries; b->from += GROUP) {
    must(b, store_write(b->store, fn, b, &b->e));
    arena_reset(a);
  }
  report(what, t, entries, "");
  b->ctx.arena = b->arena;
  arena_free(a);
}

static void check(struct bench *b, const char *chain, const char *what) {
  b->chain = chain;
  struct stopwatch t = start();
  must(b, store_read(b->store, verify, b, &b->e));
  report(what, t, b->report.entries, b->report.total_findings ? " (findings!)" : "");
}

static void open_store(struct bench *b, const char *dir, const char *name) {
  const char *pg = getenv("KITH_TEST_PG");
  struct store_options o = {.location = pg ? pg : arena_printf(b->arena, "%s/%s.db", dir, name),
                            .schema = arena_printf(b->arena, "bench_%d_%s", (int)getpid(), name),
                            .create = true};
  must(b, store_open(b->arena, &o, &b->store, &b->e));
  must(b, store_write(b->store, ensure, NULL, &b->e));
}

static void close_store(struct bench *b, const char *dir, const char *name) {
  store_close(b->store);
  if (!getenv("KITH_TEST_PG")) unlink(arena_printf(b->arena, "%s/%s.db", dir, name));
}

int main(int argc, char **argv) {
  static const struct option options[] = {{"entries", required_argument, NULL, 'n'}, {0}};
  for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    if (c != 'n' || (entries = atoll(optarg)) < GROUP) {
      fputs("usage: bench_ledger [--entries N] [DIR], N at least 1000\n", stderr);
      return 2;
    }
  }
  struct bench b = {.arena = arena_new()};
  error_init(&b.e, b.arena);
  ctx_init(&b.ctx, b.arena, random_system());
  char *dir = arena_printf(b.arena, "%s/kith-bench-XXXXXX", optind < argc ? argv[optind] : "/tmp");
  if (!mkdtemp(dir)) {
    perror(dir);
    return 1;
  }
  printf("%lld entries\n", (long long)entries);
  open_store(&b, dir, "headers");
  append(&b, "append, headers", headers);
  check(&b, "change", "verify, headers (to reach: 1,000,000)");
  append(&b, "append, access of one child", accesses);
  check(&b, "access", "verify, access of one child");
  close_store(&b, dir, "headers");
  open_store(&b, dir, "bodies");
  append(&b, "append, with body", with_bodies);
  check(&b, "change", "verify, with body");
  struct stopwatch t = start();
  must(&b, store_read(b.store, history, &b, &b.e));
  report("history of one row, 100 versions", t, 1, "");
  t = start();
  must(&b, store_read(b.store, fold, &b, &b.e));
  report("fold, rows", t, b.seen, "");
  close_store(&b, dir, "bodies");
  rmdir(dir);
  arena_free(b.arena);
  return 0;
}
