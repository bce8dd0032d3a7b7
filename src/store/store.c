/* store: what both back ends share: the pools of readers and the running of transactions. Statements are in statement.c. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "store/backend.h"

struct pool { /* connections of one kind, opened when first needed */
  enum db_kind kind;
  int limit, opened;
  struct db *idle;
};

struct store {
  const struct backend *be;
  struct store_options options; /* strings are the store's own */
  struct writer *writer;
  struct db *writer_db;
  pthread_mutex_t lock;
  pthread_cond_t changed; /* a connection came back, or a caller left */
  struct pool readers, models;
  int inside; /* callers now in store_read, store_read_model or store_write */
};

void *store_alloc(size_t n) {
  void *p = calloc(1, n ? n : 1);
  if (!p) {
    fputs("out of memory\n", stderr);
    abort();
  }
  return p;
}

char *store_copy(const char *s) {
  if (!s) return NULL;
  size_t n = strlen(s) + 1;
  return memcpy(store_alloc(n), s, n);
}

uint64_t store_now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

const struct store_options *store_opened_with(const struct store *s) {
  return &s->options;
}
const char *store_backend(const struct store *s) {
  return s->be->name;
}
struct store *db_store(struct db *db) {
  return db->store;
}
uint64_t db_transaction(const struct db *db) {
  return db->transaction;
}
void store_stats(struct store *s, struct store_stats *out) {
  writer_stats(s->writer, out);
}

void store_checkpointed(struct store *s, uint64_t pages) {
  writer_checkpointed(s->writer, pages);
}

static const struct backend *backend_of(const char *location) {
  bool pg = strncmp(location, "postgresql://", 13) == 0 || strncmp(location, "postgres://", 11) == 0;
  return pg ? &backend_postgres : &backend_sqlite;
}

static void disconnect(struct db *db) {
  db_trim(db, 0);
  db->be->disconnect(db);
}

static void store_free(struct store *s) {
  pthread_cond_destroy(&s->changed);
  pthread_mutex_destroy(&s->lock);
  free((char *)s->options.location);
  free((char *)s->options.schema);
  free((char *)s->options.ref);
  free(s);
}

static bool make_counter(struct db *db, void *arg, struct error *e) {
  (void)arg;
  static const struct store_column columns[] = {{"name", STORE_TEXT, true}, {"next", STORE_INTEGER, true}};
  static const struct store_table table = {
      .name = "store_counter", .columns = columns, .n_columns = 2, .primary_key = "name", .clustered = true};
  return db_ensure_table(db, &table, e);
}

bool store_open(struct arena *a, const struct store_options *o, struct store **out, struct error *e) {
  (void)a; /* the store outlives requests and is used by many threads: it has memory of its own, freed by store_close */
  *out = NULL;
  error_clear(e);
  struct store *s = store_alloc(sizeof *s);
  s->be = backend_of(o->location);
  s->options = *o;
  s->options.location = store_copy(o->location);
  s->options.schema = store_copy(o->schema);
  s->options.ref = store_copy(o->ref);
  pthread_mutex_init(&s->lock, NULL);
  pthread_condattr_t attr;
  pthread_condattr_init(&attr);
  pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
  pthread_cond_init(&s->changed, &attr);
  pthread_condattr_destroy(&attr);
  int n = o->readers > 0 ? o->readers : 4;
  s->readers = (struct pool){.kind = DB_READER, .limit = n};
  s->models = (struct pool){.kind = DB_MODEL, .limit = n};
  s->writer_db = s->be->connect(s, &s->options, DB_WRITER, e);
  if (!s->writer_db) {
    store_free(s);
    return false;
  }
  s->writer = writer_start(s, s->writer_db);
  if (o->create && !store_write(s, make_counter, NULL, e)) {
    store_close(s);
    return false;
  }
  *out = s;
  return true;
}

static void enter(struct store *s) {
  pthread_mutex_lock(&s->lock);
  s->inside++;
  pthread_mutex_unlock(&s->lock);
}

static void leave(struct store *s) {
  pthread_mutex_lock(&s->lock);
  s->inside--;
  pthread_cond_broadcast(&s->changed);
  pthread_mutex_unlock(&s->lock);
}

void store_close(struct store *s) {
  if (!s) return;
  writer_stop(s->writer);
  pthread_mutex_lock(&s->lock);
  while (s->inside > 0) pthread_cond_wait(&s->changed, &s->lock);
  pthread_mutex_unlock(&s->lock);
  struct db *lists[2] = {s->readers.idle, s->models.idle};
  for (int i = 0; i < 2; i++) {
    for (struct db *db = lists[i], *next; db; db = next) {
      next = db->next_free;
      disconnect(db);
    }
  }
  writer_free(s->writer);
  disconnect(s->writer_db); /* last: it checkpoints and removes the log */
  store_free(s);
}

struct timespec store_deadline(int ms) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  t.tv_sec += ms / 1000;
  t.tv_nsec += (long)(ms % 1000) * 1000000;
  if (t.tv_nsec >= 1000000000) {
    t.tv_sec++;
    t.tv_nsec -= 1000000000;
  }
  return t;
}

