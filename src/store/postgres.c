/* postgres: the PostgreSQL back end: one schema, one writing connection, a few readers. Results are buffered whole, so that
 * statements can be asked inside each other's loops as on SQLite. Parameters go out binary, results come back as text.
 *
 * One writer at a time, over all processes, is an advisory lock that each group takes first: at READ COMMITTED behind it a
 * callback sees everything that was committed before, and nobody else writes until it commits, as on SQLite. */
#include <endian.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "store/backend.h"
#include "store/confine.h"

enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25, OID_NUMERIC = 1700 };
enum { OID_FLOAT4 = 700, OID_FLOAT8 = 701 };

struct pg_db {
  struct db base;
  PGconn *c;
  char *schema;
  bool model_role; /* a role <schema>_model exists: model reads take it on */
  bool stale;      /* prepared statements no longer fit the schema: drop them before the next transaction */
  char xid[24];    /* of the writer's transaction, to ask after a connection that broke while it committed */
  uint64_t names;  /* given to prepared statements so far */
};

struct pg_stmt {
  struct stmt base;
  char name[24];
  PGresult *result;
  int row, rows;
  int64_t *ints; /* parameters in network order */
  const char **values;
  int *lengths, *formats;
  struct arena *blobs; /* decoded, of the present row */
};

static struct pg_db *of_db(struct db *db) {
  return (struct pg_db *)db;
}
static struct pg_stmt *of_stmt(struct stmt *q) {
  return (struct pg_stmt *)q;
}

static const char *const setup =
    "set client_min_messages = warning; set standard_conforming_strings = on; set client_encoding = 'UTF8';"
    "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'";

/* ---- failures ---- */

static bool state_is(const char *state, const char *code) {
  return state && strncmp(state, code, strlen(code)) == 0;
}

static enum error_kind kind_of(const char *state) {
  static const char *const retry[] = {"40001", "40P01", "55P03", "57P0", "08", "53300"};
  for (size_t i = 0; i < sizeof retry / sizeof *retry; i++) {
    if (state_is(state, retry[i])) return ERR_RETRY;
  }
  return state_is(state, "23505") ? ERR_CONFLICT : ERR_BROKEN;
}

/* The server's primary message, without its detail: details quote values. Data errors (class 22) quote them in the message. */
static void fail(struct pg_db *d, const PGresult *r, const char *text) {
  const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
  const char *what = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
  if (PQstatus(d->c) != CONNECTION_OK) {
    db_fail(&d->base, ERR_RETRY, "The connection to PostgreSQL was lost.");
    return;
  }
  if (state_is(state, "22")) what = "a value does not fit its type";
  if (state_is(state, "53100")) what = "the disk is full";
  enum error_kind kind = kind_of(state);
  if (state_is(state, "0A000") && what && strstr(what, "cached plan")) { /* a column was added since: prepare anew */
    d->stale = true;
    kind = ERR_RETRY;
  }
  db_fail(&d->base, kind, "The store refused a statement: %.200s (%.5s). In: %.200s", what ? what : "no reason given",
          state ? state : "", text);
}

static bool done(struct pg_db *d, PGresult *r, const char *text) {
  ExecStatusType s = PQresultStatus(r);
  bool ok = s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK;
  if (!ok) fail(d, r, text);
  PQclear(r);
  return ok;
}

static bool pg_exec(struct db *db, const char *sql) {
  struct pg_db *d = of_db(db);
  return done(d, PQexec(d->c, sql), sql);
}

/* ---- connections ---- */

static void no_notice(void *arg, const char *message) {
  (void)arg, (void)message;
}

/* A text parameter, one text value of the first row, in out; false when there is no row. */
static bool ask(struct pg_db *d, const char *sql, const char *param, char *out, size_t n) {
  PGresult *r = PQexecParams(d->c, sql, param ? 1 : 0, NULL, &param, NULL, NULL, 0);
  bool ok = PQresultStatus(r) == PGRES_TUPLES_OK;
  bool row = ok && PQntuples(r) > 0;
  if (!ok) fail(d, r, sql);
  if (row) snprintf(out, n, "%s", PQgetvalue(r, 0, 0));
  PQclear(r);
  return row;
}

static bool schema_name_ok(const char *s) {
  size_t n = s ? strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") : 0;
  return n > 0 && n < 50 && !s[n] && s[0] >= 'a' && s[0] <= 'z' && strncmp(s, "pg_", 3) != 0;
}

