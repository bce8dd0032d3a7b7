/* Search. Every term must be met, and the door is asked before anything is shown.
 *
 * Who knows few children (no role of theirs reaches every child) is answered from those: their tokens are read and
 * compared. Who may know of everybody is answered by range scans over the tokens: the first term gives candidates, and
 * once they are few the others are compared with those alone. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/access.h"
#include "record/idmap.h"
#include "record/label.h"
#include "record/query.h"
#include "record/search_term.h"

enum { FEW = 1000, FOUND_MOST = 200, REFUSED_MOST = 64, SINGLE_MOST = 4000 };

struct candidate {
  int64_t child;
  uint64_t need; /* categories by which alone it was met */
  int score, terms, best;
  uint64_t best_need;
  const char *best_why, *why; /* why: of the term that it meets best */
  int why_score;
};

struct search {
  struct db *db;
  const struct ctx *c;
  const struct model *m;
  const struct actor *who;
  const struct model_record *child;
  struct search_term terms[SEARCH_TERMS];
  size_t n_terms;
  bool everybody; /* a role reaches every child */
  struct idmap by_child;
  struct candidate **all;
  size_t n, cap;
};

static struct candidate *candidate(struct search *s, int64_t child) {
  struct candidate *x = arena_alloc(s->c->arena, sizeof *x);
  x->child = child;
  idmap_put(&s->by_child, child, x);
  s->all = arena_grow(s->c->arena, s->all, &s->cap, s->n + 1, sizeof *s->all);
  s->all[s->n++] = x;
  return x;
}

/* 0 where it is enough to know of the child: the token is of the child record's own category. */
static uint64_t need_of(const struct search *s, const char *category) {
  if (strcmp(category, s->child->category) == 0) return 0;
  const struct model_category *k = model_category(s->m, category);
  return k ? CATEGORY_BIT(k->index) : ~UINT64_C(0);
}

/* One token that meets the present term: what needs no more than knowing of the child counts first, then what is best.
 */
static void met(struct candidate *x, struct search_score score, uint64_t need) {
  bool freer = need == 0 && x->best_need != 0, as_free = (need == 0) == (x->best_need == 0);
  if (x->best > 0 && !freer && !(as_free && score.score > x->best)) return;
  x->best = score.score;
  x->best_need = need;
  x->best_why = score.why;
}

static void next_term(struct search *s) {
  size_t kept = 0;
  for (size_t i = 0; i < s->n; i++) {
    struct candidate *x = s->all[i];
    if (x->best == 0) continue;
    x->score += x->best;
    x->need |= x->best_need;
    if (x->best > x->why_score) {
      x->why_score = x->best;
      x->why = x->best_why;
    }
    x->terms++;
    x->best = 0;
    x->best_need = 0;
    s->all[kept++] = x;
  }
  s->n = kept;
}

/* ---- by range ---- */

static void scan(struct search *s, size_t term, const char *kind, const char *token, bool prefix) {
  if (!token || !*token) return;
  int most = s->everybody && s->n_terms == 1 ? SINGLE_MOST
                                             : INT32_MAX; /* of a single short term nobody reads the thousandth */
  struct stmt *q =
      prefix ? db_sql(s->db,
                      "select child, token, category from child_token where kind = $1 and token >= $2 and token < $3",
                      "ttt")
             : db_sql(s->db, "select child, token, category from child_token where kind = $1 and token = $2", "tt");
  sql_text(q, 1, kind);
  sql_text(q, 2, token);
  if (prefix)
    sql_text(q, 3, arena_printf(s->c->arena, "%s\xf4\x8f\xbf\xbf", token)); /* up to the last character there is */
  while (most-- > 0 && sql_row(q)) {
    struct candidate *x = idmap_get(&s->by_child, col_int(q, 0));
    if (!x && term > 0) continue;
    if (!x) x = candidate(s, col_int(q, 0));
    if (x->terms == (int)term) met(x, search_score(&s->terms[term], kind, col_text(q, 1)), need_of(s, col_text(q, 2)));
  }
  sql_end(q);
}

