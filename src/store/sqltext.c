#include "store/sqltext.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum { MAX_DEPTH = 60 };

static bool word_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
static bool digit(char c) {
  return c >= '0' && c <= '9';
}

static const char *skip_blank(const char *p) {
  for (;;) {
    if (*p == ' ' || *p == '\t' || *p == '\n') {
      p++;
    } else if (p[0] == '-' && p[1] == '-') {
      while (*p && *p != '\n' && *p != '\r')
        p++; /* a \r is refused next: PostgreSQL ends a comment there, SQLite does not */
    } else {
      return p;
    }
  }
}

static const char *string_end(const char *p) { /* p after the opening quote; NULL when it never ends */
  for (;; p++) {
    if (!*p) return NULL;
    if (*p == '\'' && *++p != '\'') return p;
  }
}

const char *sqltext_next(const char *p, struct sqltext_token *t) {
  p = skip_blank(p);
  const char *end = p;
  enum sqltext_kind kind = SQLTEXT_BAD;
  if (!*p) {
    kind = SQLTEXT_END;
  } else if (word_start(*p)) {
    while (word_start(*end) || digit(*end)) end++;
    kind = *end == '\'' || *end == '$' ? SQLTEXT_BAD : SQLTEXT_WORD;
  } else if (digit(*p)) {
    while (digit(*end)) end++;
    kind = word_start(*end) || *end == '.' || *end == '$' ? SQLTEXT_BAD : SQLTEXT_NUMBER;
  } else if (*p == '\'') {
    end = string_end(p + 1);
    kind = end ? SQLTEXT_STRING : SQLTEXT_BAD;
    if (!end) end = p + strlen(p);
  } else if (*p == '$' && digit(p[1])) {
    end++;
    while (digit(*end)) end++;
    kind = word_start(*end) || *end == '$' ? SQLTEXT_BAD : SQLTEXT_PARAM;
  } else {
    end++;
    if (strchr("(),.*+-/%<>=!|&~;", *p) && !(p[0] == '/' && p[1] == '*')) kind = SQLTEXT_SYMBOL;
  }
  if (kind == SQLTEXT_BAD && end == p) end++;
  *t = (struct sqltext_token){kind, p, (size_t)(end - p)};
  return end;
}

bool sqltext_is(const struct sqltext_token *t, const char *word) {
  return strlen(word) == t->n && (t->kind == SQLTEXT_WORD || t->kind == SQLTEXT_SYMBOL) &&
         strncasecmp(t->s, word, t->n) == 0;
}

static bool is_one_of(const struct sqltext_token *t, const char *const *words) {
  for (; *words; words++) {
    if (sqltext_is(t, *words)) return true;
  }
  return false;
}

static const char *refused_token(const struct sqltext_token *t, const struct sqltext_token *before, size_t n_params) {
  static const char *const not_shared[] = {"table",        "for",          "collate",           "ilike",
                                           "rowid",        "current_date", "current_time",      "localtime",
                                           "current_user", "session_user", "current_timestamp", "localtimestamp",
                                           "glob",         "only",         "lateral",           NULL};
  if (t->kind == SQLTEXT_BAD) return "The statement has a character or quoting that the dialect does not know.";
  if (sqltext_is(t, ";")) return "A statement stands alone, without a semicolon.";
  if (is_one_of(t, not_shared)) return "The statement has a word that is not shared by both back ends.";
  if (sqltext_is(t, "into") && !sqltext_is(before, "insert")) return "INTO stands only after INSERT.";
  if (t->kind != SQLTEXT_PARAM) return NULL;
  size_t n = t->n > 6 ? 0 : strtoul(t->s + 1, NULL, 10);
  return n < 1 || n > n_params || t->s[1] == '0' ? "A parameter has no declared type." : NULL;
}

const char *sqltext_refused(const char *text, size_t n_params) {
  static const char *const verbs[] = {"select", "insert", "update", "delete", "with", "values", NULL};
  struct sqltext_token t, before = {0};
  const char *p = sqltext_next(text, &t);
  if (!is_one_of(&t, verbs)) return "A statement begins with select, insert, update, delete, with or values.";
  int depth = 0;
  for (; t.kind != SQLTEXT_END; before = t, p = sqltext_next(p, &t)) {
    const char *why = refused_token(&t, &before, n_params);
    if (why) return why;
    if (sqltext_is(&t, "(") && ++depth > MAX_DEPTH) return "Brackets are nested too deep.";
    if (sqltext_is(&t, ")") && --depth < 0) return "A bracket is closed that was not opened.";
  }
  return depth == 0 ? NULL : "A bracket is not closed.";
}

/* ---- names ---- */

