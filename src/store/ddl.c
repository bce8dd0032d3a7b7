/* ddl: the schema, which only grows: tables, columns, indexes and views made from what the layers above describe. */
#include <stdlib.h>
#include <string.h>

#include "store/backend.h"
#include "store/sqltext.h"

/* Words that one of the back ends reserves: as a name they would work on the other only. */
static const char *const reserved[] = {"add",
                                       "all",
                                       "alter",
                                       "analyse",
                                       "analyze",
                                       "and",
                                       "any",
                                       "array",
                                       "as",
                                       "asc",
                                       "asymmetric",
                                       "authorization",
                                       "autoincrement",
                                       "between",
                                       "binary",
                                       "both",
                                       "case",
                                       "cast",
                                       "check",
                                       "collate",
                                       "collation",
                                       "column",
                                       "commit",
                                       "concurrently",
                                       "constraint",
                                       "create",
                                       "cross",
                                       "current_catalog",
                                       "current_date",
                                       "current_role",
                                       "current_schema",
                                       "current_time",
                                       "current_timestamp",
                                       "current_user",
                                       "default",
                                       "deferrable",
                                       "delete",
                                       "desc",
                                       "distinct",
                                       "do",
                                       "drop",
                                       "else",
                                       "end",
                                       "escape",
                                       "except",
                                       "exists",
                                       "false",
                                       "fetch",
                                       "for",
                                       "foreign",
                                       "freeze",
                                       "from",
                                       "full",
                                       "glob",
                                       "grant",
                                       "group",
                                       "having",
                                       "ilike",
                                       "in",
                                       "index",
                                       "initially",
                                       "inner",
                                       "insert",
                                       "intersect",
                                       "into",
                                       "is",
                                       "isnull",
                                       "join",
                                       "lateral",
                                       "leading",
                                       "left",
                                       "like",
                                       "limit",
                                       "localtime",
                                       "localtimestamp",
                                       "natural",
                                       "not",
                                       "notnull",
                                       "null",
                                       "offset",
                                       "on",
                                       "only",
                                       "or",
                                       "order",
                                       "outer",
                                       "overlaps",
                                       "placing",
                                       "primary",
                                       "references",
                                       "returning",
                                       "right",
                                       "rowid",
                                       "select",
                                       "session_user",
                                       "set",
                                       "similar",
                                       "some",
                                       "symmetric",
                                       "table",
                                       "tablesample",
                                       "then",
                                       "to",
                                       "trailing",
                                       "transaction",
                                       "true",
                                       "union",
                                       "unique",
                                       "update",
                                       "user",
                                       "using",
                                       "values",
                                       "variadic",
                                       "verbose",
                                       "when",
                                       "where",
                                       "window",
                                       "with"};

static bool name_ok(const char *s, size_t n) {
  if (n == 0 || n > 63 || s[0] < 'a' || s[0] > 'z') return false; /* PostgreSQL cuts names at 63 bytes */
  for (size_t i = 0; i < n; i++) {
    if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= '0' && s[i] <= '9') || s[i] == '_')) return false;
  }
  for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
    if (strlen(reserved[i]) == n && memcmp(reserved[i], s, n) == 0) return false;
  }
  return strncmp(s, "sqlite_", 7) != 0 && strncmp(s, "pg_", 3) != 0;
}

static bool check_name(const char *s, struct error *e) {
  return name_ok(s, strlen(s)) ||
         error_set(e, ERR_BROKEN,
                   "\"%s\" cannot name a table, column, index or view: small letters, digits and _, "
                   "at most 63, and no word of SQL.",
                   s);
}

/* "child, from_on" or "from_on desc": names, commas and desc. */
static bool check_columns(const struct store_table *t, const char *list, struct error *e) {
  struct sqltext_token token;
  bool name_next = true;
  for (const char *p = sqltext_next(list, &token); token.kind != SQLTEXT_END; p = sqltext_next(p, &token)) {
    bool right = name_next ? token.kind == SQLTEXT_WORD : sqltext_is(&token, ",") || sqltext_is(&token, "desc");
    bool known = !name_next;
    for (size_t i = 0; i < t->n_columns; i++) known |= sqltext_is(&token, t->columns[i].name);
    if (!right || !known) return error_set(e, ERR_BROKEN, "The columns \"%s\" are not columns of %s.", list, t->name);
    name_next = sqltext_is(&token, ",");
  }
  return !name_next || error_set(e, ERR_BROKEN, "A list of columns of %s is incomplete: \"%s\".", t->name, list);
}

static bool in_list(const char *list, const char *name) {
  struct sqltext_token token;
  for (const char *p = sqltext_next(list, &token); token.kind != SQLTEXT_END; p = sqltext_next(p, &token)) {
    if (sqltext_is(&token, name)) return true;
  }
  return false;
}

static bool check_table(const struct store_table *t, struct error *e) {
  if (!check_name(t->name, e)) return false;
  for (size_t i = 0; i < t->n_columns; i++) {
    if (!check_name(t->columns[i].name, e)) return false;
  }
  if (!check_columns(t, t->primary_key, e)) return false;
  for (size_t i = 0; i < t->n_indexes; i++) {
    if (!check_name(t->indexes[i].name, e) || !check_columns(t, t->indexes[i].columns, e)) return false;
  }
  return true;
}

