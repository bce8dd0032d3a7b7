#include "check/ssda903/view.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "check/ssda903/upload.h"

date_t years_after(date_t d, int n) {
  return d == DATE_NONE ? DATE_NONE : date_add_years(d, n);
}
bool is_short_break(const struct cell *e) {
  return cell_is(e[E_LS], "V3") || cell_is(e[E_LS], "V4");
}
const struct row *last_episode(const struct child *c) {
  return c->t[EPISODES].n ? &c->t[EPISODES].at[c->t[EPISODES].n - 1] : NULL;
}
const struct row *first_episode(const struct child *c) {
  return c->t[EPISODES].n ? &c->t[EPISODES].at[0] : NULL;
}

/* The column by which the rows of a table stand in order; 0: as given. */
static int order_column(enum table t) {
  switch (t) {
  case EPISODES:
    return E_DECOM;
  case REVIEWS:
    return R_REVIEW;
  case PLACED_ADOPTION:
    return P_DATE_PLACED;
  case MISSING:
    return M_START;
  case SW_EPISODES:
    return S_DECOM;
  case DOLO:
    return D_START;
  case AD1:
    return A_DATE_INT;
  default:
    return 0;
  }
}

/* Where two rows begin on one day: the one that ends first comes first; then by all their text, backwards (RNE S before P, REC X1
 * before those that end care), so that the order of the file cannot matter; equal rows are alike to every rule. */
static int end_column(enum table t) {
  return t == EPISODES          ? E_DEC
         : t == PLACED_ADOPTION ? P_DATE_PLACED_CEASED
         : t == MISSING         ? M_END
         : t == SW_EPISODES     ? S_DEC
         : t == DOLO            ? D_END
                                : 0;
}

static int64_t end_of(struct cell c) {
  return has_date(c) ? c.date : INT64_MAX;
}

static int row_order(enum table t, const struct row *x, const struct row *y) {
  int by = order_column(t), end = end_column(t);
  if (by && x->c[by].date != y->c[by].date)
    return end_of(x->c[by]) < end_of(y->c[by]) ? -1 : 1; /* without a date: last */
  if (end && end_of(x->c[end]) != end_of(y->c[end])) return end_of(x->c[end]) < end_of(y->c[end]) ? -1 : 1;
  for (int i = 0; i < tables[t].n; i++) {
    int d = strcmp(y->c[i].s ? y->c[i].s : "", x->c[i].s ? x->c[i].s : "");
    if (d) return d;
  }
  return x->number < y->number ? -1 : x->number > y->number;
}

static void sort_rows(enum table t, struct row *at, size_t n) { /* a child has few rows */
  for (size_t i = 1; i < n; i++) {
    struct row r = at[i];
    size_t k = i;
    for (; k && row_order(t, &r, &at[k - 1]) < 0; k--) at[k] = at[k - 1];
    at[k] = r;
  }
}

struct ids {
  const char **slot;
  uint32_t *child;
  size_t mask, n;
  struct child *children;
};

static uint64_t hash_of(const char *s) {
  uint64_t h = 1469598103934665603u;
  for (; *s; s++) h = (h ^ (unsigned char)*s) * 1099511628211u;
  return h ^ h >> 29;
}

/* A row without a child stands alone: two such rows need not be of one child. */
static size_t child_of(struct ids *x, const char *id) {
  if (!id) return x->children[x->n].id = "", x->n++;
  size_t i = hash_of(id) & x->mask;
  while (x->slot[i] && strcmp(x->slot[i], id) != 0) i = (i + 1) & x->mask;
  if (!x->slot[i]) {
    x->slot[i] = id;
    x->child[i] = (uint32_t)x->n;
    x->children[x->n++].id = id;
  }
  return x->child[i];
}

static int by_id(const void *a, const void *b) {
  return strcmp(((const struct child *)a)->id, ((const struct child *)b)->id);
}

static const char *id_of(const struct given *g, enum table t, size_t r) {
  return g->cells[r * (size_t)tables[t].n].s;
}

/* Parts one table among the children: counts, places, fills. */
static void part(struct ssda903 *s, struct ids *x, bool last, enum table t) {
  const struct given *g = &s->given[last][t];
  if (!g->n_rows) return;
  struct row *rows = arena_alloc(s->arena, g->n_rows * sizeof *rows);
  uint32_t *owner = malloc(g->n_rows * sizeof *owner);
  if (!owner) abort();
  for (size_t r = 0; r < g->n_rows; r++) {
    owner[r] = (uint32_t)child_of(x, id_of(g, t, r));
    (last ? s->children[owner[r]].last : s->children[owner[r]].t)[t].n++;
  }
  size_t at = 0;
  for (size_t i = 0; i < x->n; i++) {
    struct rows *mine = &(last ? s->children[i].last : s->children[i].t)[t];
    mine->at = rows + at;
    at += mine->n;
    mine->n = 0;
  }
  for (size_t r = 0; r < g->n_rows; r++) {
    struct rows *mine = &(last ? s->children[owner[r]].last : s->children[owner[r]].t)[t];
    struct row *to = rows + (mine->at - rows) + mine->n++;
    *to = (struct row){(uint32_t)r, g->cells + r * (size_t)tables[t].n};
  }
  free(owner);
}