static bool make_schema(struct pg_db *d, bool create, struct error *e) {
  char got[16], sql[256];
  bool there = ask(d, "select 1 from pg_namespace where nspname = $1", d->schema, got, sizeof got);
  if (d->base.failed) return false;
  if (!there && !create) return error_set(e, ERR_NOT_FOUND, "There is no store in the schema %s.", d->schema);
  snprintf(sql, sizeof sql, "create schema if not exists \"%s\"", d->schema);
  if (!there && !pg_exec(&d->base, sql)) return false;
  snprintf(sql, sizeof sql, "set search_path = \"%s\"", d->schema);
  if (!pg_exec(&d->base, sql)) return false;
  return !create || pg_exec(&d->base, functions_postgres);
}

static bool set_up(struct pg_db *d, const struct store_options *o, struct error *e) {
  char got[128], role[80], sql[256];
  if (!pg_exec(&d->base, setup)) return false;
  if (!ask(d, "show server_encoding", NULL, got, sizeof got)) return false;
  if (strcmp(got, "UTF8") != 0) return error_set(e, ERR_BROKEN, "The database must be in UTF8; it is in %s.", got);
  if (d->base.kind == DB_WRITER) return make_schema(d, o->create, e);
  snprintf(sql, sizeof sql, "set search_path = \"%s\"; set default_transaction_read_only = on", d->schema);
  if (!pg_exec(&d->base, sql)) return false;
  snprintf(role, sizeof role, "%s_model", d->schema);
  d->model_role =
      d->base.kind == DB_MODEL && ask(d, "select 1 from pg_roles where rolname = $1", role, got, sizeof got);
  return !d->base.failed;
}

static void pg_disconnect(struct db *db) {
  struct pg_db *d = of_db(db);
  PQfinish(d->c);
  free(d->schema);
  free(d);
}

static struct db *pg_connect(struct store *s, const struct store_options *o, enum db_kind kind, struct error *e) {
  if (!schema_name_ok(o->schema)) {
    error_set(e, ERR_BROKEN, "A store in PostgreSQL needs a schema: small letters, digits and _.");
    return NULL;
  }
  struct pg_db *d = store_alloc(sizeof *d);
  d->base = (struct db){.store = s, .be = &backend_postgres, .kind = kind};
  d->schema = store_copy(o->schema);
  d->c = PQconnectdb(o->location);
  PQsetNoticeProcessor(d->c, no_notice, NULL);
  if (PQstatus(d->c) == CONNECTION_OK && set_up(d, o, e)) return &d->base;
  if (e->kind == ERR_NONE) { /* libpq's own message names the host and user, not the password */
    error_set(e, ERR_BROKEN, "The store %s cannot be opened: %s", o->schema,
              d->base.failed ? d->base.fail_message : PQerrorMessage(d->c));
  }
  pg_disconnect(&d->base);
  return NULL;
}

/* Outside a transaction: a broken connection is made anew, with what belongs to it. */
static bool mend(struct pg_db *d) {
  if (PQstatus(d->c) == CONNECTION_OK && !d->stale) return true;
  db_trim(&d->base, 0);
  d->stale = false;
  if (PQstatus(d->c) == CONNECTION_OK) return true;
  PQreset(d->c);
  char sql[256];
  snprintf(sql, sizeof sql, "set search_path = \"%s\"; set default_transaction_read_only = %s", d->schema,
           d->base.kind == DB_WRITER ? "off" : "on");
  bool ok = PQstatus(d->c) == CONNECTION_OK && pg_exec(&d->base, setup) && pg_exec(&d->base, sql);
  log_event(LOG_WARN, "postgres_reconnected", "ok=%d", ok);
  if (!ok) db_fail(&d->base, ERR_RETRY, "PostgreSQL cannot be reached.");
  return ok;
}

/* ---- transactions ---- */

static bool begin_writer(struct pg_db *d) {
  char sql[256];
  snprintf(sql, sizeof sql,
           "begin isolation level read committed; set local lock_timeout = '%ds';"
           "select pg_advisory_xact_lock(hashtextextended('kith ' || '%s', 0)); set local lock_timeout = 0;"
           "select pg_current_xact_id()",
           STORE_BUSY_MS / 1000, d->schema);
  PGresult *r = PQexec(d->c, sql);
  bool ok = PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1;
  if (ok)
    snprintf(d->xid, sizeof d->xid, "%s", PQgetvalue(r, 0, 0));
  else
    fail(d, r, "begin");
  PQclear(r);
  return ok;
}

