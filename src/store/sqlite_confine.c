/* sqlite_confine: what a connection may do, decided when a statement is prepared. Readers cannot write; nobody begins, commits,
 * attaches, sets pragmas or changes the schema except the store itself; model SQL sees views, what they read, and ref.
 *
 * The authorizer names as its context the innermost view or common table expression, so that `with v as (select .. from t)`
 * looks like the view v. Names of views (and of expressions inside views) may therefore not be defined by model SQL; the
 * words of the statement are checked for that first (sqltext_names), which also is the whole of the check on PostgreSQL. */
#include <string.h>

#include "store/confine.h"
#include "store/sqlite.h"
#include "store/sqltext.h"

static bool is_open(const struct sqlite_db *d, const char *name, size_t upto) {
  for (size_t i = 0; i < upto; i++) {
    if (sqlite3_stricmp(d->open_names[i], name) == 0) return true;
  }
  return false;
}

static bool model_reads(const struct sqlite_db *d, const char *table, const char *column, const char *schema,
                        const char *context) {
  if (schema && strcmp(schema, "ref") == 0) return strncmp(table, "sqlite_", 7) != 0;
  if (is_open(d, table, d->n_views) || (context && is_open(d, context, d->n_open_names))) return true;
  /* A table behind a view of which no column is used (count(*)) is reported without context or schema. Tables named in the
   * statement itself have been refused before. */
  return column[0] == '\0' && !schema;
}

static int authorize(void *arg, int action, const char *a, const char *b, const char *schema, const char *context) {
  const struct sqlite_db *d = arg;
  if (d->trusted > 0) return SQLITE_OK;
  switch (action) {
  case SQLITE_SELECT:
  case SQLITE_RECURSIVE:
    return SQLITE_OK;
  case SQLITE_FUNCTION:
    return functions_shared(b, strlen(b)) ? SQLITE_OK : SQLITE_DENY;
  case SQLITE_READ:
    if (strncmp(a, "sqlite_", 7) == 0 || strncmp(a, "pragma_", 7) == 0) return SQLITE_DENY;
    return d->base.kind != DB_MODEL || model_reads(d, a, b, schema, context) ? SQLITE_OK : SQLITE_DENY;
  case SQLITE_INSERT:
  case SQLITE_UPDATE:
  case SQLITE_DELETE:
    return d->base.kind == DB_WRITER && schema && strcmp(schema, "main") == 0 && strncmp(a, "sqlite_", 7) != 0
               ? SQLITE_OK
               : SQLITE_DENY;
  default:
    return SQLITE_DENY;
  }
}

bool sqlite_confine(struct sqlite_db *d) {
  if (d->base.kind == DB_MODEL) d->names = arena_new();
  return sqlite3_set_authorizer(d->c, authorize, d) == SQLITE_OK;
}

static bool open_cte(void *arg, enum sqltext_role role, const char *s, size_t n) {
  struct sqlite_db *d = arg;
  if (role == SQLTEXT_CTE) d->open_names[d->n_open_names++] = arena_strndup(d->names, s, n);
  return true;
}

static bool count_cte(void *arg, enum sqltext_role role, const char *s, size_t n) {
  (void)s, (void)n;
  *(size_t *)arg += role == SQLTEXT_CTE;
  return true;
}

static void learn_views(struct sqlite_db *d) {
  arena_reset(d->names);
  d->open_names = NULL;
  d->n_open_names = d->n_views = 0;
  size_t cap = 0, n = 0;
  struct stmt *q = db_sql_trusted(&d->base, "select name, sql from sqlite_schema where type = 'view'", "");
  const char **bodies = NULL;
  size_t body_cap = 0;
  while (sql_row(q)) {
    d->open_names = arena_grow(d->names, d->open_names, &cap, n + 1, sizeof *d->open_names);
    bodies = arena_grow(d->names, bodies, &body_cap, n + 1, sizeof *bodies);
    d->open_names[n] = arena_strdup(d->names, col_text(q, 0));
    bodies[n++] = arena_strdup(d->names, col_text(q, 1));
  }
  d->n_views = d->n_open_names = n;
  size_t more = 0;
  for (size_t i = 0; i < n; i++) sqltext_names(bodies[i], count_cte, &more);
  d->open_names = arena_grow(d->names, d->open_names, &cap, n + more, sizeof *d->open_names);
  for (size_t i = 0; i < n; i++) sqltext_names(bodies[i], open_cte, d);
}

bool sqlite_model_allows(struct sqlite_db *d, const char *text) {
  learn_views(d);
  return !d->base.failed && confine_model(&d->base, text, d->open_names, d->n_views, d->n_open_names);
}
