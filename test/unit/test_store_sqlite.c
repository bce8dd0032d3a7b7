/* What belongs to SQLite alone: files, the log, a full disk, the ref file, one writer among processes. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "store/backend.h" /* to set a limit that no caller can */
#include "store_fixture.h"

static int on_sqlite(void **state) {
  unsetenv("KITH_TEST_PG");
  return fixture_open(state);
}

static off_t size_of(const struct fixture *f, const char *suffix) {
  char path[256];
  snprintf(path, sizeof path, "%s%s", f->file, suffix);
  struct stat st;
  return stat(path, &st) == 0 ? st.st_size : -1;
}

static bool write_body(struct db *db, void *arg, struct error *e) {
  struct stmt *q = db_sql(db, "insert into thing (id, body) values ($1, $2)", "ib");
  size_t n = 200000;
  char *body = calloc(1, n);
  sql_int(q, 1, *(int64_t *)arg);
  sql_blob(q, 2, body, n);
  sql_run(q);
  sql_end(q);
  free(body);
  return db_ok(db, e);
}

/* ---- files ---- */

static void test_files(void **state) {
  struct fixture *f = *state;
  struct stat st;
  assert_int_equal(stat(f->file, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600); /* nobody else's, whatever the umask */
  fixture_thing(f);
  char path[256];
  snprintf(path, sizeof path, "%s-wal", f->file);
  assert_int_equal(stat(path, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
  store_close(f->store);
  f->store = NULL;
  assert_int_equal(size_of(f, "-wal"), -1); /* closed in order: nothing is left in a log */
}

static void test_not_a_store(void **state) {
  struct fixture *f = *state;
  store_close(f->store);
  f->store = NULL;
  FILE *file = fopen(f->file, "w");
  for (int i = 0; i < 1000; i++) fputs("child_id,name\n", file);
  fclose(file);
  struct store *s;
  assert_false(store_open(f->arena, &f->options, &s, &f->e));
  assert_int_equal(f->e.kind, ERR_BROKEN);
  unlink(f->file);
  sqlite3 *c;
  assert_int_equal(sqlite3_open(f->file, &c), SQLITE_OK);
  assert_int_equal(sqlite3_exec(c, "create table other (a)", NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(c);
  error_clear(&f->e);
  assert_false(store_open(f->arena, &f->options, &s, &f->e));
  assert_int_equal(f->e.kind, ERR_BROKEN);
  assert_non_null(strstr(f->e.message, "not a store"));
  struct store_options nowhere = f->options;
  nowhere.location = "/nonexistent/store.db";
  error_clear(&f->e);
  assert_false(store_open(f->arena, &nowhere, &s, &f->e));
  assert_int_equal(f->e.kind, ERR_BROKEN);
}

/* ---- a full disk ---- */

enum { TRIES = 60 };

/* In a process of its own: the file may not grow beyond a limit, as on a full disk; the writes that were taken are there, the
 * others are not, and when there is room again the store goes on. The exit status says where it went wrong. */
static int fill_disk(struct fixture *f) {
  signal(SIGXFSZ, SIG_IGN);
  struct rlimit limit, before;
  getrlimit(RLIMIT_FSIZE, &before);
  limit = before;
  limit.rlim_cur = 4 * 1024 * 1024;
  setrlimit(RLIMIT_FSIZE, &limit);
  bool taken[TRIES];
  int refused = 0, kept = 0;
  for (int64_t i = 0; i < TRIES; i++) {
    taken[i] = store_write(f->store, write_body, &i, &f->e);
    if (!taken[i] && f->e.kind != ERR_BROKEN) return 2;
    if (!taken[i] && !f->e.message) return 3;
    refused += !taken[i];
    kept += taken[i];
  }
  if (refused == 0 || kept == 0) return 4;
  setrlimit(RLIMIT_FSIZE, &before);
  for (int i = 0; i < TRIES; i++) {
    if ((fixture_ask(f, "select id from thing where id = $1", i) == i) != taken[i]) return 5;
  }
  int64_t more = 1000;
  if (!store_write(f->store, write_body, &more, &f->e)) return 6;
  fixture_reopen(f);
  if (fixture_ask(f, "select count(*) from thing where length(body) = 200000", 0) != kept + 1) return 7;
  store_close(f->store);
  f->store = NULL;
  return 0;
}

static void test_full_disk(void **state) {
  struct fixture *f = *state;
  fixture_thing(f);
  store_close(f->store); /* no thread of it may live across the fork */
  f->store = NULL;
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    fixture_reopen(f);
    _exit(fill_disk(f));
  }
  int status;
  waitpid(child, &status, 0);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
}

/* ---- a page limit: SQLite undoes the whole transaction within a callback ---- */

struct shared {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool open;
  int done, ok;
};

struct job {
  struct shared *shared;
  struct error e;
  int64_t id;
  bool ok;
};

static void job_done(void *arg, bool ok, struct error *e) {
  struct job *j = arg;
  (void)e;
  pthread_mutex_lock(&j->shared->lock);
  j->ok = ok;
  j->shared->done++;
  j->shared->ok += ok;
  pthread_cond_broadcast(&j->shared->changed);
  pthread_mutex_unlock(&j->shared->lock);
}

static bool wait_open(struct db *db, void *arg, struct error *e) {
  struct shared *s = ((struct job *)arg)->shared;
  (void)db, (void)e;
  pthread_mutex_lock(&s->lock);
  while (!s->open) pthread_cond_wait(&s->changed, &s->lock);
  pthread_mutex_unlock(&s->lock);
  return true;
}

/* The 25th and 75th clash with themselves: their savepoint is undone. The 50th fills the file, upon which SQLite undoes the
 * transaction of the whole group: the others must run again. */
static bool job_write(struct db *db, void *arg, struct error *e) {
  struct job *j = arg;
  struct stmt *q = db_sql(db, "insert into thing (id, size) values ($1, $2)", "ii");
  sql_int(q, 1, j->id);
  sql_int(q, 2, j->id);
  sql_run(q);
  if (j->id % 50 == 25) sql_run(db_sql(db, "insert into thing (id, size) select id, size from thing", ""));
  if (j->id == 50) {
    int64_t other = 1000;
    db->be->exec(db, "pragma max_page_count = 1"); /* as small as the file is now */
    write_body(db, &other, e);
    db->be->exec(db, "pragma max_page_count = 4294967294");
  }
  return db_ok(db, e);
}

static void test_group_neighbours(void **state) {
  struct fixture *f = *state;
  enum { JOBS = 100 };
  fixture_thing(f);
  struct shared s = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
  struct job jobs[JOBS + 1];
  for (int i = 0; i <= JOBS; i++) {
    jobs[i] = (struct job){.shared = &s, .id = i};
    error_init(&jobs[i].e, arena_new());
    store_write_async(f->store, i == 0 ? wait_open : job_write, &jobs[i], &jobs[i].e, job_done, &jobs[i]);
  }
  pthread_mutex_lock(&s.lock);
  s.open = true;
  pthread_cond_broadcast(&s.changed);
  while (s.done < JOBS + 1) pthread_cond_wait(&s.changed, &s.lock);
  pthread_mutex_unlock(&s.lock);
  for (int i = 1; i <= JOBS; i++) {
    bool refused = i == 25 || i == 50 || i == 75;
    if (jobs[i].ok == refused) fail_msg("%d: %s", i, refused ? "taken" : jobs[i].e.message);
    assert_int_equal(fixture_ask(f, "select count(*) from thing where id = $1", i), !refused);
  }
  assert_int_equal(jobs[25].e.kind, ERR_CONFLICT);
  assert_int_equal(jobs[50].e.kind, ERR_BROKEN);
  assert_non_null(strstr(jobs[50].e.message, "full"));
  struct store_stats stats;
  store_stats(f->store, &stats);
  assert_true(stats.retries > 0);
  for (int i = 0; i <= JOBS; i++) arena_free(jobs[i].e.arena);
}

/* ---- the log ---- */

struct hold {
  struct shared *shared;
  int64_t before, after;
};

static bool hold_snapshot(struct db *db, void *arg, struct error *e) {
  struct hold *h = arg;
  struct fixture_query x = {"select count(*) from thing", 0, 0};
  if (!fixture_query_fn(db, &x, e)) return false;
  h->before = x.result;
  pthread_mutex_lock(&h->shared->lock);
  h->shared->done = 1;
  pthread_cond_broadcast(&h->shared->changed);
  while (!h->shared->open) pthread_cond_wait(&h->shared->changed, &h->shared->lock);
  pthread_mutex_unlock(&h->shared->lock);
  if (!fixture_query_fn(db, &x, e)) return false;
  h->after = x.result;
  return true;
}

struct reader {
  struct fixture *f;
  struct hold hold;
  bool ok;
};

static void *read_long(void *arg) {
  struct reader *r = arg;
  struct error e;
  error_init(&e, arena_new());
  r->ok = store_read(r->f->store, hold_snapshot, &r->hold, &e);
  arena_free(e.arena);
  return NULL;
}

static void write_bodies(struct fixture *f, int64_t from, int64_t n) {
  for (int64_t i = from; i < from + n; i++) {
    if (!store_write(f->store, write_body, &i, &f->e)) fail_msg("%s", f->e.message);
  }
}

/* A reader that stays keeps its snapshot while the log grows by more than a checkpoint; once it has gone the log starts again. */
static void test_log(void **state) {
  struct fixture *f = *state;
  enum { BODIES = 250 }; /* 49 pages each: some 12,000 pages */
  fixture_thing(f);
  struct shared s = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
  struct reader r = {.f = f, .hold = {.shared = &s, .before = -1}};
  pthread_t thread;
  pthread_create(&thread, NULL, read_long, &r);
  pthread_mutex_lock(&s.lock);
  while (!s.done) pthread_cond_wait(&s.changed, &s.lock);
  pthread_mutex_unlock(&s.lock);
  write_bodies(f, 0, BODIES);
  off_t grown = size_of(f, "-wal");
  assert_true(grown > 10000 * 4096);
  pthread_mutex_lock(&s.lock);
  s.open = true;
  pthread_cond_broadcast(&s.changed);
  pthread_mutex_unlock(&s.lock);
  pthread_join(thread, NULL);
  assert_true(r.ok && r.hold.before == 0 && r.hold.after == 0);
  struct store_stats stats = {0};
  for (int i = 0; i < 300 && stats.checkpoint_pages <= 10000; i++) { /* idle: the writer moves the log into the file */
    usleep(100 * 1000);
    store_stats(f->store, &stats);
  }
  assert_true(stats.checkpoint_pages > 10000);
  write_bodies(f, BODIES, BODIES);
  assert_true(size_of(f, "-wal") < grown + grown / 2); /* not twice as long: it began again */
  assert_int_equal(fixture_ask(f, "select count(*) from thing", 0), 2 * BODIES);
}

/* ---- ref ---- */

static void make_ref(struct fixture *f, const char *path, int64_t rows) {
  struct store_options o = {.location = path, .create = true};
  struct store *ref;
  if (!store_open(f->arena, &o, &ref, &f->e) || !store_write(ref, fixture_thing_fn, NULL, &f->e))
    fail_msg("%s", f->e.message);
  struct fixture_query x = {"insert into thing (id) values ($1)", 0, 0};
  for (x.n = 1; x.n <= rows; x.n++) assert_true(store_write(ref, fixture_query_fn, &x, &f->e));
  store_close(ref);
}

static bool is_refused(struct fixture *f, const char *sql) {
  struct fixture_query x = {sql, 1, 0};
  return !store_write(f->store, fixture_query_fn, &x, &f->e) && f->e.kind == ERR_BROKEN;
}

static void test_ref(void **state) {
  struct fixture *f = *state;
  char path[128], next[128];
  snprintf(path, sizeof path, "%s/ref.db", f->dir);
  snprintf(next, sizeof next, "%s/next.db", f->dir);
  f->options.ref = path;
  fixture_reopen(f); /* not there yet */
  assert_true(is_refused(f, "select count(*) from ref.thing"));
  make_ref(f, path, 3);
  assert_int_equal(fixture_ask(f, "select count(*) from ref.thing", 0), 3); /* found as soon as it is there */
  assert_true(is_refused(f, "insert into ref.thing (id) values (9)"));
  assert_true(is_refused(f, "delete from ref.thing"));
  struct fixture_query x = {"select count(*) from ref.thing", 0, 0};
  if (!store_read_model(f->store, fixture_query_fn, &x, &f->e)) fail_msg("%s", f->e.message);
  assert_int_equal(x.result, 3);
  make_ref(f, next, 5);
  assert_int_equal(rename(next, path), 0);
  assert_int_equal(fixture_ask(f, "select count(*) from ref.thing", 0), 5);
  if (!store_read_model(f->store, fixture_query_fn, &x, &f->e)) fail_msg("%s", f->e.message);
  assert_int_equal(x.result, 5);
}

/* ---- two processes ---- */

static void test_two_writers(void **state) {
  struct fixture *f = *state;
  fixture_thing(f);
  store_close(f->store);
  f->store = NULL;
  fflush(NULL);
  pid_t children[2];
  for (int c = 0; c < 2; c++) {
    children[c] = fork();
    if (children[c] != 0) continue;
    fixture_reopen(f);
    for (int i = 0; i < 200; i++) fixture_do(f, "insert into thing (id) values ($1)", c * 1000 + i);
    store_close(f->store);
    _exit(0);
  }
  for (int c = 0; c < 2; c++) {
    int status;
    waitpid(children[c], &status, 0);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  fixture_reopen(f);
  assert_int_equal(fixture_ask(f, "select count(*) from thing", 0), 400);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_files, on_sqlite, fixture_close),
      cmocka_unit_test_setup_teardown(test_not_a_store, on_sqlite, fixture_close),
      cmocka_unit_test_setup_teardown(test_full_disk, on_sqlite, fixture_close),
      cmocka_unit_test_setup_teardown(test_group_neighbours, on_sqlite, fixture_close),
      cmocka_unit_test_setup_teardown(test_log, on_sqlite, fixture_close),
      cmocka_unit_test_setup_teardown(test_ref, on_sqlite, fixture_close),
      cmocka_unit_test_setup_teardown(test_two_writers, on_sqlite, fixture_close),
  };
  return cmocka_run_group_tests_name("store (SQLite alone)", tests, NULL, NULL);
}
