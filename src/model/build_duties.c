#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "model/build.h"

static const char *const duty_keys[] = {"duty",   "title",     "owner",     "starts",     "due",
                                        "met",    "category",  "source",    "confidence", "in_force",
                                        "status", "statutory", "warn_days", "retire",     NULL};
static const char *const due_keys[] = {"within", "unit", "before", "early_days", NULL};
static const char *const force_keys[] = {"from", "to", NULL};
static const char *const units[] = {"day", "working_day", "school_day", "week", "month", NULL};
static const char *const confidences[] = {"high", "medium", "low", NULL};

/* Words and signs of a statement; texts in quotes are one token that begins with '. */
static const char *const *tokens(struct build *b, const char *sql, size_t *n) {
  const char **all = NULL;
  size_t cap = 0;
  *n = 0;
  while (*sql) {
    const char *from = sql;
    if (isspace((unsigned char)*sql)) {
      sql++;
      continue;
    }
    if (isalnum((unsigned char)*sql) || *sql == '_') {
      while (isalnum((unsigned char)*sql) || *sql == '_') sql++;
    } else if (*sql == '\'') {
      for (sql++; *sql && !(*sql == '\'' && sql[1] != '\''); sql++) sql += *sql == '\'';
      sql += *sql == '\'';
    } else {
      sql++;
    }
    char *word = arena_strndup(b->r.a, from, (size_t)(sql - from));
    for (char *c = word; *c && *word != '\''; c++) *c = (char)tolower((unsigned char)*c);
    all = arena_grow(b->r.a, all, &cap, *n + 1, sizeof *all);
    all[(*n)++] = word;
  }
  return all;
}

static bool one_of(const char *word, const char *const *words) {
  for (; *words; words++) {
    if (strcmp(word, *words) == 0) return true;
  }
  return false;
}

static bool names_cte(const char *const *t, size_t n, const char *name) {
  for (size_t i = 0; i + 2 < n; i++) {
    if (strcmp(t[i], name) == 0 && strcmp(t[i + 1], "as") == 0 && strcmp(t[i + 2], "(") == 0) return true;
  }
  return false;
}

static void check_select(struct build *b, const struct node *at, const char *key, const char *const *t, size_t n) {
  static const char *const never[] = {"insert", "update", "delete", "drop", "create", "alter", "pragma", "attach",
                                      "grant",  "copy",   "call",   "do",   "vacuum", "into",  NULL};
  struct reading *r = &b->r;
  if (n == 0 || (strcmp(t[0], "select") != 0 && strcmp(t[0], "with") != 0)) {
    read_bad(r, at, key, "Begin with “select”", "This is not a select");
  }
  for (size_t i = 0; i < n; i++) {
    if (one_of(t[i], never)) read_bad(r, at, key, "A duty, measure or fact only reads", "“%s” has no place here", t[i]);
    bool comment = i + 1 < n && ((*t[i] == '-' && *t[i + 1] == '-') || (*t[i] == '/' && *t[i + 1] == '*'));
    if (strchr(";$\"`[", t[i][0]) || comment) {
      read_bad(r, at, key, "Remove it: one statement, no parameters, no comments, plain names",
               "“%s” has no place here", t[i]);
    }
  }
}

/* Index of the table names: what follows from, join, or a comma within a from clause. */
static bool *table_names(struct build *b, const char *const *t, size_t n) {
  static const char *const ends[] = {"where",     "group", "order",  "having", "union",  "except",
                                     "intersect", "limit", "select", "on",     "window", NULL};
  bool *is = arena_alloc(b->r.a, n + 1), *in_from = arena_alloc(b->r.a, n + 2);
  size_t depth = 0;
  bool expect = false;
  for (size_t i = 0; i < n; i++) {
    bool word = isalpha((unsigned char)t[i][0]) || t[i][0] == '_';
    if (strcmp(t[i], "(") == 0) {
      in_from[++depth] = expect;
      continue;
    }
    if (strcmp(t[i], ")") == 0) {
      if (depth) depth--;
      expect = false;
    } else if (strcmp(t[i], "from") == 0 || strcmp(t[i], "join") == 0) {
      in_from[depth] = expect = true;
    } else if (word && one_of(t[i], ends)) {
      in_from[depth] = strcmp(t[i], "on") == 0 && in_from[depth];
      expect = false;
    } else if (strcmp(t[i], ",") == 0) {
      expect = in_from[depth];
    } else if (expect && word) {
      is[i] = true;
      expect = false;
    }
  }
  return is;
}

const char *const *build_reads(struct build *b, const struct node *at, const char *key, const char *sql, size_t *n) {
  size_t count;
  const char *const *t = tokens(b, sql, &count);
  const char *const *records = build_record_names(b);
  const char **reads = arena_alloc(b->r.a, (count + 1) * sizeof *reads);
  *n = 0;
  check_select(b, at, key, t, count);
  bool *is = table_names(b, t, count);
  for (size_t i = 0; i < count; i++) {
    if (!is[i] || names_cte(t, count, t[i])) continue;
    if (strcmp(t[i], "ref") == 0 && i + 1 < count && strcmp(t[i + 1], ".") == 0) continue;
    size_t k = 0;
    while (k < *n && strcmp(reads[k], t[i]) != 0) k++;
    if (k < *n) continue;
    if (one_of(t[i], records)) {
      reads[(*n)++] = t[i];
    } else {
      read_bad(&b->r, at, key, read_did_you_mean(&b->r, t[i], records, "Name a record type; they are the views"),
               "There is no view “%s”", t[i]);
    }
  }
  return reads;
}