static struct db *pool_take(struct store *s, struct pool *p, struct error *e) {
  struct timespec until = store_deadline(STORE_BUSY_MS);
  pthread_mutex_lock(&s->lock);
  while (!p->idle && p->opened >= p->limit) {
    if (pthread_cond_timedwait(&s->changed, &s->lock, &until) == ETIMEDOUT && !p->idle) {
      pthread_mutex_unlock(&s->lock);
      log_event(LOG_WARN, "readers_busy", "limit=%d", p->limit);
      error_set(e, ERR_RETRY, "The store is busy: every reader was in use for %d seconds.", STORE_BUSY_MS / 1000);
      return NULL;
    }
  }
  struct db *db = p->idle;
  if (db) {
    p->idle = db->next_free;
    pthread_mutex_unlock(&s->lock);
    return db;
  }
  p->opened++;
  pthread_mutex_unlock(&s->lock);
  db = s->be->connect(s, &s->options, p->kind, e);
  if (!db) {
    pthread_mutex_lock(&s->lock);
    p->opened--;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
  }
  return db;
}

static void pool_give(struct store *s, struct pool *p, struct db *db) {
  pthread_mutex_lock(&s->lock);
  db->next_free = p->idle;
  p->idle = db;
  pthread_cond_broadcast(&s->changed);
  pthread_mutex_unlock(&s->lock);
}

static bool read_once(struct db *db, store_fn *fn, void *arg, struct error *e) {
  db_unfail(db);
  error_clear(e);
  if (!db->be->begin(db)) return db_ok(db, e);
  db->transaction++;
  bool ok = fn(db, arg, e);
  if (!db_ok(db, e)) ok = false;
  if (!ok && e->kind == ERR_NONE) error_set(e, ERR_BROKEN, "A read failed without saying why.");
  db_reset_open(db, 0);
  db->be->rollback(db);
  db_trim(db, STORE_STATEMENTS);
  return ok;
}

static bool pool_read(struct store *s, struct pool *p, store_fn *fn, void *arg, struct error *e) {
  enter(s);
  struct db *db = pool_take(s, p, e);
  bool ok = false;
  if (db) {
    for (int run = 0; run < STORE_RETRIES; run++) {
      ok = read_once(db, fn, arg, e);
      if (ok || e->kind != ERR_RETRY) break;
    }
    pool_give(s, p, db);
  }
  leave(s);
  return ok;
}

bool store_read(struct store *s, store_fn *fn, void *arg, struct error *e) {
  return pool_read(s, &s->readers, fn, arg, e);
}

bool store_read_model(struct store *s, store_fn *fn, void *arg, struct error *e) {
  return pool_read(s, &s->models, fn, arg, e);
}

bool store_write(struct store *s, store_fn *fn, void *arg, struct error *e) {
  enter(s);
  bool ok = writer_run(s->writer, fn, arg, e);
  leave(s);
  return ok;
}

void store_write_async(struct store *s, store_fn *fn, void *arg, struct error *e, store_done *done, void *done_arg) {
  writer_queue(s->writer, fn, arg, e, done, done_arg);
}

bool db_run_savepoint(struct db *db, store_fn *fn, void *arg, struct error *e) {
  char sql[96];
  int level = ++db->depth;
  snprintf(sql, sizeof sql, "savepoint s%d", level);
  bool begun = db->be->exec(db, sql);
  bool ok = begun && fn(db, arg, e);
  if (!db_ok(db, e)) ok = false;
  if (!ok && e->kind == ERR_NONE) error_set(e, ERR_BROKEN, "A write failed without saying why.");
  db_reset_open(db, level);
  db->depth = level - 1;
  if (ok) {
    snprintf(sql, sizeof sql, "release savepoint s%d", level);
    if (db->be->exec(db, sql)) return true;
    db_ok(db, e);
  }
  if (!begun || db->be->lost(db)) { /* sticky: whoever called must stop as well */
    if (!db->failed) db_fail(db, e->kind, "%s", e->message ? e->message : "The transaction was lost.");
    return false;
  }
  db_unfail(db);
  snprintf(sql, sizeof sql, "rollback to savepoint s%d; release savepoint s%d", level, level);
  db->be->exec(db, sql);
  return false;
}

bool db_savepoint(struct db *db, store_fn *fn, void *arg, struct error *e) {
  if (!db_ok(db, e)) return false;
  return db_run_savepoint(db, fn, arg, e);
}

int64_t db_counter(struct db *db, const char *name, int64_t n) {
  if (n < 1) {
    db_fail(db, ERR_BROKEN, "The counter %s was asked for %lld numbers.", name, (long long)n);
    return 0;
  }
  struct stmt *q = db_sql(db,
                          "insert into store_counter (name, next) values ($1, $2) "
                          "on conflict (name) do update set next = store_counter.next + excluded.next returning next",
                          "ti");
  sql_text(q, 1, name);
  sql_int(q, 2, n);
  int64_t last = sql_row(q) ? col_int(q, 0) : 0;
  sql_end(q);
  return db->failed ? 0 : last - n + 1;
}