static void scan_term(struct search *s, size_t term) {
  const struct search_term *t = &s->terms[term];
  scan(s, term, "n", t->word, true);
  scan(s, term, "i", t->part, true);
  scan(s, term, "s", t->sound, false);
  scan(s, term, "d", t->born, false);
  scan(s, term, "l", t->local_prefix ? t->local_prefix : t->local_id, t->local_prefix != NULL);
  scan(s, term, "u", t->upn, false);
  scan(s, term, "h", t->nhs, false);
}

/* ---- by child ---- */

static void compare_child(struct search *s, struct candidate *x, size_t term) {
  struct stmt *q = db_sql(s->db, "select kind, token, category from child_token where child = $1", "i");
  sql_int(q, 1, x->child);
  while (sql_row(q)) {
    struct search_score score = search_score(&s->terms[term], col_text(q, 0), col_text(q, 1));
    if (score.score) met(x, score, need_of(s, col_text(q, 2)));
  }
}

/* Candidates that stand there already are all there can be. */
static void find(struct search *s) {
  bool given = s->n > 0;
  for (size_t term = 0; term < s->n_terms; term++) {
    if (term > 0 && s->n == 0) return;
    if ((given || term > 0) && s->n <= FEW) {
      for (size_t i = 0; i < s->n; i++) compare_child(s, s->all[i], term);
    } else {
      scan_term(s, term);
    }
    next_term(s);
  }
}

/* ---- the door ---- */

/* Whether a role of theirs reaches every child; a guess at which way is shorter, no decision. */
static bool reaches_all(struct search *s, struct error *e) {
  const char *const *roles;
  size_t n;
  if (!guard_roles(s->db, s->c, s->m, s->who, &roles, &n, e)) return false;
  for (size_t i = 0; i < n; i++) {
    const struct model_role *r = model_role(s->m, roles[i]);
    for (size_t k = 0; r && k < r->n_grants; k++)
      if (strcmp(r->grants[k].relation, "authority") == 0) s->everybody = true;
  }
  return true;
}

/* All children whom the actor may know of, in one statement. */
static int64_t *known(struct search *s, size_t *n) {
  int64_t *ids = NULL;
  size_t cap = 0;
  *n = 0;
  struct stmt *q = db_sql(s->db,
                          arena_printf(s->c->arena, "select t.id from t_%s t where %s", s->child->name,
                                       guard_scope(s->db, s->c, s->m, s->who, "t.id", -1, GUARD_FIND, 1)),
                          GUARD_TYPES);
  guard_bind(q, 1, s->c, s->who);
  while (sql_row(q)) {
    ids = arena_grow(s->c->arena, ids, &cap, *n + 1, sizeof *ids);
    ids[(*n)++] = col_int(q, 0);
  }
  return ids;
}

static int by_id(const void *x, const void *y) {
  int64_t i = *(const int64_t *)x, j = *(const int64_t *)y;
  return (i > j) - (i < j);
}

static void keep_known(struct search *s) {
  size_t n, kept = 0;
  int64_t *ids = known(s, &n);
  if (n) qsort(ids, n, sizeof *ids, by_id);
  for (size_t i = 0; i < s->n; i++)
    if (n && bsearch(&s->all[i]->child, ids, n, sizeof *ids, by_id)) s->all[kept++] = s->all[i];
  s->n = kept;
}

static bool look(struct search *s, struct error *e) {
  if (!reaches_all(s, e)) return false;
  if (s->everybody) {
    find(s);
    return db_ok(s->db, e);
  }
  size_t n;
  int64_t *ids = known(s, &n);
  if (n == 0 || !db_ok(s->db, e)) return db_ok(s->db, e);
  if (n > FEW) {
    find(s);
    keep_known(s);
    return db_ok(s->db, e);
  }
  for (size_t i = 0; i < n; i++) candidate(s, ids[i]);
  find(s);
  return db_ok(s->db, e);
}