/* The label of the field that the select calls start_on, for the working that people read. */
static const char *start_label(struct build *b, const struct model_duty *d) {
  size_t n;
  const char *const *t = tokens(b, d->starts, &n);
  for (size_t i = 0; i + 2 < n; i++) {
    if (strcmp(t[i + 1], "as") != 0 || strcmp(t[i + 2], "start_on") != 0) continue;
    for (size_t k = 0; k < d->n_reads; k++) {
      const struct model_record *rec = model_record(b->m, d->reads[k]);
      const struct model_field *f = rec ? model_field(rec, t[i]) : NULL;
      if (f) return f->label;
    }
  }
  return "Start";
}

static void read_due(struct build *b, const struct node *n, struct model_duty *d) {
  struct reading *r = &b->r;
  const struct node *due = read_map(r, n, "due");
  int64_t within = 0;
  if (!due) {
    read_bad(r, n, "due", "Write due: {within: 10, unit: working_day}", "The duty has no clock");
    return;
  }
  read_keys(r, due, due_keys, "A clock");
  if (!read_integer(r, due, "within", &within) || within < 0 || within > 3660) {
    read_bad(r, due, "within", "Write a number from 0 to 3660", "“within” is missing or wrong");
    within = 0;
  }
  d->within = (int)within;
  int unit = read_choice(r, due, "unit", units, true);
  d->unit = unit < 0 ? UNIT_DAY : (enum duty_unit)unit;
  d->before = read_flag(r, due, "before");
  int64_t early = 0;
  if (read_integer(r, due, "early_days", &early) && (early < 0 || early > 366)) {
    read_bad(r, due, "early_days", "Write 0 to 366", "early_days is too large");
    early = 0;
  }
  d->early_days = (int)early;
}

static void add_reads(struct build *b, struct model_duty *d, const char *const *more, size_t n) {
  const char **all = arena_alloc(b->r.a, (d->n_reads + n + 1) * sizeof *all);
  for (size_t i = 0; i < d->n_reads; i++) all[i] = d->reads[i];
  for (size_t i = 0; i < n; i++) {
    size_t k = 0;
    while (k < d->n_reads && strcmp(all[k], more[i]) != 0) k++;
    if (k == d->n_reads) all[d->n_reads++] = more[i];
  }
  d->reads = all;
}

static void read_duty(struct build *b, const char *id, const struct node *n, struct model_duty *d) {
  struct reading *r = &b->r;
  size_t n_starts = 0, n_met = 0, n_owners;
  int64_t warn = 0;
  d->id = id;
  d->file = n->file;
  d->line = n->line;
  read_keys(r, n, duty_keys, "A duty");
  if (!read_name_ok(id)) read_bad(r, n, "duty", "Use small letters, digits and _", "“%s” is not a name", id);
  d->title = read_text(r, n, "title", true);
  d->owner = read_text(r, n, "owner", true);
  build_roles(b, n, "owner", &n_owners);
  d->starts = read_text(r, n, "starts", true);
  d->met = read_text(r, n, "met", true);
  d->source = read_text(r, n, "source", true);
  d->status = read_text(r, n, "status", false);
  d->statutory = read_flag(r, n, "statutory");
  int confidence = read_choice(r, n, "confidence", confidences, true);
  d->confidence = confidence < 0 ? "low" : confidences[confidence];
  read_due(b, n, d);
  const struct node *force = read_map(r, n, "in_force");
  if (force) read_keys(r, force, force_keys, "in_force");
  d->from = read_date(r, force, "from");
  d->to = read_date(r, force, "to");
  if (d->from == DATE_NONE)
    read_bad(r, force ? force : n, "in_force", "Write in_force: {from: 2018-02-26}",
             "It is not said from when the duty holds");
  if (read_integer(r, n, "warn_days", &warn) && (warn < 0 || warn > 365))
    read_bad(r, n, "warn_days", "Write 0 to 365", "warn_days is too large");
  d->warn_days = (int)warn;
  const char *const *starts = d->starts ? build_reads(b, node_get(n, "starts"), "starts", d->starts, &n_starts) : NULL;
  const char *const *met = d->met ? build_reads(b, node_get(n, "met"), "met", d->met, &n_met) : NULL;
  add_reads(b, d, starts, n_starts);
  add_reads(b, d, met, n_met);
  d->start_label = d->starts ? start_label(b, d) : "Start";
  d->category_index = build_category(b, n, "category");
  if (d->category_index < 0 && n_met) {
    const struct model_record *rec = model_record(b->m, met[0]);
    d->category_index = rec ? rec->category_index : 0;
  }
  if (d->category_index < 0) d->category_index = 0;
}

static int by_id(const void *l, const void *r) {
  return strcmp(((const struct model_duty *)l)->id, ((const struct model_duty *)r)->id);
}

void build_duties(struct build *b) {
  const struct node *all = node_get(b->root, "duties");
  struct model_duty *duties = arena_alloc(b->r.a, (all->n + 1) * sizeof *duties);
  size_t n = 0;
  for (size_t i = 0; i < all->n; i++) {
    struct model_duty d = {0};
    read_duty(b, all->keys[i], all->items[i], &d);
    if (!read_flag(&b->r, all->items[i], "retire")) duties[n++] = d;
  }
  qsort(duties, n, sizeof *duties, by_id);
  b->m->duties = duties;
  b->m->n_duties = n;
}

struct model *build_model(struct arena *a, const struct node *root, struct error *e) {
  struct build b = {.r = {a, e}, .root = root, .m = arena_alloc(a, sizeof(struct model))};
  build_codes(&b);
  build_policy(&b);
  build_records(&b);
  build_links(&b);
  build_duties(&b);
  return b.m;
}
