/* sqlite: the SQLite back end: connections, transactions, statements, the write-ahead log. */
#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "store/sqltext.h"

enum { APPLICATION_ID = 0x4b697468 /* "Kith" */ };

struct sqlite_stmt {
  struct stmt base;
  sqlite3_stmt *q;
  int *index; /* where SQLite put $n: it numbers parameters by first appearance; 0: not used */
  bool bound, readonly;
};

static struct sqlite_db *of_db(struct db *db) {
  return (struct sqlite_db *)db;
}
static struct sqlite_stmt *of_stmt(struct stmt *q) {
  return (struct sqlite_stmt *)q;
}

static enum error_kind kind_of(int code) {
  switch (code & 0xff) {
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
  case SQLITE_SCHEMA:
  case SQLITE_INTERRUPT:
    return ERR_RETRY;
  case SQLITE_CONSTRAINT:
    return code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_ROWID
               ? ERR_CONFLICT
               : ERR_BROKEN;
  default:
    return ERR_BROKEN;
  }
}

void sqlite_fail(struct sqlite_db *d, const char *text) {
  int code = sqlite3_extended_errcode(d->c);
  const char *what = (code & 0xff) == SQLITE_FULL ? "the disk is full" : sqlite3_errmsg(d->c);
  if (text)
    db_fail(&d->base, kind_of(code), "The store refused a statement: %.200s (%d). In: %.200s", what, code, text);
  else
    db_fail(&d->base, kind_of(code), "The store failed: %.200s (%d).", what, code);
}

static bool sqlite_exec(struct db *db, const char *sql) {
  struct sqlite_db *d = of_db(db);
  d->trusted++;
  int code = sqlite3_exec(d->c, sql, NULL, NULL, NULL);
  d->trusted--;
  if (code != SQLITE_OK) sqlite_fail(d, sql);
  return code == SQLITE_OK;
}

/* ---- the ref file ---- */

static char *file_uri(const char *path) {
  size_t n = strlen(path);
  char *uri = store_alloc(n * 3 + 32), *p = uri + sprintf(uri, "file:");
  for (const char *s = path; *s; s++) {
    bool plain = (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9') || strchr("/._-", *s);
    if (plain)
      *p++ = *s;
    else
      p += sprintf(p, "%%%02X", (unsigned char)*s);
  }
  memcpy(p, "?mode=ro", sizeof "?mode=ro");
  return uri;
}

static bool attach_ref(struct sqlite_db *d, const char *path, const struct stat *st) {
  char *uri = file_uri(path);
  char *sql = sqlite3_mprintf("attach %Q as ref", uri);
  bool ok = sqlite_exec(&d->base, sql);
  sqlite3_free(sql);
  free(uri);
  d->ref_attached = ok;
  d->ref_dev = st->st_dev;
  d->ref_ino = st->st_ino;
  return ok;
}

/* Outside a transaction: a ref file that has been replaced since is opened anew. */
static bool refresh_ref(struct sqlite_db *d) {
  const char *path = store_opened_with(d->base.store)->ref;
  struct stat st;
  if (!path || stat(path, &st) != 0) return true; /* a file that has gone stays as it was read */
  if (d->ref_attached && d->ref_dev == st.st_dev && d->ref_ino == st.st_ino) return true;
  if (d->ref_attached) {
    db_trim(&d->base, 0);
    if (!sqlite_exec(&d->base, "detach ref")) return false;
    d->ref_attached = false;
  }
  return attach_ref(d, path, &st);
}

/* ---- connections ---- */

static bool make_file(const char *path, bool create, struct error *e) {
  if (access(path, F_OK) == 0) return true;
  if (!create) return error_set(e, ERR_NOT_FOUND, "There is no store at %s.", path);
  int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600); /* the log files take these rights from it */
  if (fd < 0) return error_set(e, ERR_BROKEN, "The store %s cannot be made: %s.", path, strerror(errno));
  close(fd);
  return true;
}

static int on_wal(void *arg, sqlite3 *c, const char *name, int pages) {
  (void)c, (void)name;
  struct sqlite_db *d = arg;
  if (pages < d->wal_pages) { /* the log began again from its start */
    d->moved_pages = 0;
    d->next_checkpoint = STORE_CHECKPOINT_PAGES;
  }
  d->wal_pages = pages;
  d->unmoved = true;
  return SQLITE_OK;
}

static const char settings[] =
    "pragma foreign_keys = on; pragma case_sensitive_like = on; pragma temp_store = memory; pragma cache_size = -16000;"
    "pragma recursive_triggers = on;";

static bool pragma_int(struct sqlite_db *d, const char *pragma, int64_t *out) {
  struct stmt *q = db_sql_trusted(&d->base, pragma, "");
  *out = sql_row(q) ? col_int(q, 0) : 0;
  sql_end(q);
  return !d->base.failed;
}