void view_build(struct ssda903 *s) {
  size_t most = 1, size = 16;
  for (int last = 0; last < 2; last++)
    for (int t = 0; t < N_TABLES; t++) most += s->given[last][t].n_rows;
  while (size < most * 2) size *= 2;
  struct ids x = {.slot = calloc(size, sizeof *x.slot), .child = calloc(size, sizeof *x.child), .mask = size - 1};
  if (!x.slot || !x.child) abort();
  for (int last = 0; last < 2; last++) /* ids first, so that the children's array has its size */
    for (int t = 0; t < N_TABLES; t++)
      for (size_t r = 0; r < s->given[last][t].n_rows; r++) {
        const char *id = id_of(&s->given[last][t], (enum table)t, r);
        if (!id) {
          x.n++;
          continue;
        }
        size_t i = hash_of(id) & x.mask;
        while (x.slot[i] && strcmp(x.slot[i], id) != 0) i = (i + 1) & x.mask;
        if (!x.slot[i]) x.slot[i] = id, x.n++;
      }
  s->children = arena_alloc(s->arena, (x.n + 1) * sizeof *s->children);
  memset(x.slot, 0, size * sizeof *x.slot);
  x.n = 0;
  x.children = s->children;
  for (int last = 0; last < 2; last++)
    for (int t = 0; t < N_TABLES; t++) part(s, &x, last, (enum table)t);
  s->n_children = x.n;
  free(x.slot);
  free(x.child);
  qsort(s->children, s->n_children, sizeof *s->children, by_id);
}

static void find_periods(struct child *c, struct arena *a) {
  const struct rows e = c->t[EPISODES];
  if (!e.n) return;
  c->periods = arena_alloc(a, e.n * sizeof *c->periods);
  for (size_t i = 0; i < e.n; i++) {
    const struct cell *now = e.at[i].c, *before = i ? e.at[i - 1].c : NULL;
    bool follows =
        before && has_date(before[E_DEC]) && before[E_DEC].date == now[E_DECOM].date && cell_is(before[E_REC], "X1");
    if (!follows) c->periods[c->n_periods++] = (struct period){.first = i, .from = now[E_DECOM].date};
    struct period *p = &c->periods[c->n_periods - 1];
    p->last = i;
    p->to = now[E_DEC].date;
    p->reason = now[E_REC].s;
  }
}

/* Looked after for the whole of the year to 31 March: episodes, none of them a short break, none that begins a period of care (RNE S)
 * within the year, and none that ends one (REC other than X1) before its last day. A return holds a child's episodes of its year, so
 * what came before the year needs no row here. */
static bool looked_after_all_year(const struct child *c) {
  const struct year *y = c->year;
  if (y->start == DATE_NONE || y->end == DATE_NONE || !c->t[EPISODES].n) return false;
  for (size_t i = 0; i < c->t[EPISODES].n; i++) {
    const struct cell *e = c->t[EPISODES].at[i].c;
    date_t from = e[E_DECOM].date, to = e[E_DEC].date;
    if (is_short_break(e)) return false;
    if (cell_is(e[E_RNE], "S") && (from == DATE_NONE || (from > y->start && from <= y->end))) return false;
    if (!cell_is(e[E_REC], "X1") && to != DATE_NONE && to >= y->start && to < y->end) return false;
  }
  return true;
}

void view_facts(struct child *c, struct arena *a) {
  for (int t = 0; t < N_TABLES; t++) {
    sort_rows((enum table)t, (struct row *)c->t[t].at, c->t[t].n);
    sort_rows((enum table)t, (struct row *)c->last[t].at, c->last[t].n);
  }
  const struct cell *h = hdr(c);
  c->born = h ? h[H_DOB].date : DATE_NONE;
  c->birthday_4 = years_after(c->born, 4), c->birthday_10 = years_after(c->born, 10);
  c->birthday_16 = years_after(c->born, 16), c->birthday_18 = years_after(c->born, 18);
  find_periods(c, a);
  c->all_year = looked_after_all_year(c);
}