static bool pg_begin(struct db *db) {
  struct pg_db *d = of_db(db);
  if (!mend(d)) return false;
  if (db->kind == DB_WRITER) return begin_writer(d);
  char sql[256];
  snprintf(sql, sizeof sql, "begin isolation level repeatable read read only");
  if (d->model_role) {
    snprintf(sql, sizeof sql, "begin isolation level repeatable read read only; set local role \"%s_model\"",
             d->schema);
  }
  return pg_exec(db, sql);
}

static bool pg_lost(struct db *db) {
  PGTransactionStatusType s = PQtransactionStatus(of_db(db)->c);
  return s != PQTRANS_INTRANS && s != PQTRANS_INERROR && s != PQTRANS_ACTIVE;
}

/* The connection broke while it committed: it may have been kept or not. The server knows by the transaction's number. */
static bool kept_after_all(struct pg_db *d) {
  char status[32] = "";
  db_unfail(&d->base);
  for (int i = 0; i < STORE_RETRIES; i++) {
    db_unfail(&d->base);
    if (!mend(d)) continue;
    if (!ask(d, "select coalesce(pg_xact_status($1::text::xid8), 'unknown')", d->xid, status, sizeof status)) continue;
    if (strcmp(status, "in progress") != 0) break;
  }
  if (strcmp(status, "committed") == 0) return true;
  db_unfail(&d->base);
  if (strcmp(status, "aborted") == 0)
    db_fail(&d->base, ERR_RETRY, "The connection to PostgreSQL was lost.");
  else
    db_fail(&d->base, ERR_BROKEN, "PostgreSQL was lost in a commit, and cannot say whether it was kept.");
  return false;
}

static bool pg_commit(struct db *db) {
  struct pg_db *d = of_db(db);
  PGresult *r = PQexec(d->c, "commit");
  bool ok = PQresultStatus(r) == PGRES_COMMAND_OK;
  bool undone = ok && strcmp(PQcmdStatus(r), "ROLLBACK") == 0; /* what commit answers in a failed transaction */
  bool broken = PQstatus(d->c) != CONNECTION_OK;
  if (!ok && !broken) fail(d, r, "commit");
  PQclear(r);
  if (undone) db_fail(db, ERR_BROKEN, "The transaction had failed and was undone.");
  if (broken) return kept_after_all(d);
  return ok && !undone;
}

static void pg_rollback(struct db *db) {
  struct pg_db *d = of_db(db);
  if (PQstatus(d->c) == CONNECTION_OK && !pg_lost(db)) PQclear(PQexec(d->c, "rollback"));
}

static bool pg_tend(struct db *db, bool idle) {
  (void)db, (void)idle;
  return true; /* the server checkpoints by itself */
}

/* ---- statements ---- */

static bool model_allows(struct pg_db *d, const char *text) {
  struct arena *a = arena_new();
  const char **views = NULL;
  size_t n = 0, cap = 0;
  struct stmt *q = db_sql_trusted(&d->base, backend_postgres.relations, "");
  while (sql_row(q)) {
    if (strcmp(col_text(q, 1), "v") != 0) continue;
    views = arena_grow(a, views, &cap, n + 1, sizeof *views);
    views[n++] = arena_strdup(a, col_text(q, 0));
  }
  bool ok = !d->base.failed && confine_model(&d->base, text, views, n, n);
  arena_free(a);
  return ok;
}

static Oid oid_of(char type) {
  return type == 'i' ? OID_INT8 : type == 't' ? OID_TEXT : OID_BYTEA;
}