static int by_score(const void *x, const void *y) {
  const struct candidate *p = *(struct candidate *const *)x, *q = *(struct candidate *const *)y;
  if (p->score != q->score) return p->score < q->score ? 1 : -1;
  return (p->child > q->child) - (p->child < q->child);
}

static int by_name(const void *x, const void *y) {
  const struct found *p = x, *q = y;
  if (p->score != q->score) return p->score < q->score ? 1 : -1;
  int d = strcmp(p->name, q->name);
  return d ? d : (p->child > q->child) - (p->child < q->child);
}

static void show(struct search *s, const struct permit *p, const struct candidate *x, struct found *out) {
  struct row row;
  *out = (struct found){.child = x->child, .score = x->score, .why = x->why, .born = DATE_NONE, .name = ""};
  if (!row_load(s->db, s->c->arena, s->child, x->child, &row)) return;
  out->name = label_of(s->c->arena, s->child, row.values);
  if (!(permit_reads(p) & CATEGORY_BIT(s->child->category_index))) return; /* may know that the child exists, no more */
  const struct model_field *born = row_born_field(s->child), *local = NULL;
  for (size_t i = 0; i < s->child->n_fields; i++)
    if (s->child->fields[i].check && strcmp(s->child->fields[i].check, "local_id") == 0) local = &s->child->fields[i];
  if (born && row.values[born->index].type == VALUE_TEXT && permit_reads(p) & CATEGORY_BIT(born->category_index))
    out->born = date_parse_iso(row.values[born->index].s);
  if (local && permit_reads(p) & CATEGORY_BIT(local->category_index)) out->local_id = row.values[local->index].s;
}

/* Each that is shown has passed the door by itself; after many refusals the others are asked for in one statement
 * first. */
static bool take(struct search *s, size_t limit, struct found *out, size_t *n, struct error *e) {
  int refused = 0;
  *n = 0;
  for (size_t i = 0; i < s->n && *n < limit; i++) {
    const struct permit *p;
    struct error no;
    error_init(&no, s->c->arena);
    if (guard_open(s->db, s->c, s->m, s->who, s->all[i]->child, &p, &no)) {
      if (!(s->all[i]->need & ~permit_reads(p))) show(s, p, s->all[i], &out[(*n)++]);
      continue;
    }
    if (no.kind != ERR_NOT_FOUND) return db_ok(s->db, e) && error_set(e, no.kind, "%s", no.message);
    if (++refused != REFUSED_MOST) continue;
    memmove(s->all, s->all + i + 1, (s->n - i - 1) * sizeof *s->all);
    s->n -= i + 1;
    keep_known(s);
    i = (size_t)-1;
  }
  return db_ok(s->db, e);
}

bool record_search(struct db *db, const struct ctx *c, const struct model *m, const struct actor *who, const char *text,
                   int limit, struct found **out, size_t *n, struct error *e) {
  struct search s = {.db = db, .c = c, .m = m, .who = who, .child = row_child_record(m), .by_child = {.a = c->arena}};
  *out = NULL;
  *n = 0;
  char *clean = text ? text_clean(c->arena, text, strlen(text)) : NULL;
  if (!clean || !*clean || !s.child) return true;
  s.n_terms = search_terms(c, clean, s.terms);
  if (s.n_terms == 0) return true;
  if (!look(&s, e)) return false;
  if (s.n) qsort(s.all, s.n, sizeof *s.all, by_score);
  size_t most = limit > 0 && limit < FOUND_MOST ? (size_t)limit : FOUND_MOST;
  *out = arena_alloc(c->arena, most * sizeof **out);
  if (!take(&s, most, *out, n, e)) return false;
  if (*n) qsort(*out, *n, sizeof **out, by_name);
  return true;
}
