/* store_fixture: a fresh store for a test, on SQLite or, when KITH_TEST_PG is set (script/with-postgres), on PostgreSQL. */
#ifndef KITH_TEST_STORE_FIXTURE_H
#define KITH_TEST_STORE_FIXTURE_H
/* cmocka wants these before it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/error.h"
#include "store/store.h"

/* In a callback, which may run on the writer's thread where cmocka cannot jump from. */
#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) return error_set(e, ERR_INPUT, "%s:%d: %s", __FILE__, __LINE__, #condition); \
  } while (0)

struct fixture {
  struct arena *arena;
  struct error e;
  struct store *store;
  struct store_options options;
  char dir[64], file[128], schema[64];
};

static inline bool fixture_pg(void) {
  return getenv("KITH_TEST_PG") != NULL;
}

static inline void fixture_reopen(struct fixture *f) {
  store_close(f->store);
  f->store = NULL;
  error_clear(&f->e);
  if (!store_open(f->arena, &f->options, &f->store, &f->e)) fail_msg("%s", f->e.message);
}

static inline int fixture_open(void **state) {
  static int count;
  struct fixture *f = calloc(1, sizeof *f);
  f->arena = arena_new();
  error_init(&f->e, f->arena);
  strcpy(f->dir, "/tmp/kith-store-XXXXXX");
  if (!mkdtemp(f->dir)) return -1;
  snprintf(f->file, sizeof f->file, "%s/store.db", f->dir);
  snprintf(f->schema, sizeof f->schema, "t%d_%d", (int)getpid(), ++count);
  f->options = (struct store_options){
      .location = fixture_pg() ? getenv("KITH_TEST_PG") : f->file, .schema = f->schema, .create = true};
  fixture_reopen(f);
  *state = f;
  return 0;
}

static inline int fixture_close(void **state) {
  struct fixture *f = *state;
  store_close(f->store);
  static const char *const files[] = {"store.db", "store.db-wal", "store.db-shm", "ref.db", "ref.db-wal", "ref.db-shm"};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", f->dir, files[i]);
    unlink(path);
  }
  rmdir(f->dir);
  arena_free(f->arena);
  free(f);
  return 0;
}

/* One statement with at most one integer, in a transaction of its own; -1 when it has no row. */
struct fixture_query {
  const char *sql;
  int64_t n, result;
};

static inline bool fixture_query_fn(struct db *db, void *arg, struct error *e) {
  struct fixture_query *x = arg;
  bool bound = strstr(x->sql, "$1") != NULL;
  struct stmt *q = db_sql(db, x->sql, bound ? "i" : "");
  if (bound) sql_int(q, 1, x->n);
  x->result = sql_row(q) ? (col_count(q) ? col_int(q, 0) : 0) : -1;
  sql_end(q);
  return db_ok(db, e);
}

static inline int64_t fixture_ask(struct fixture *f, const char *sql, int64_t n) {
  struct fixture_query x = {sql, n, 0};
  if (!store_read(f->store, fixture_query_fn, &x, &f->e)) fail_msg("%s", f->e.message);
  return x.result;
}

static inline void fixture_do(struct fixture *f, const char *sql, int64_t n) {
  struct fixture_query x = {sql, n, 0};
  if (!store_write(f->store, fixture_query_fn, &x, &f->e)) fail_msg("%s", f->e.message);
}

/* Table thing (id, name, size, body), the one most tests use. */
static inline bool fixture_thing_fn(struct db *db, void *arg, struct error *e) {
  (void)arg;
  static const struct store_column columns[] = {{"id", STORE_INTEGER, true},
                                                {"name", STORE_TEXT, false},
                                                {"size", STORE_INTEGER, false},
                                                {"body", STORE_BLOB, false}};
  static const struct store_index indexes[] = {{"thing_name", "name", true, NULL},
                                               {"thing_size", "size, id", false, "size > 0"}};
  static const struct store_table table = {"thing", columns, 4, "id", false, indexes, 2};
  return db_ensure_table(db, &table, e);
}

static inline void fixture_thing(struct fixture *f) {
  if (!store_write(f->store, fixture_thing_fn, NULL, &f->e)) fail_msg("%s", f->e.message);
}
#endif