static struct stmt *pg_prepare(struct db *db, const char *text, const char *types, bool trusted) {
  struct pg_db *d = of_db(db);
  if (!trusted && db->kind == DB_MODEL && !model_allows(d, text)) return NULL;
  size_t n = strlen(types);
  Oid *oids = store_alloc((n + 1) * sizeof *oids);
  for (size_t i = 0; i < n; i++) oids[i] = oid_of(types[i]);
  struct pg_stmt *q = store_alloc(sizeof *q);
  snprintf(q->name, sizeof q->name, "k%llu", (unsigned long long)++d->names);
  bool ok = done(d, PQprepare(d->c, q->name, text, (int)n, oids), text);
  free(oids);
  if (!ok) {
    free(q);
    return NULL;
  }
  q->ints = store_alloc((n + 1) * sizeof *q->ints);
  q->values = store_alloc((n + 1) * sizeof *q->values);
  q->lengths = store_alloc((n + 1) * sizeof *q->lengths);
  q->formats = store_alloc((n + 1) * sizeof *q->formats);
  for (size_t i = 0; i < n; i++) q->formats[i] = types[i] == 't' ? 0 : 1;
  return &q->base;
}

static void pg_finalize(struct stmt *base) {
  struct pg_stmt *q = of_stmt(base);
  struct pg_db *d = of_db(base->db);
  PGTransactionStatusType s = PQtransactionStatus(d->c);
  if (PQstatus(d->c) == CONNECTION_OK &&
      s != PQTRANS_INERROR) { /* in a failed transaction it stays until the end of the connection */
    char sql[48];
    snprintf(sql, sizeof sql, "deallocate %s", q->name);
    PQclear(PQexec(d->c, sql));
  }
  PQclear(q->result);
  arena_free(q->blobs);
  free(q->ints);
  free(q->values);
  free(q->lengths);
  free(q->formats);
  free(q);
}

static void bind_all(struct pg_stmt *q) {
  for (int i = 0; i < q->base.n_params; i++) {
    const struct value *v = &q->base.params[i];
    q->values[i] = v->type == VALUE_NULL ? NULL : v->s;
    q->lengths[i] = (int)v->n;
    if (v->type != VALUE_INT) continue;
    q->ints[i] = (int64_t)htobe64((uint64_t)v->i);
    q->values[i] = (const char *)&q->ints[i];
    q->lengths[i] = sizeof(int64_t);
  }
}

static enum step pg_step(struct stmt *base) {
  struct pg_stmt *q = of_stmt(base);
  struct pg_db *d = of_db(base->db);
  if (!q->result) {
    bind_all(q);
    q->result = PQexecPrepared(d->c, q->name, base->n_params, q->values, q->lengths, q->formats, 0);
    ExecStatusType s = PQresultStatus(q->result);
    if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK) {
      fail(d, q->result, base->text);
      return STEP_FAILED;
    }
    q->row = -1;
    q->rows = PQntuples(q->result);
  }
  if (q->blobs) arena_reset(q->blobs);
  if (++q->row < q->rows) return STEP_ROW;
  const char *verb = PQcmdStatus(q->result);
  base->db->changes = strncmp(verb, "SELECT", 6) == 0 ? 0 : strtoll(PQcmdTuples(q->result), NULL, 10);
  return STEP_DONE;
}

static void pg_reset(struct stmt *base) {
  struct pg_stmt *q = of_stmt(base);
  PQclear(q->result);
  q->result = NULL;
}

/* Before the first row SQLite knows the columns; here they are known when it has been run. */
static int pg_columns(struct stmt *q) {
  return of_stmt(q)->result ? PQnfields(of_stmt(q)->result) : 0;
}
static const char *pg_column_name(struct stmt *q, int i) {
  return PQfname(of_stmt(q)->result, i);
}

static int nibble(char c) {
  return c <= '9' ? c - '0' : c - 'a' + 10;
}

static struct value decode_blob(struct pg_stmt *q, const char *hex, size_t n) {
  if (!q->blobs) q->blobs = arena_new();
  size_t len = n < 2 ? 0 : (n - 2) / 2; /* \x and two digits a byte */
  char *out = arena_alloc(q->blobs, len);
  for (size_t i = 0; i < len; i++) out[i] = (char)(nibble(hex[2 + 2 * i]) << 4 | nibble(hex[3 + 2 * i]));
  return (struct value){.type = VALUE_BLOB, .s = out, .n = len};
}

static enum value_type type_of(Oid oid) {
  switch (oid) {
  case OID_BOOL:
  case OID_INT2:
  case OID_INT4:
  case OID_INT8:
  case OID_NUMERIC:
    return VALUE_INT;
  case OID_BYTEA:
    return VALUE_BLOB;
  default:
    return VALUE_TEXT;
  }
}