/* p is after a name: does `[(columns)] as [not] [materialized] (` follow, as where a common table expression is defined? */
static bool cte_follows(const char *p) {
  struct sqltext_token t;
  p = sqltext_next(p, &t);
  if (sqltext_is(&t, "(")) {
    for (int depth = 1; depth > 0;) {
      p = sqltext_next(p, &t);
      if (t.kind == SQLTEXT_END) return false;
      if (sqltext_is(&t, "(")) depth++;
      if (sqltext_is(&t, ")")) depth--;
    }
    p = sqltext_next(p, &t);
  }
  if (!sqltext_is(&t, "as")) return false;
  p = sqltext_next(p, &t);
  if (sqltext_is(&t, "not")) p = sqltext_next(p, &t);
  if (sqltext_is(&t, "materialized")) sqltext_next(p, &t);
  return sqltext_is(&t, "(");
}

struct reading {
  struct sqltext_token t, before, before2;
  const char *p; /* after t */
  int depth;
  bool from[MAX_DEPTH + 2]; /* a comma or bracket at this level stands before a table */
};

static bool at_table(const struct reading *r) {
  const struct sqltext_token *b = &r->before;
  if (sqltext_is(b, "from")) return !sqltext_is(&r->before2, "distinct"); /* is distinct from */
  if (sqltext_is(b, "join") || sqltext_is(b, "into") || sqltext_is(b, "update") || sqltext_is(b, "in")) return true;
  return (sqltext_is(b, ",") || sqltext_is(b, "(")) && r->from[r->depth];
}

static void follow_bracket(struct reading *r) {
  if (sqltext_is(&r->t, "(") && r->depth < MAX_DEPTH) {
    bool table = at_table(r) && !sqltext_is(&r->before, "in");
    r->from[++r->depth] = table;
  } else if (sqltext_is(&r->t, ")") && r->depth > 0) {
    r->depth--;
  }
}

static bool report_word(struct reading *r, sqltext_name_fn *fn, void *arg) {
  static const char *const clause[] = {"select",    "where",     "group",   "order",  "having", "limit",
                                       "window",    "union",     "with",    "except", "set",    "values",
                                       "intersect", "returning", "default", NULL};
  static const char *const bracketed[] = {
      "in",       "exists", "any",     "all",  "some", "and",          "or",   "not",      "as",   "over",
      "filter",   "on",     "using",   "by",   "when", "then",         "else", "case",     "from", "join",
      "distinct", "offset", "between", "like", "is",   "materialized", "cast", "conflict", NULL};
  struct sqltext_token next;
  sqltext_next(r->p, &next);
  bool table = at_table(r);
  if (is_one_of(&r->t, clause)) {
    r->from[r->depth] = false;
    return true;
  }
  if (sqltext_is(&r->t, "join") || (sqltext_is(&r->t, "from") && !sqltext_is(&r->before, "distinct"))) {
    r->from[r->depth] = true;
  }
  bool call = sqltext_is(&next, "(") && !sqltext_is(&r->before, "into");
  bool may_define =
      sqltext_is(&r->before, "with") || sqltext_is(&r->before, "recursive") || sqltext_is(&r->before, ",");
  if (may_define && cte_follows(r->p)) return fn(arg, SQLTEXT_CTE, r->t.s, r->t.n);
  if (table && !call) return fn(arg, sqltext_is(&next, ".") ? SQLTEXT_QUALIFIER : SQLTEXT_TABLE, r->t.s, r->t.n);
  if (call && (table || !is_one_of(&r->t, bracketed))) return fn(arg, SQLTEXT_FUNCTION, r->t.s, r->t.n);
  return true;
}

bool sqltext_names(const char *text, sqltext_name_fn *fn, void *arg) {
  struct reading r = {0};
  bool qualified = false;
  for (r.p = sqltext_next(text, &r.t); r.t.kind != SQLTEXT_END; r.p = sqltext_next(r.p, &r.t)) {
    follow_bracket(&r);
    if (r.t.kind == SQLTEXT_WORD) {
      struct sqltext_token next;
      sqltext_next(r.p, &next);
      bool qualifies = at_table(&r) && sqltext_is(&next, ".");
      if (qualified) {
        if (!fn(arg, sqltext_is(&next, "(") ? SQLTEXT_FUNCTION : SQLTEXT_TABLE, r.t.s, r.t.n)) return false;
      } else if (!report_word(&r, fn, arg)) {
        return false;
      }
      qualified = qualifies;
    } else if (!sqltext_is(&r.t, ".")) {
      qualified = false;
    }
    r.before2 = r.before;
    r.before = r.t;
  }
  return true;
}

const char *sqltext_table_of(const char *text, const char *alias, struct arena *a) {
  struct sqltext_token t, before = {0}, before2 = {0};
  for (const char *p = sqltext_next(text, &t); t.kind != SQLTEXT_END; p = sqltext_next(p, &t)) {
    if (sqltext_is(&t, alias)) {
      const struct sqltext_token *table = sqltext_is(&before, "as") ? &before2 : &before;
      static const char *const never[] = {"from",  "join", "by",  "select", "on", "and",
                                          "where", "or",   "not", "in",     NULL};
      if (table->kind == SQLTEXT_WORD && !is_one_of(table, never)) return arena_strndup(a, table->s, table->n);
    }
    before2 = before;
    before = t;
  }
  return NULL;
}
