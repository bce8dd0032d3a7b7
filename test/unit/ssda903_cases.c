#include "ssda903_cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"

struct reader {
  struct rule_cases *all;
  const char *file, *rule;
  int line;
  struct rule_case *now;    /* NULL outside a case */
  struct case_table *table; /* NULL outside a table */
};

static bool mistake(const struct reader *r, const char *what, const char *text) {
  fprintf(stderr, "%s:%d: %s: %s\n", r->file, r->line, what, text);
  return false;
}

/* Cells parted by bars, trimmed; at least one. */
static const char **cells_of(struct arena *a, const char *text, size_t *n) {
  const char **out = NULL;
  size_t cap = 0;
  *n = 0;
  for (const char *p = text;; p++) {
    size_t length = strcspn(p, "|");
    out = arena_grow(a, out, &cap, *n + 1, sizeof *out);
    out[(*n)++] = text_trim(a, arena_strndup(a, p, length));
    p += length;
    if (!*p) return out;
  }
}

static bool add_row(struct reader *r, const char *text) {
  struct case_table *t = r->table;
  struct arena *a = r->all->arena;
  bool star = *text == '*';
  size_t n;
  const char **cells = cells_of(a, text + star, &n);
  if (n > t->n_columns + 1 || (n == t->n_columns + 1 && *cells[n - 1]))
    return mistake(r, "more cells than columns", text);
  const char **row = arena_alloc(a, (t->n_columns + 1) * sizeof *row);
  for (size_t i = 0; i < n && i < t->n_columns; i++) row[i] = *cells[i] ? cells[i] : NULL;
  t->rows = arena_grow(a, t->rows, &t->cap, t->n + 1, sizeof *t->rows);
  t->star = arena_grow(a, t->star, &t->cap_star, t->n + 1, sizeof *t->star);
  t->rows[t->n] = row;
  t->star[t->n++] = star;
  return true;
}

static bool begin_table(struct reader *r, const char *name, const char *columns) {
  struct rule_case *c = r->now;
  size_t n = strlen(name);
  bool last = n > 5 && strcmp(name + n - 5, "_last") == 0;
  int t = table_find(last ? arena_strndup(r->all->arena, name, n - 5) : name);
  if (strcmp(name, "providers") == 0) {
    r->table = &c->providers, c->has_providers = true;
  } else {
    if (t < 0) return mistake(r, "no such table or heading", name);
    if (c->n_tables == 8) return mistake(r, "more tables than a case may have", name);
    r->table = &c->tables[c->n_tables++];
    *r->table = (struct case_table){.table = (enum table)t, .last = last};
  }
  r->table->columns = cells_of(r->all->arena, columns, &r->table->n_columns);
  for (size_t i = 0; t >= 0 && i < r->table->n_columns; i++)
    if (table_column((enum table)t, r->table->columns[i]) < 0)
      return mistake(r, "no such column", r->table->columns[i]);
  return true;
}

static bool begin_case(struct reader *r, const char *words) {
  if (!r->rule) return mistake(r, "a case before any rule", words);
  r->all->at = arena_grow(r->all->arena, r->all->at, &r->all->cap, r->all->n + 1, sizeof *r->all->at);
  r->now = &r->all->at[r->all->n++];
  *r->now = (struct rule_case){
      .file = r->file, .rule = r->rule, .words = words, .line = r->line, .year_ends = 2027, .la = "E10000016"};
  return true;
}

static bool heading(struct reader *r, const char *name, const char *value) {
  struct rule_case *c = r->now;
  r->table = NULL;
  if (strcmp(name, "case") == 0) return begin_case(r, value);
  if (!c) return mistake(r, "before any case", name);
  if (strcmp(name, "year") == 0) {
    c->year_ends = atoi(value) + 1;
    return (c->year_ends > 2022 && c->year_ends < 2028) || mistake(r, "a year such as 2026-27", value);
  }
  if (strcmp(name, "la") == 0) return c->la = strcmp(value, "none") != 0 ? value : NULL, true;
  if (strcmp(name, "start") == 0) return c->start = value, true;
  if (strcmp(name, "end") == 0) return c->end = value, true;
  if (strcmp(name, "format") == 0) return c->xml = strcmp(value, "xml") == 0, true;
  if (strcmp(name, "needs") == 0)
    return c->not_run = strcmp(value, "not run") == 0, c->not_run || mistake(r, "needs: takes \"not run\"", value);
  return begin_table(r, name, value);
}

static bool take_line(struct reader *r, char *line) {
  struct arena *a = r->all->arena;
  char *text = text_trim(a, line), *colon = strchr(text, ':');
  if (!*text) return r->table = NULL, true;
  if (*text == '#') return true;
  if (strncmp(text, "rule ", 5) == 0) {
    r->rule = text_trim(a, text + 5), r->now = NULL, r->table = NULL;
    return true;
  }
  bool names = colon && !memchr(text, '|', (size_t)(colon - text)) && *text != '*' && line[0] != ' ';
  if (names) return heading(r, arena_strndup(a, text, (size_t)(colon - text)), text_trim(a, colon + 1));
  return r->table ? add_row(r, text) : mistake(r, "a row outside a table", text);
}

bool cases_read(struct rule_cases *all, const char *path) {
  const char *bytes, *slash = strrchr(path, '/');
  size_t n;
  struct error e;
  struct reader r = {.all = all, .file = arena_strdup(all->arena, slash ? slash + 1 : path)};
  bool ok = true;
  error_init(&e, all->arena);
  if (!file_read(all->arena, path, 0, &bytes, &n, &e)) return mistake(&r, "cannot be read", e.message);
  for (const char *p = bytes; p < bytes + n;) {
    size_t length = strcspn(p, "\n");
    r.line++;
    ok = take_line(&r, arena_strndup(all->arena, p, length)) && ok;
    p += length + (p[length] == '\n');
  }
  return ok;
}
