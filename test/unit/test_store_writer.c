/* The writer of a store: groups, their isolation, retries, many threads, closing. The same on both back ends; also run under
 * ThreadSanitizer. */
#include <pthread.h>

#include "store_fixture.h"

enum { THREADS = 8, EACH = 1000, QUEUED = 200 };

static bool insert_id(struct db *db, void *arg, struct error *e) {
  struct stmt *q = db_sql(db, "insert into thing (id, size) values ($1, 1)", "i");
  sql_int(q, 1, *(int64_t *)arg);
  sql_run(q);
  return db_ok(db, e);
}

static bool has_id(struct db *db, void *arg, struct error *e) {
  struct stmt *q = db_sql(db, "select 1 from thing where id = $1", "i");
  sql_int(q, 1, *(int64_t *)arg);
  bool found = sql_row(q);
  sql_end(q);
  return db_ok(db, e) && (found || error_set(e, ERR_NOT_FOUND, "not there"));
}

/* ---- many threads ---- */

struct work {
  struct store *store;
  int64_t from;
  int failed, unread;
};

static void *write_many(void *arg) {
  struct work *w = arg;
  struct arena *a = arena_new();
  struct error e;
  for (int64_t i = 0; i < EACH; i++) {
    error_init(&e, a);
    int64_t id = w->from + i;
    if (!store_write(w->store, insert_id, &id, &e)) w->failed++;
    if (i % 20 == 0 && !store_read(w->store, has_id, &id, &e)) w->unread++; /* whoever has been told reads it */
  }
  arena_free(a);
  return NULL;
}

static void test_threads(void **state) {
  struct fixture *f = *state;
  fixture_thing(f);
  pthread_t threads[THREADS];
  struct work work[THREADS];
  for (int i = 0; i < THREADS; i++) {
    work[i] = (struct work){.store = f->store, .from = 1 + i * EACH};
    assert_int_equal(pthread_create(&threads[i], NULL, write_many, &work[i]), 0);
  }
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
    assert_int_equal(work[i].failed, 0);
    assert_int_equal(work[i].unread, 0);
  }
  assert_int_equal(fixture_ask(f, "select count(*) from thing", 0), THREADS * EACH);
  assert_int_equal(fixture_ask(f, "select max(id) from thing", 0), THREADS * EACH);
  struct store_stats stats;
  store_stats(f->store, &stats);
  assert_true(stats.writes >= THREADS * EACH && stats.groups > 0 && stats.commit_ns > 0);
  assert_int_equal(stats.queue, 0);
}

/* ---- a group whose members are known ---- */

struct gate { /* holds the writer until everything is queued */
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool open;
  int done, ok;
};

static bool wait_at(struct db *db, void *arg, struct error *e) {
  struct gate *g = arg;
  (void)db, (void)e;
  pthread_mutex_lock(&g->lock);
  while (!g->open) pthread_cond_wait(&g->changed, &g->lock);
  pthread_mutex_unlock(&g->lock);
  return true;
}

static void gate_open(struct gate *g) {
  pthread_mutex_lock(&g->lock);
  g->open = true;
  pthread_cond_broadcast(&g->changed);
  pthread_mutex_unlock(&g->lock);
}

struct member {
  struct gate *gate;
  struct store *store;
  struct arena *arena;
  struct error e;
  int64_t id;
  bool ok;
  int runs, ends;
};

static void member_done(void *arg, bool ok, struct error *e) {
  struct member *m = arg;
  pthread_mutex_lock(&m->gate->lock);
  m->ok = ok && e == &m->e;
  m->ends++;
  m->gate->done++;
  m->gate->ok += ok;
  pthread_cond_broadcast(&m->gate->changed);
  pthread_mutex_unlock(&m->gate->lock);
}

static void gate_wait(struct gate *g, int done) {
  pthread_mutex_lock(&g->lock);
  while (g->done < done) pthread_cond_wait(&g->changed, &g->lock);
  pthread_mutex_unlock(&g->lock);
}

/* Every third says no after it wrote, every fifth clashes with its predecessor, every seventh asks to run again twice. */
static bool member_write(struct db *db, void *arg, struct error *e) {
  struct member *m = arg;
  m->runs++;
  int64_t clash = m->id - 1;
  insert_id(db, m->id % 5 == 0 ? &clash : &m->id, e);
  if (m->id % 3 == 0) return error_set(e, ERR_INPUT, "a refusal");
  if (m->id % 7 == 0 && m->runs < 3) return error_set(e, ERR_RETRY, "again");
  return db_ok(db, e);
}

static bool expected(int64_t id) {
  if (id % 3 == 0) return false;
  return id % 5 != 0 || (id - 1) % 3 == 0; /* 10 clashes with 9? 9 was refused: its number is free */
}

static struct member *queue_members(struct fixture *f, struct gate *g, store_fn *fn) {
  struct member *all = arena_alloc(f->arena, QUEUED * sizeof *all);
  for (int i = 0; i < QUEUED; i++) {
    all[i] = (struct member){.gate = g, .store = f->store, .arena = arena_new(), .id = i + 1};
    error_init(&all[i].e, all[i].arena);
    store_write_async(f->store, fn, &all[i], &all[i].e, member_done, &all[i]);
  }
  return all;
}