static bool set_up_writer(struct sqlite_db *d, const char *path, struct error *e) {
  char sql[256];
  snprintf(
      sql, sizeof sql,
      "pragma cache_size = -64000; pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 0;"
      "pragma journal_size_limit = %d; pragma application_id = %d",
      64 * 1024 * 1024, APPLICATION_ID);
  int64_t id, version;
  if (!pragma_int(d, "pragma application_id", &id) || !pragma_int(d, "pragma schema_version", &version)) return false;
  if (id != APPLICATION_ID && version != 0) {
    return error_set(e, ERR_BROKEN, "%s is a database, but not a store of Kith.", path);
  }
  if (!sqlite_exec(&d->base, sql)) return false;
  sqlite3_wal_hook(d->c, on_wal, d);
  d->next_checkpoint = STORE_CHECKPOINT_PAGES;
  return true;
}

/* Counting its own memory costs SQLite a lock for every allocation, on which readers would wait for one another. */
static void count_no_memory(void) {
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static bool set_up(struct sqlite_db *d, const char *path, struct error *e) {
  sqlite3_extended_result_codes(d->c, 1);
  sqlite3_busy_timeout(d->c, STORE_BUSY_MS);
  sqlite3_db_config(d->c, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config(d->c, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config(d->c, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sqlite3_db_config(d->c, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
  if (!functions_sqlite(d->c) || !sqlite_exec(&d->base, settings)) return false;
  if (d->base.kind == DB_WRITER && !set_up_writer(d, path, e)) return false;
  if (d->base.kind != DB_WRITER && !sqlite_exec(&d->base, "pragma query_only = on")) return false;
  return refresh_ref(d) && sqlite_confine(d);
}

static void sqlite_disconnect(struct db *db) {
  struct sqlite_db *d = of_db(db);
  sqlite3_close(d->c);
  arena_free(d->names);
  free(d);
}

static struct db *sqlite_connect(struct store *s, const struct store_options *o, enum db_kind kind, struct error *e) {
  static pthread_once_t configured = PTHREAD_ONCE_INIT;
  if (kind == DB_WRITER && !make_file(o->location, o->create, e)) return NULL;
  pthread_once(&configured, count_no_memory);
  struct sqlite_db *d = store_alloc(sizeof *d);
  d->base = (struct db){.store = s, .be = &backend_sqlite, .kind = kind};
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE |
              (kind == DB_WRITER ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
  char *path = realpath(o->location, NULL); /* absolute, so that no name is read as a URI */
  int code = sqlite3_open_v2(path ? path : o->location, &d->c, flags, NULL);
  free(path);
  if (code == SQLITE_OK && set_up(d, o->location, e)) return &d->base;
  if (e->kind == ERR_NONE) {
    if (!d->base.failed) sqlite_fail(d, NULL);
    error_set(e, d->base.fail_kind, "The store %s cannot be opened: %s", o->location, d->base.fail_message);
  }
  db_trim(&d->base, 0);
  sqlite_disconnect(&d->base);
  return NULL;
}

/* ---- transactions ---- */

static bool sqlite_begin(struct db *db) {
  return refresh_ref(of_db(db)) && sqlite_exec(db, db->kind == DB_WRITER ? "begin immediate" : "begin");
}

static bool sqlite_lost(struct db *db) {
  return sqlite3_get_autocommit(of_db(db)->c) != 0;
}
static bool sqlite_commit(struct db *db) {
  return sqlite_exec(db, "commit");
}

static void sqlite_rollback(struct db *db) {
  struct sqlite_db *d = of_db(db);
  if (sqlite_lost(db)) return;
  d->trusted++;
  sqlite3_exec(d->c, "rollback", NULL, NULL, NULL);
  d->trusted--;
}

static void warn_of_long_log(struct sqlite_db *d, int pages, int moved) {
  uint64_t large = d->warned_pages ? d->warned_pages * 2 : STORE_CHECKPOINT_PAGES * 4;
  if ((uint64_t)pages >= large) {
    log_event(LOG_WARN, "wal_large", "pages=%d moved=%d", pages, moved);
    d->warned_pages = (uint64_t)pages;
  } else if (pages < STORE_CHECKPOINT_PAGES) {
    d->warned_pages = 0;
  }
}

/* The log is moved into the file by the writer, when it is long or when there is nothing else to do; never by a commit. A
 * reader that stays open keeps the log from starting again: said in the log file each time that it has doubled. */
static bool sqlite_tend(struct db *db, bool idle) {
  struct sqlite_db *d = of_db(db);
  if (idle) sqlite3_db_release_memory(d->c); /* an import fills the writer's cache */
  if (!d->unmoved || (!idle && d->wal_pages < d->next_checkpoint)) return true;
  int pages = 0, moved = 0;
  d->trusted++;
  int code = sqlite3_wal_checkpoint_v2(d->c, "main", SQLITE_CHECKPOINT_PASSIVE, &pages, &moved);
  d->trusted--;
  d->next_checkpoint = d->wal_pages + STORE_CHECKPOINT_PAGES; /* whatever a reader holds back: not again at once */
  if (code != SQLITE_OK) {
    log_event(LOG_WARN, "checkpoint_failed", "code=%d", code);
    return false;
  }
  d->unmoved = moved < pages;
  if (moved > d->moved_pages) store_checkpointed(db->store, (uint64_t)(moved - d->moved_pages));
  d->moved_pages = moved;
  warn_of_long_log(d, pages, moved);
  return !d->unmoved;
}

/* ---- statements ---- */

static struct stmt *sqlite_prepare(struct db *db, const char *text, const char *types, bool trusted) {
  struct sqlite_db *d = of_db(db);
  if (!trusted && db->kind == DB_MODEL && !sqlite_model_allows(d, text)) return NULL;
  sqlite3_stmt *raw = NULL;
  d->trusted += trusted;
  int code = sqlite3_prepare_v3(d->c, text, -1, SQLITE_PREPARE_PERSISTENT, &raw, NULL);
  d->trusted -= trusted;
  if (code != SQLITE_OK || !raw) {
    sqlite_fail(d, text);
    return NULL;
  }
  struct sqlite_stmt *q = store_alloc(sizeof *q);
  size_t n = strlen(types);
  q->q = raw;
  q->readonly = sqlite3_stmt_readonly(raw) != 0;
  q->index = store_alloc((n + 1) * sizeof *q->index);
  for (size_t i = 0; i < n; i++) {
    char name[32];
    snprintf(name, sizeof name, "$%zu", i + 1);
    q->index[i] = sqlite3_bind_parameter_index(raw, name);
  }
  return &q->base;
}

static void sqlite_finalize(struct stmt *base) {
  struct sqlite_stmt *q = of_stmt(base);
  sqlite3_finalize(q->q);
  free(q->index);
  free(q);
}

static void bind_all(struct sqlite_stmt *q) {
  for (int i = 0; i < q->base.n_params; i++) {
    int at = q->index[i];
    const struct value *v = &q->base.params[i];
    if (at == 0) continue;
    switch (v->type) {
    case VALUE_NULL:
      sqlite3_bind_null(q->q, at);
      break;
    case VALUE_INT:
      sqlite3_bind_int64(q->q, at, v->i);
      break;
    case VALUE_TEXT:
      sqlite3_bind_text64(q->q, at, v->s, v->n, SQLITE_STATIC, SQLITE_UTF8);
      break;
    case VALUE_BLOB:
      sqlite3_bind_blob64(q->q, at, v->s, v->n, SQLITE_STATIC);
      break;
    }
  }
  q->bound = true;
}

static enum step sqlite_step(struct stmt *base) {
  struct sqlite_stmt *q = of_stmt(base);
  struct sqlite_db *d = of_db(base->db);
  if (!q->bound) bind_all(q);
  d->trusted += base->trusted; /* a changed schema makes SQLite prepare it again */
  int code = sqlite3_step(q->q);
  d->trusted -= base->trusted;
  if (code == SQLITE_ROW) return STEP_ROW;
  if (code == SQLITE_DONE) {
    base->db->changes = q->readonly ? 0 : sqlite3_changes64(d->c);
    return STEP_DONE;
  }
  sqlite_fail(d, base->text);
  return STEP_FAILED;
}

static void sqlite_reset(struct stmt *base) {
  struct sqlite_stmt *q = of_stmt(base);
  sqlite3_reset(q->q);
  sqlite3_clear_bindings(q->q); /* what was bound is the caller's memory */
  q->bound = false;
}

static int sqlite_columns(struct stmt *q) {
  return sqlite3_column_count(of_stmt(q)->q);
}
static const char *sqlite_column_name(struct stmt *q, int i) {
  return sqlite3_column_name(of_stmt(q)->q, i);
}

static struct value sqlite_column(struct stmt *base, int i, enum value_type want) {
  sqlite3_stmt *q = of_stmt(base)->q;
  int type = sqlite3_column_type(q, i);
  if (type == SQLITE_NULL) return VALUE_NONE;
  if (type == SQLITE_FLOAT) {
    db_fail(base->db, ERR_BROKEN, "There are no reals in a store; cast the result in: %.200s", base->text);
    return VALUE_NONE;
  }
  if (want == VALUE_NULL) want = type == SQLITE_INTEGER ? VALUE_INT : type == SQLITE_BLOB ? VALUE_BLOB : VALUE_TEXT;
  struct value v = {.type = want};
  if (want == VALUE_INT) {
    v.i = sqlite3_column_int64(q, i);
    return v;
  }
  v.s = want == VALUE_BLOB ? sqlite3_column_blob(q, i) : (const char *)sqlite3_column_text(q, i);
  v.n = (size_t)sqlite3_column_bytes(q, i);
  if (!v.s) v.s = ""; /* an empty blob */
  return v;
}

/* ---- plans and schema ---- */

static bool is_table(struct db *db, const char *name) {
  struct stmt *q = db_sql_trusted(db, "select 1 from sqlite_schema where type = 'table' and name = $1", "t");
  sql_text(q, 1, name);
  bool found = sql_row(q);
  sql_end(q);
  return found;
}

/* EXPLAIN QUERY PLAN says "SCAN pep", "SCAN p" for an alias, "SCAN x" for a common table expression that it has said it makes
 * ("MATERIALIZE x", "CO-ROUTINE x"), "SCAN (subquery-1)" and "SCAN CONSTANT ROW". */
static const char *scanned_table(struct db *db, const char *text, const char *detail, const char *made,
                                 struct arena *a) {
  if (strncmp(detail, "SCAN ", 5) != 0) return NULL;
  const char *name = arena_strndup(a, detail + 5, strcspn(detail + 5, " "));
  if (name[0] == '(' || strcmp(detail, "SCAN CONSTANT ROW") == 0) return NULL;
  if (strstr(made, arena_printf(a, " %s ", name))) return NULL;
  if (is_table(db, name)) return name;
  const char *real = sqltext_table_of(text, name, a);
  return real ? real : name;
}

static bool sqlite_scans(struct db *db, const char *text, const char *types, struct arena *a, const char **table) {
  struct stmt *q = db_sql_trusted(db, arena_printf(a, "explain query plan %s", text), types);
  const char **details = NULL;
  size_t n = 0, cap = 0;
  struct buf made;
  buf_init(&made, a);
  buf_char(&made, ' ');
  while (sql_row(q)) {
    const char *d = arena_strdup(a, col_text(q, 3));
    details = arena_grow(a, details, &cap, n + 1, sizeof *details);
    details[n++] = d;
    if (strncmp(d, "MATERIALIZE ", 12) == 0) buf_printf(&made, "%s ", d + 12);
    if (strncmp(d, "CO-ROUTINE ", 11) == 0) buf_printf(&made, "%s ", d + 11);
  }
  for (size_t i = 0; i < n; i++) {
    const char *name = scanned_table(db, text, details[i], buf_text(&made), a);
    if (!name) continue;
    *table = name;
    return true;
  }
  return false;
}

static bool sqlite_replace_view(struct db *db, const char *name, const char *select) {
  struct stmt *q = db_sql_trusted(db, "select sql from sqlite_schema where type = 'view' and name = $1", "t");
  sql_text(q, 1, name);
  char *old = sql_row(q) ? store_copy(col_text(q, 0)) : NULL;
  sql_end(q);
  char *sql = sqlite3_mprintf("create view %s as %s", name, select);
  char *drop = sqlite3_mprintf("drop view if exists %s", name);
  bool same = old && strcmp(old + strlen("create view"), sql + strlen("create view")) == 0; /* it writes CREATE VIEW */
  bool ok = same || (sqlite_exec(db, drop) && sqlite_exec(db, sql)); /* unchanged: keep what is prepared */
  sqlite3_free(sql);
  sqlite3_free(drop);
  free(old);
  return ok;
}

const struct backend backend_sqlite = {
    .name = "sqlite",
    .connect = sqlite_connect,
    .disconnect = sqlite_disconnect,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .exec = sqlite_exec,
    .rollback = sqlite_rollback,
    .lost = sqlite_lost,
    .prepare = sqlite_prepare,
    .finalize = sqlite_finalize,
    .step = sqlite_step,
    .reset = sqlite_reset,
    .columns = sqlite_columns,
    .column_name = sqlite_column_name,
    .column = sqlite_column,
    .tend = sqlite_tend,
    .scans = sqlite_scans,
    .type_names = {"integer", "text", "blob"},
    .table_suffix = "strict",
    .table_clustered = "strict, without rowid",
    .relations =
        "select name, case type when 'view' then 'v' else 't' end from sqlite_schema "
        "where type in ('table', 'view') and name not like 'sqlite~_%' escape '~' order by name",
    .columns_of = "select name, lower(type) from pragma_table_info($1)",
    .replace_view = sqlite_replace_view,
};
