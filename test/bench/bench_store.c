/* bench_store: how many durable writes a second the writer commits, with the raw rate of the disk beside it.
 *
 *   bench_store [--seconds N] [DIR]         DIR defaults to /tmp; KITH_TEST_PG adds PostgreSQL
 *
 * A write is a ledger-like entry: a counter's number and one row of 200 bytes. "n in flight" keeps n asynchronous writes queued:
 * each completion queues the next. The raw rate appends 4 KiB and calls fdatasync, one after the other, in the same DIR. */
#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "store/store.h"

enum { MAX_FLIGHT = 400, MAX_LATENCIES = 4000000 };

static double seconds = 2;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double cpu(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct run {
  struct store *store;
  double until;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  int flying;
  size_t done, failed;
  float *latencies; /* ms, of the first MAX_LATENCIES */
};

struct flight {
  struct run *run;
  struct error e;
  double began;
};

static bool entry(struct db *db, void *arg, struct error *e) {
  static const char body[201] =
      "{\"about\":\"synthetic\",\"body\":"
      "\"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567"
      "890123456789012345678901234567890123456789012345678901234567890123\"}";
  (void)arg;
  struct stmt *q = db_sql(db, "insert into entry (seq, at, actor, body) values ($1, $2, $3, $4)", "iiit");
  sql_int(q, 1, db_counter(db, "entry", 1));
  sql_int(q, 2, 1795479600000000);
  sql_int(q, 3, 7);
  sql_text(q, 4, body);
  sql_run(q);
  return db_ok(db, e);
}

static void landed(void *arg, bool ok, struct error *e) {
  struct flight *f = arg;
  struct run *r = f->run;
  (void)e;
  double at = now();
  pthread_mutex_lock(&r->lock);
  if (r->done < MAX_LATENCIES) r->latencies[r->done] = (float)((at - f->began) * 1000);
  r->done++;
  r->failed += !ok;
  bool again = at < r->until;
  if (!again) r->flying--;
  pthread_cond_signal(&r->changed);
  pthread_mutex_unlock(&r->lock);
  if (!again) return;
  f->began = at;
  store_write_async(r->store, entry, NULL, &f->e, landed, f);
}

static int by_value(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

static bool make_table(struct db *db, void *arg, struct error *e) {
  (void)arg;
  static const struct store_column columns[] = {{"seq", STORE_INTEGER, true},
                                                {"at", STORE_INTEGER, true},
                                                {"actor", STORE_INTEGER, true},
                                                {"body", STORE_TEXT, true}};
  static const struct store_index index = {"entry_actor", "actor, seq", false, NULL};
  static const struct store_table table = {"entry", columns, 4, "seq", false, &index, 1};
  return db_ensure_table(db, &table, e);
}

static void measure(struct store *s, int in_flight) {
  struct run r = {
      .store = s, .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER, .flying = in_flight};
  r.latencies = malloc(MAX_LATENCIES * sizeof *r.latencies);
  struct arena *a = arena_new();
  struct flight *flights = arena_alloc(a, (size_t)in_flight * sizeof *flights);
  struct store_stats before, after;
  store_stats(s, &before);
  double from = now(), cpu_from = cpu();
  r.until = from + seconds;
  for (int i = 0; i < in_flight; i++) {
    flights[i] = (struct flight){.run = &r, .began = now()};
    error_init(&flights[i].e, a);
    store_write_async(s, entry, NULL, &flights[i].e, landed, &flights[i]);
  }
  pthread_mutex_lock(&r.lock);
  while (r.flying > 0) pthread_cond_wait(&r.changed, &r.lock);
  pthread_mutex_unlock(&r.lock);
  double took = now() - from, used = cpu() - cpu_from;
  store_stats(s, &after);
  size_t n = r.done < MAX_LATENCIES ? r.done : MAX_LATENCIES;
  qsort(r.latencies, n, sizeof *r.latencies, by_value);
  double groups = (double)(after.groups - before.groups);
  printf(
      "%-10s %4d in flight: %8.0f writes/s, %6.0f commits/s, %6.1f a commit, %5.1f us CPU a write, p50 %.2f p95 %.2f "
      "p99 %.2f ms%s\n",
      store_backend(s), in_flight, (double)r.done / took, groups / took, (double)r.done / groups,
      used * 1e6 / (double)r.done, r.latencies[n / 2], r.latencies[n * 95 / 100], r.latencies[n * 99 / 100],
      r.failed ? ", FAILED WRITES" : "");
  free(r.latencies);
  arena_free(a);
}

static void raw_rate(const char *dir) {
  char path[512], block[4096] = {0};
  snprintf(path, sizeof path, "%s/kith-bench-raw", dir);
  int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
  if (fd < 0) return;
  double from = now();
  long n = 0;
  while (now() < from + seconds / 2) {
    if (write(fd, block, sizeof block) != (ssize_t)sizeof block || fdatasync(fd) != 0) break;
    n++;
  }
  printf("raw        write 4 KiB + fdatasync: %8.0f a second\n", (double)n / (now() - from));
  close(fd);
  unlink(path);
}

static int bench(const struct store_options *o) {
  struct arena *a = arena_new();
  struct error e;
  error_init(&e, a);
  struct store *s;
  if (!store_open(a, o, &s, &e) || !store_write(s, make_table, NULL, &e)) {
    fprintf(stderr, "bench_store: %s\n", e.message);
    return 3;
  }
  static const int flights[] = {1, 32, 200, MAX_FLIGHT};
  for (size_t i = 0; i < sizeof flights / sizeof *flights; i++) measure(s, flights[i]);
  store_close(s);
  arena_free(a);
  return 0;
}

int main(int argc, char **argv) {
  static const struct option known[] = {{"seconds", required_argument, NULL, 's'}, {0}};
  for (int c; (c = getopt_long(argc, argv, "s:", known, NULL)) != -1;) {
    if (c == 's') seconds = strtod(optarg, NULL);
    if (c != 's' || seconds <= 0) {
      fprintf(stderr, "usage: bench_store [--seconds N] [DIR]\n");
      return 2;
    }
  }
  const char *parent = optind < argc ? argv[optind] : "/tmp";
  char dir[256], file[300];
  snprintf(dir, sizeof dir, "%s/kith-bench-XXXXXX", parent);
  if (!mkdtemp(dir)) {
    fprintf(stderr, "bench_store: %s cannot be written to\n", parent);
    return 3;
  }
  snprintf(file, sizeof file, "%s/store.db", dir);
  raw_rate(dir);
  int status = bench(&(struct store_options){.location = file, .create = true});
  raw_rate(dir);
  unlink(file);
  rmdir(dir);
  const char *pg = getenv("KITH_TEST_PG");
  if (status == 0 && pg)
    status = bench(&(struct store_options){.location = pg, .schema = "bench_store", .create = true});
  return status;
}