static void free_members(struct member *all) {
  for (int i = 0; i < QUEUED; i++) arena_free(all[i].arena);
}

/* The first callback of a store's life finds the writer idle: it begins a group alone and holds it. */
static void hold(struct fixture *f, struct gate *g, struct member *first) {
  *g = (struct gate){.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
  *first = (struct member){.gate = g, .store = f->store};
  error_init(&first->e, f->arena);
  store_write_async(f->store, wait_at, g, &first->e, member_done, first);
}

static void test_isolation(void **state) {
  struct fixture *f = *state;
  fixture_thing(f);
  struct gate g;
  struct member first;
  hold(f, &g, &first);
  struct member *all = queue_members(f, &g, member_write);
  gate_open(&g);
  gate_wait(&g, QUEUED + 1);
  for (int i = 0; i < QUEUED; i++) {
    assert_int_equal(all[i].ends, 1);
    if (all[i].ok != expected(all[i].id)) fail_msg("%d: %s", i + 1, all[i].e.message ? all[i].e.message : "taken");
    if (all[i].id % 3 == 0)
      assert_int_equal(all[i].e.kind, ERR_INPUT);
    else if (!all[i].ok)
      assert_int_equal(all[i].e.kind, ERR_CONFLICT);
    int64_t id = all[i].id % 5 == 0 ? all[i].id - 1 : all[i].id;
    struct error e;
    error_init(&e, f->arena);
    if (all[i].ok) assert_true(store_read(f->store, has_id, &id, &e));
  }
  assert_int_equal(fixture_ask(f, "select count(*) from thing", 0), g.ok - 1);
  struct store_stats stats;
  store_stats(f->store, &stats);
  assert_true(stats.largest_group > 1); /* they did share commits */
  assert_true(stats.retries >= 2);
  free_members(all);
}

/* ---- waiting on the writer's own thread ---- */

static void write_from_done(void *arg, bool ok, struct error *e) {
  struct member *m = arg;
  int64_t id = 2;
  error_clear(e);
  bool refused = ok && !store_write(m->store, insert_id, &id, e) && e->kind == ERR_BROKEN;
  member_done(m, refused, e);
}

static void test_wait_on_writer(void **state) {
  struct fixture *f = *state;
  fixture_thing(f);
  struct gate g = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
  struct member m = {.gate = &g, .store = f->store, .id = 1};
  error_init(&m.e, f->arena);
  store_write_async(f->store, insert_id, &m.id, &m.e, write_from_done, &m);
  gate_wait(&g, 1);
  assert_true(m.ok);
  assert_int_equal(fixture_ask(f, "select count(*) from thing", 0), 1);
}

/* ---- closing ---- */

static bool member_insert(struct db *db, void *arg, struct error *e) {
  return insert_id(db, &((struct member *)arg)->id, e);
}

static void test_close_under_load(void **state) {
  struct fixture *f = *state;
  fixture_thing(f);
  struct gate g = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
  struct member *all = queue_members(f, &g, member_insert);
  fixture_reopen(f); /* closes first: everything queued is done when that returns */
  assert_int_equal(g.done, QUEUED);
  assert_int_equal(g.ok, QUEUED);
  assert_int_equal(fixture_ask(f, "select count(*) from thing", 0), QUEUED);
  free_members(all);
}

/* ---- a connection that dies ---- */

static bool kill_connection(struct db *db, void *arg, struct error *e) {
  struct member *m = arg;
  insert_id(db, &m->id, e);
  if (++m->runs == 1) sql_run(db_sql(db, "select pg_terminate_backend(pg_backend_pid())", ""));
  return db_ok(db, e);
}

static void test_lost_connection(void **state) {
  struct fixture *f = *state;
  fixture_thing(f);
  struct gate g;
  struct member first, killer = {.gate = &g, .store = f->store, .id = 5000};
  hold(f, &g, &first);
  struct member *all = queue_members(f, &g, member_insert);
  error_init(&killer.e, f->arena);
  store_write_async(f->store, kill_connection, &killer, &killer.e, member_done, &killer);
  gate_open(&g);
  gate_wait(&g, QUEUED + 2);
  assert_int_equal(g.ok, QUEUED + 2);
  assert_int_equal(killer.runs, 2);
  assert_int_equal(fixture_ask(f, "select count(*) from thing", 0), QUEUED + 1);
  free_members(all);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_threads, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_isolation, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_wait_on_writer, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_close_under_load, fixture_open, fixture_close),
      cmocka_unit_test_setup_teardown(test_lost_connection, fixture_open, fixture_close), /* last: PostgreSQL alone */
  };
  const char *name = fixture_pg() ? "store writer (PostgreSQL)" : "store writer (SQLite)";
  return _cmocka_run_group_tests(name, tests, sizeof tests / sizeof *tests - !fixture_pg(), NULL, NULL);
}