static bool run(struct db *db, const char *sql, struct error *e) {
  db->be->exec(db, sql);
  return db_ok(db, e);
}

static bool create_table(struct db *db, const struct store_table *t, struct arena *a, struct error *e) {
  struct buf b;
  buf_init(&b, a);
  buf_printf(&b, "create table %s (", t->name);
  for (size_t i = 0; i < t->n_columns; i++) {
    const struct store_column *c = &t->columns[i];
    bool required = c->required || in_list(t->primary_key, c->name);
    buf_printf(&b, "%s %s%s, ", c->name, db->be->type_names[c->type], required ? " not null" : "");
  }
  buf_printf(&b, "primary key (%s)) %s", t->primary_key, t->clustered ? db->be->table_clustered : db->be->table_suffix);
  return run(db, buf_text(&b), e);
}

/* A back end's declared type without what it says of collation: "text collate \"C\"" is text. */
static bool type_is(const struct backend *be, enum store_type type, const char *declared) {
  size_t n = strcspn(be->type_names[type], " ");
  return strlen(declared) == n && memcmp(be->type_names[type], declared, n) == 0;
}

static bool extend_table(struct db *db, const struct store_table *t, struct arena *a, struct error *e) {
  const char **types = arena_alloc(a, (t->n_columns + 1) * sizeof *types);
  struct stmt *q = db_sql_trusted(db, db->be->columns_of, "t");
  sql_text(q, 1, t->name);
  while (sql_row(q)) {
    for (size_t i = 0; i < t->n_columns; i++) {
      if (strcmp(t->columns[i].name, col_text(q, 0)) == 0) types[i] = arena_strdup(a, col_text(q, 1));
    }
  }
  if (!db_ok(db, e)) return false;
  for (size_t i = 0; i < t->n_columns; i++) {
    const struct store_column *c = &t->columns[i];
    if (types[i] && !type_is(db->be, c->type, types[i])) {
      return error_set(e, ERR_BROKEN, "The column %s of %s is %s in the store and cannot become %s; add a new column.",
                       c->name, t->name, types[i], db->be->type_names[c->type]);
    }
    if (types[i]) continue;
    const char *sql = arena_printf(a, "alter table %s add column %s %s%s", t->name, c->name,
                                   db->be->type_names[c->type], c->required ? " not null" : "");
    if (!run(db, sql, e)) return false;
  }
  return true;
}

static bool make_table(struct db *db, const struct store_table *t, struct arena *a, struct error *e) {
  bool there = db_has_table(db, t->name);
  if (!db_ok(db, e)) return false;
  if (!(there ? extend_table(db, t, a, e) : create_table(db, t, a, e))) return false;
  for (size_t i = 0; i < t->n_indexes; i++) {
    const struct store_index *x = &t->indexes[i];
    const char *sql = arena_printf(a, "create %sindex if not exists %s on %s (%s)%s%s", x->unique ? "unique " : "",
                                   x->name, t->name, x->columns, x->where ? " where " : "", x->where ? x->where : "");
    if (!run(db, sql, e)) return false;
  }
  return true;
}

static bool writer_only(struct db *db, struct error *e) {
  return db->kind == DB_WRITER || error_set(e, ERR_BROKEN, "The schema can be changed only inside a write.");
}

bool db_ensure_table(struct db *db, const struct store_table *t, struct error *e) {
  if (!db_ok(db, e) || !writer_only(db, e) || !check_table(t, e)) return false;
  struct arena *a = arena_new();
  bool ok = make_table(db, t, a, e);
  arena_free(a);
  return ok;
}

bool db_ensure_view(struct db *db, const char *name, const char *select, struct error *e) {
  if (!db_ok(db, e) || !writer_only(db, e) || !check_name(name, e)) return false;
  const char *refused = sqltext_refused(select, 0);
  if (refused) return error_set(e, ERR_BROKEN, "The view %s cannot be made. %s", name, refused);
  return db->be->replace_view(db, name, select) || db_ok(db, e);
}

bool db_has_table(struct db *db, const char *name) {
  struct stmt *q = db_sql_trusted(db, db->be->relations, "");
  bool found = false;
  while (sql_row(q)) found |= strcmp(col_text(q, 0), name) == 0 && strcmp(col_text(q, 1), "t") == 0;
  return found;
}

const char *const *db_tables(struct db *db, struct arena *a, size_t *n) {
  const char **names = NULL;
  size_t cap = 0;
  *n = 0;
  struct stmt *q = db_sql_trusted(db, db->be->relations, "");
  while (sql_row(q)) {
    if (strcmp(col_text(q, 1), "t") != 0) continue;
    names = arena_grow(a, names, &cap, *n + 1, sizeof *names);
    names[(*n)++] = arena_strdup(a, col_text(q, 0));
  }
  return names;
}

bool db_scans(struct db *db, const char *text, const char *types, struct arena *a, const char **table) {
  *table = NULL;
  const char *refused = sqltext_refused(text, strlen(types ? types : ""));
  if (refused) {
    db_fail(db, ERR_BROKEN, "%s In: %.200s", refused, text);
    return false;
  }
  return db->be->scans(db, text, types ? types : "", a, table);
}