static struct value pg_column(struct stmt *base, int i, enum value_type want) {
  struct pg_stmt *q = of_stmt(base);
  if (PQgetisnull(q->result, q->row, i)) return VALUE_NONE;
  Oid oid = PQftype(q->result, i);
  enum value_type is = type_of(oid);
  const char *s = PQgetvalue(q->result, q->row, i);
  size_t n = (size_t)PQgetlength(q->result, q->row, i);
  if (oid == OID_BOOL) s = *s == 't' ? "1" : "0";
  if (oid == OID_FLOAT4 || oid == OID_FLOAT8 || (oid == OID_NUMERIC && strchr(s, '.'))) {
    db_fail(base->db, ERR_BROKEN, "There are no reals in a store; cast the result in: %.200s", base->text);
    return VALUE_NONE;
  }
  if (want == VALUE_NULL) want = is;
  if (want == VALUE_INT) return (struct value){.type = VALUE_INT, .i = strtoll(s, NULL, 10)};
  if (is == VALUE_BLOB) {
    struct value v = decode_blob(q, s, n);
    v.type = want;
    return v;
  }
  return (struct value){.type = want, .s = s, .n = n};
}

/* ---- plans and schema ---- */

static bool try_sql(struct pg_db *d, const char *sql) {
  PGresult *r = PQexec(d->c, sql);
  bool ok = PQresultStatus(r) == PGRES_COMMAND_OK;
  PQclear(r);
  return ok;
}

struct scan {
  const char *table, *index; /* index: read whole, without a condition on it; NULL: the table itself */
};

/* With sequential scans priced out, a whole table is read by what the plan still does in sequence, or by an index without a
 * condition on it. heap: the table for which a bitmap of an index is made. */
static bool scan_in(const struct json *node, const char *heap, struct scan *out) {
  const char *type = json_text(json_get(node, "Node Type")), *table = json_text(json_get(node, "Relation Name"));
  bool index = type && strstr(type, "Index") && !json_get(node, "Index Cond");
  if (!table) table = heap;
  if (table && (index || (type && strcmp(type, "Seq Scan") == 0))) {
    *out = (struct scan){table, index ? json_text(json_get(node, "Index Name")) : NULL};
    return true;
  }
  const struct json *plans = json_get(node, "Plans");
  for (size_t i = 0; plans && i < plans->n; i++) {
    if (scan_in(plans->items[i], table, out)) return true;
  }
  return false;
}

static const char *explain_sql(const char *text, const char *types, struct arena *a) {
  struct buf b;
  buf_init(&b, a);
  buf_str(&b, "set local enable_seqscan = off; set local plan_cache_mode = force_generic_plan; prepare kith_plan");
  for (size_t i = 0; types[i]; i++) {
    buf_printf(&b, "%s%s", i ? ", " : " (", types[i] == 'i' ? "bigint" : types[i] == 't' ? "text" : "bytea");
  }
  buf_printf(&b, "%s as %s\n; explain (format json) execute kith_plan", types[0] ? ")" : "", text);
  for (size_t i = 0; types[i]; i++) buf_str(&b, i ? ", null" : " (null");
  if (types[0]) buf_char(&b, ')');
  return buf_text(&b);
}

/* false: no scan, or the plan could not be had (then db has failed). */
static bool plan_scans(struct pg_db *d, const char *text, const char *types, struct arena *a, struct scan *out) {
  bool scans = false;
  PGresult *r = PQexec(d->c, explain_sql(text, types, a));
  if (PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1) {
    struct error e;
    error_init(&e, a);
    const char *s = PQgetvalue(r, 0, 0);
    const struct json *plan = json_parse(a, s, strlen(s), &e);
    scans = plan && plan->n == 1 && scan_in(json_get(plan->items[0], "Plan"), NULL, out);
  } else {
    fail(d, r, text);
  }
  PQclear(r);
  PQclear(PQexec(d->c, "deallocate kith_plan")); /* prepared statements outlive the savepoint */
  return scans;
}

/* Of an empty table the planner may take any small index whole, though another answers: each such index is set aside, inside the
 * savepoint, until the plan has none or there is no other way. */
