#include "store/confine.h"

#include <string.h>

#include "store/sqltext.h"

struct check {
  struct db *db;
  const char *text;
  const char *const *names;
  size_t n_views, n_closed;
  bool qualified; /* the next table is in ref */
};

static bool among(const char *const *names, size_t n, const char *s, size_t len) {
  for (size_t i = 0; i < n; i++) {
    if (strlen(names[i]) == len && strncasecmp(names[i], s, len) == 0) return true;
  }
  return false;
}

struct find_cte {
  const char *s;
  size_t n;
  bool found;
};

static bool is_cte(void *arg, enum sqltext_role role, const char *s, size_t n) {
  struct find_cte *f = arg;
  if (role == SQLTEXT_CTE && n == f->n && strncasecmp(s, f->s, n) == 0) f->found = true;
  return !f->found;
}

static bool defined_here(const char *text, const char *s, size_t n) {
  struct find_cte f = {s, n, false};
  sqltext_names(text, is_cte, &f);
  return f.found;
}

static bool is_relation(struct db *db, const char *s, size_t n) {
  bool found = false;
  struct stmt *q = db_sql_trusted(db, db->be->relations, "");
  while (sql_row(q)) {
    const char *name = col_text(q, 0);
    if (strlen(name) == n && strncasecmp(name, s, n) == 0) found = true;
  }
  return found;
}

static bool refuse(struct check *c, const char *why, const char *s, size_t n) {
  db_fail(c->db, ERR_BROKEN, "Model SQL %s %.*s. In: %.200s", why, (int)n, s, c->text);
  return false;
}

static bool check_name(void *arg, enum sqltext_role role, const char *s, size_t n) {
  struct check *c = arg;
  switch (role) {
  case SQLTEXT_QUALIFIER:
    c->qualified = n == 3 && strncasecmp(s, "ref", 3) == 0;
    return c->qualified || refuse(c, "may not name the schema", s, n);
  case SQLTEXT_TABLE:
    if (c->qualified || among(c->names, c->n_views, s, n) || defined_here(c->text, s, n)) {
      c->qualified = false;
      return true;
    }
    return refuse(c, "reads views only, not", s, n);
  case SQLTEXT_CTE:
    if (!among(c->names, c->n_closed, s, n) && !is_relation(c->db, s, n) && strncasecmp(s, "pg_", 3) != 0 &&
        strncasecmp(s, "sqlite_", 7) != 0 && strncasecmp(s, "pragma_", 7) != 0) {
      return true;
    }
    return refuse(c, "may not use for an expression the name", s, n);
  case SQLTEXT_FUNCTION:
    return functions_shared(s, n) || refuse(c, "may not call", s, n);
  }
  return true;
}

bool confine_model(struct db *db, const char *text, const char *const *names, size_t n_views, size_t n_closed) {
  struct check c = {.db = db, .text = text, .names = names, .n_views = n_views, .n_closed = n_closed};
  return sqltext_names(text, check_name, &c) && !db->failed;
}
