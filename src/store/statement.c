/* statement: prepared statements of a connection, kept by their text; binding, stepping, columns; the sticky failure. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/backend.h"
#include "store/sqltext.h"

void db_fail(struct db *db, enum error_kind kind, const char *fmt, ...) {
  if (db->failed) return; /* the first failure is the one that explains */
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(db->fail_message, sizeof db->fail_message, fmt, ap);
  va_end(ap);
  db->failed = true;
  db->fail_kind = kind;
}

void db_unfail(struct db *db) {
  db->failed = false;
}

bool db_ok(struct db *db, struct error *e) {
  if (!db->failed) return true;
  /* A callback that already said what is wrong in the person's words keeps its own message, unless running again would help. */
  if (e && (e->kind == ERR_NONE || db->fail_kind == ERR_RETRY)) error_set(e, db->fail_kind, "%s", db->fail_message);
  return false;
}

static uint32_t hash_key(const char *key, const char *types, bool trusted) {
  uint32_t h = trusted ? 2166136261u : 2166136262u;
  for (const char *p = key; *p; p++) h = (h ^ (unsigned char)*p) * 16777619u;
  for (const char *p = types; *p; p++) h = (h ^ (unsigned char)*p) * 16777619u;
  return h;
}

static void unlink_lru(struct db *db, struct stmt *q) {
  if (q->newer)
    q->newer->older = q->older;
  else
    db->newest = q->older;
  if (q->older)
    q->older->newer = q->newer;
  else
    db->oldest = q->newer;
}

static void link_newest(struct db *db, struct stmt *q) {
  q->newer = NULL;
  q->older = db->newest;
  if (db->newest)
    db->newest->newer = q;
  else
    db->oldest = q;
  db->newest = q;
}

static void forget(struct db *db, struct stmt *q) {
  struct stmt **p = &db->buckets[q->hash % STORE_BUCKETS];
  while (*p != q) p = &(*p)->chain;
  *p = q->chain;
  unlink_lru(db, q);
  db->n_stmts--;
  if (q->key != q->text) free(q->key);
  free(q->text);
  free(q->types);
  free(q->params);
  db->be->finalize(q); /* frees q */
}

void db_trim(struct db *db, size_t keep) {
  while (db->n_stmts > keep) forget(db, db->oldest);
}

static void close_stmt(struct stmt *q) {
  if (!q->open) return;
  struct stmt **p = &q->db->open;
  while (*p != q) p = &(*p)->next_open;
  *p = q->next_open;
  q->open = false;
  q->db->be->reset(q);
}

void db_reset_open(struct db *db, int depth) {
  for (struct stmt *q = db->open, *next; q; q = next) {
    next = q->next_open;
    if (q->depth < depth) continue;
    close_stmt(q);
    q->state = STMT_ENDED;
  }
}

static struct stmt *find(struct db *db, const char *key, const char *types, bool trusted, uint32_t h) {
  for (struct stmt *q = db->buckets[h % STORE_BUCKETS]; q; q = q->chain) {
    if (q->hash == h && q->trusted == trusted && strcmp(q->key, key) == 0 && strcmp(q->types, types) == 0) return q;
  }
  return NULL;
}

/* name: NULL where it is found by its text. */
static struct stmt *prepare(struct db *db, const char *name, const char *text, const char *types, bool trusted,
                            uint32_t h) {
  size_t n = strlen(types);
  if (strspn(types, "itb") != n) {
    db_fail(db, ERR_BROKEN, "Parameter types are i, t and b, not \"%.20s\".", types);
    return &db->dead;
  }
  const char *refused = trusted ? NULL : sqltext_refused(text, n);
  if (refused) {
    db_fail(db, ERR_BROKEN, "%s In: %.200s", refused, text);
    return &db->dead;
  }
  struct stmt *q = db->be->prepare(db, text, types, trusted);
  if (!q) return &db->dead;
  q->db = db;
  q->text = store_copy(text);
  q->key = name ? store_copy(name) : q->text;
  q->types = store_copy(types);
  q->trusted = trusted;
  q->n_params = (int)n;
  q->params = store_alloc((n + 1) * sizeof *q->params);
  q->hash = h;
  q->chain = db->buckets[h % STORE_BUCKETS];
  db->buckets[h % STORE_BUCKETS] = q;
  link_newest(db, q);
  db->n_stmts++;
  return q;
}

/* The one that is held, ready to be bound; NULL: not held; db->dead: not to be had. */
static struct stmt *held(struct db *db, const char *key, const char *types, bool trusted, uint32_t h) {
  struct stmt *q = find(db, key, types, trusted, h);
  if (!q) return NULL;
  if (q->open) {
    db_fail(db, ERR_BROKEN,
            "A statement was asked for again inside its own loop, or its loop was left without sql_end: %.200s",
            q->text);
    return &db->dead;
  }
  if (db->newest != q) {
    unlink_lru(db, q);
    link_newest(db, q);
  }
  for (int i = 0; i < q->n_params; i++) q->params[i] = VALUE_NONE;
  q->state = STMT_READY;
  return q;
}