static bool pg_scans(struct db *db, const char *text, const char *types, struct arena *a, const char **table) {
  struct pg_db *d = of_db(db);
  struct scan scan;
  if (db->failed || !pg_exec(db, "savepoint plan")) return false;
  while (!db->failed && plan_scans(d, text, types, a, &scan)) {
    *table = scan.table;
    if (!scan.index || !try_sql(d, arena_printf(a, "drop index %s", scan.index))) break;
    *table = NULL;
  }
  PQclear(PQexec(d->c, "rollback to savepoint plan; release savepoint plan"));
  return *table != NULL;
}

static const char dependants[] = /* views over view $1, those that stand on others last */
    "with recursive v(oid, level) as (select $1::regclass::oid, 0 union "
    "select r.ev_class, v.level + 1 from v join pg_depend d on d.refobjid = v.oid and d.classid = "
    "'pg_rewrite'::regclass "
    "join pg_rewrite r on r.oid = d.objid where r.ev_class <> v.oid and v.level < 50) "
    "select c.relname, pg_get_viewdef(c.oid) from (select oid, max(level) as level from v where level > 0 group by "
    "oid) x "
    "join pg_class c on c.oid = x.oid where c.relkind = 'v' order by x.level, c.relname";

/* A view that loses or retypes a column cannot be replaced in place: it and what stands on it are made anew. */
static bool remake_view(struct pg_db *d, const char *name, const char *create, struct arena *a) {
  const char *param = name;
  PGresult *r = PQexecParams(d->c, dependants, 1, NULL, &param, NULL, NULL, 0);
  bool ok = PQresultStatus(r) == PGRES_TUPLES_OK && pg_exec(&d->base, arena_printf(a, "drop view %s cascade", name)) &&
            pg_exec(&d->base, create);
  if (PQresultStatus(r) != PGRES_TUPLES_OK) fail(d, r, "dependants of a view");
  for (int i = 0; ok && i < PQntuples(r); i++) {
    ok = pg_exec(&d->base, arena_printf(a, "create view %s as %s", PQgetvalue(r, i, 0), PQgetvalue(r, i, 1)));
  }
  PQclear(r);
  return ok;
}

static bool pg_replace_view(struct db *db, const char *name, const char *select) {
  struct pg_db *d = of_db(db);
  char got[8], role[80];
  struct arena *a = arena_new();
  const char *create = arena_printf(a, "create or replace view %s as %s", name, select);
  bool there =
      ask(d, "select 1 from pg_views where schemaname = current_schema() and viewname = $1", name, got, sizeof got);
  bool ok = !db->failed && pg_exec(db, "savepoint view");
  if (ok && !there)
    ok = pg_exec(db, create);
  else if (ok && !try_sql(d, create))
    ok = pg_exec(db, "rollback to savepoint view") && remake_view(d, name, create, a);
  if (ok) ok = pg_exec(db, "release savepoint view");
  snprintf(role, sizeof role, "%s_model", d->schema);
  if (ok && ask(d, "select 1 from pg_roles where rolname = $1", role, got, sizeof got)) {
    ok = pg_exec(db, arena_printf(a, "grant usage on schema \"%s\" to \"%s\"; grant select on %s to \"%s\"", d->schema,
                                  role, name, role));
  }
  arena_free(a);
  return ok;
}

const struct backend backend_postgres = {
    .name = "postgresql",
    .connect = pg_connect,
    .disconnect = pg_disconnect,
    .begin = pg_begin,
    .commit = pg_commit,
    .exec = pg_exec,
    .rollback = pg_rollback,
    .lost = pg_lost,
    .prepare = pg_prepare,
    .finalize = pg_finalize,
    .step = pg_step,
    .reset = pg_reset,
    .columns = pg_columns,
    .column_name = pg_column_name,
    .column = pg_column,
    .tend = pg_tend,
    .scans = pg_scans,
    .type_names = {"bigint", "text collate \"C\"", "bytea"},
    .table_suffix = "",
    .table_clustered = "",
    .relations =
        "select c.relname::text collate \"C\", case c.relkind when 'v' then 'v' else 't' end from pg_class c "
        "join pg_namespace n on n.oid = c.relnamespace where n.nspname = current_schema() and "
        "c.relkind in ('r', 'p', 'v') order by 1",
    .columns_of =
        "select a.attname::text, format_type(a.atttypid, null) from pg_attribute a join pg_class c on "
        "c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname = current_schema() and "
        "c.relname = $1 and a.attnum > 0 and not a.attisdropped",
    .replace_view = pg_replace_view,
};