static struct stmt *statement(struct db *db, const char *text, const char *types, bool trusted) {
  if (!db->dead.db) db->dead.db = db;
  if (db->failed) return &db->dead;
  if (!types) types = "";
  uint32_t h = hash_key(text, types, trusted);
  struct stmt *q = held(db, text, types, trusted, h);
  return q ? q : prepare(db, NULL, text, types, trusted, h);
}

struct stmt *db_sql_named(struct db *db, const char *name, const char *types, sql_writer *write, const void *arg) {
  if (!db->dead.db) db->dead.db = db;
  if (db->failed) return &db->dead;
  uint32_t h = hash_key(name, types, false);
  struct stmt *q = held(db, name, types, false, h);
  return q ? q : prepare(db, name, write(arg), types, false, h);
}

struct stmt *db_sql(struct db *db, const char *text, const char *types) {
  return statement(db, text, types, false);
}

struct stmt *db_sql_trusted(struct db *db, const char *text, const char *types) {
  return statement(db, text, types, true);
}

static void bind(struct stmt *q, int n, char type, struct value v) {
  if (q->db->failed) return;
  if (n < 1 || n > q->n_params || (type && q->types[n - 1] != type)) {
    db_fail(q->db, ERR_BROKEN, "Parameter $%d is not declared as '%c' (types \"%s\") in: %.200s", n, type ? type : '-',
            q->types, q->text);
    return;
  }
  if (q->open) {
    db_fail(q->db, ERR_BROKEN, "A parameter was bound inside the statement's own loop: %.200s", q->text);
    return;
  }
  q->params[n - 1] = v;
  q->state = STMT_READY; /* an ended statement that is bound anew runs anew */
}

void sql_int(struct stmt *q, int n, int64_t v) {
  bind(q, n, 'i', (struct value){.type = VALUE_INT, .i = v});
}

void sql_text(struct stmt *q, int n, const char *v) {
  if (!v) {
    sql_null(q, n);
    return;
  }
  size_t len = strlen(v);
  if (!text_utf8_valid(v, len)) db_fail(q->db, ERR_INPUT, "Text is not UTF-8 (parameter $%d).", n);
  bind(q, n, 't', (struct value){.type = VALUE_TEXT, .s = v, .n = len});
}

void sql_blob(struct stmt *q, int n, const void *v, size_t len) {
  bind(q, n, 'b', (struct value){.type = VALUE_BLOB, .s = v ? v : "", .n = len});
}

void sql_null(struct stmt *q, int n) {
  bind(q, n, 0, VALUE_NONE);
}

void sql_value(struct stmt *q, int n, struct value v) {
  switch (v.type) {
  case VALUE_NULL:
    sql_null(q, n);
    break;
  case VALUE_INT:
    sql_int(q, n, v.i);
    break;
  case VALUE_TEXT:
    sql_text(q, n, v.s);
    break;
  case VALUE_BLOB:
    sql_blob(q, n, v.s, v.n);
    break;
  }
}

bool sql_row(struct stmt *q) {
  struct db *db = q->db;
  if (db->failed || q == &db->dead || q->state == STMT_ENDED) {
    sql_end(q);
    return false;
  }
  if (!q->open) {
    q->open = true;
    q->depth = db->depth;
    q->next_open = db->open;
    db->open = q;
  }
  if (db->be->step(q) == STEP_ROW) {
    q->state = STMT_ROW;
    return true;
  }
  sql_end(q);
  return false;
}

bool sql_run(struct stmt *q) {
  while (sql_row(q)) continue;
  return !q->db->failed;
}

void sql_end(struct stmt *q) {
  close_stmt(q);
  q->state = STMT_ENDED;
}

int64_t db_changes(struct db *db) {
  return db->changes;
}

int col_count(struct stmt *q) {
  return q == &q->db->dead ? 0 : q->db->be->columns(q);
}

const char *col_name(struct stmt *q, int i) {
  return i >= 0 && i < col_count(q) ? q->db->be->column_name(q, i) : "";
}

static struct value column(struct stmt *q, int i, enum value_type want) {
  if (q->state != STMT_ROW || q == &q->db->dead) return VALUE_NONE;
  if (i < 0 || i >= q->db->be->columns(q)) {
    db_fail(q->db, ERR_BROKEN, "There is no column %d in: %.200s", i, q->text);
    return VALUE_NONE;
  }
  return q->db->be->column(q, i, want);
}

bool col_null(struct stmt *q, int i) {
  return column(q, i, VALUE_NULL).type == VALUE_NULL;
}

int64_t col_int(struct stmt *q, int i) {
  struct value v = column(q, i, VALUE_INT);
  return v.type == VALUE_INT ? v.i : 0;
}

const char *col_text(struct stmt *q, int i) {
  struct value v = column(q, i, VALUE_TEXT);
  return v.type == VALUE_TEXT ? v.s : NULL;
}

const void *col_blob(struct stmt *q, int i, size_t *len) {
  struct value v = column(q, i, VALUE_BLOB);
  *len = v.type == VALUE_BLOB ? v.n : 0;
  return v.type == VALUE_BLOB ? v.s : NULL;
}

struct value col_value(struct stmt *q, int i, struct arena *a) {
  struct value v = column(q, i, VALUE_NULL);
  if (v.type == VALUE_TEXT) v.s = arena_strndup(a, v.s, v.n);
  if (v.type == VALUE_BLOB) v.s = arena_copy(a, v.s, v.n);
  return v;
}
