/* Search: tokens give candidates by range scans, every term must be met; the door is asked from the best one down. */
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/text.h"
#include "record/access.h"
#include "record/idmap.h"
#include "record/label.h"
#include "record/query.h"
#include "record/search_date.h"

enum { MAX_TERMS = 8, REFUSED_MOST = 32, FOUND_MOST = 200 };

struct candidate {
  int64_t child;
  uint64_t need; /* categories by which alone it was met */
  int score, terms, best;
  const char *why;
};

struct hit {
  int64_t child;
  uint64_t category;
  int score;
  const char *why;
};

struct search {
  struct db *db;
  const struct ctx *c;
  const struct model *m;
  const struct actor *who;
  const struct model_record *child;
  struct idmap by_child;
  struct candidate **all;
  size_t n, cap;
  struct hit *hits; /* of one term */
  size_t n_hits, cap_hits;
};

/* ---- terms ---- */

static void add_hit(struct search *s, struct stmt *q, int score, const char *why) {
  s->hits = arena_grow(s->c->arena, s->hits, &s->cap_hits, s->n_hits + 1, sizeof *s->hits);
  const struct model_category *k = model_category(s->m, col_text(q, 1));
  uint64_t bit = k && k->index != s->child->category_index ? CATEGORY_BIT(k->index) : 0;
  s->hits[s->n_hits++] = (struct hit){col_int(q, 0), bit, score, why};
}

static void exact(struct search *s, const char *kind, const char *token, int score, const char *why) {
  if (!token || !*token) return;
  struct stmt *q = db_sql(s->db, "select child, category from child_token where kind = $1 and token = $2", "tt");
  sql_text(q, 1, kind);
  sql_text(q, 2, token);
  while (sql_row(q)) add_hit(s, q, score, why);
}

/* Tokens that begin so: a range that ends at the last character there is. */
static void prefix(struct search *s, const char *kind, const char *token, int score, const char *why) {
  struct stmt *q =
      db_sql(s->db, "select child, category from child_token where kind = $1 and token >= $2 and token < $3", "ttt");
  const char *end = arena_printf(s->c->arena, "%s\xf4\x8f\xbf\xbf", token);
  sql_text(q, 1, kind);
  sql_text(q, 2, token);
  sql_text(q, 3, end);
  while (sql_row(q)) add_hit(s, q, score, why);
}

static void look_word(struct search *s, const char *word) {
  struct arena *a = s->c->arena;
  char upn[UPN_LENGTH + 1], nhs[11];
  const char *folded = text_fold(a, word), *upper = text_upper_ascii(a, word);
  char *save = NULL, *w = strtok_r(arena_strdup(a, folded), " ", &save);
  if (w) {
    exact(s, "n", w, 100, "name");
    prefix(s, "n", w, 80, "name");
    if (text_length(w) >= 3) prefix(s, "i", w, 50, "part of a name");
    char *rest = NULL, *sound = strtok_r(text_sounds(a, w), " ", &rest);
    if (text_length(w) >= 2) exact(s, "s", sound, 40, "sounds like it");
  }
  exact(s, "l", upper, 110, "local id");
  if (strlen(upper) >= 3) prefix(s, "l", upper, 60, "local id");
  if (upn_check(word, upn) != UPN_INVALID) exact(s, "u", upn, 120, "UPN");
  if (nhs_check(word, nhs)) exact(s, "h", nhs, 120, "NHS number");
}

static void look_date(struct search *s, date_t d) {
  exact(s, "d", date_format(d, arena_alloc(s->c->arena, DATE_TEXT)), 100, "date of birth");
}

/* What the store knows of one term, best for each child; hits that need no more than knowing of the child come first. */
static void meet(struct search *s, int term) {
  for (int pass = 0; pass < 2; pass++) {
    for (size_t i = 0; i < s->n_hits; i++) {
      const struct hit *h = &s->hits[i];
      if ((h->category != 0) != (pass == 1)) continue;
      struct candidate *x = idmap_get(&s->by_child, h->child);
      if (!x && term == 0) {
        x = arena_alloc(s->c->arena, sizeof *x);
        x->child = h->child;
        idmap_put(&s->by_child, h->child, x);
        s->all = arena_grow(s->c->arena, s->all, &s->cap, s->n + 1, sizeof *s->all);
        s->all[s->n++] = x;
      }
      if (!x || x->terms < term || (pass == 1 && x->terms == term + 1)) continue;
      if (x->terms == term) {
        x->terms = term + 1;
        x->best = 0;
        x->need |= h->category;
      }
      if (h->score > x->best) {
        x->score += h->score - x->best;
        x->best = h->score;
        x->why = h->why;
      }
    }
  }
  s->n_hits = 0;
}

/* Terms of what was typed: a date or an NHS number may be of three words. Returns how many. */
static int look_all(struct search *s, const char *text) {
  struct arena *a = s->c->arena;
  char *words[32], *save = NULL, nhs[11];
  int n = 0, terms = 0;
  for (char *w = strtok_r(arena_strdup(a, text), " \t,", &save); w && n < 32; w = strtok_r(NULL, " \t,", &save))
    words[n++] = w;
  for (int i = 0; i < n && terms < MAX_TERMS; terms++) {
    const char *three = i + 2 < n ? arena_printf(a, "%s %s %s", words[i], words[i + 1], words[i + 2]) : NULL;
    date_t d = search_date(words[i], s->c->today), longer = three ? search_date(three, s->c->today) : DATE_NONE;
    if (longer != DATE_NONE) {
      look_date(s, longer);
      i += 3;
    } else if (three && nhs_check(three, nhs)) {
      look_word(s, three);
      i += 3;
    } else {
      if (d != DATE_NONE) look_date(s, d);
      look_word(s, words[i++]);
    }
    meet(s, terms);
  }
  return terms;
}

/* ---- the door, from the best down ---- */

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

/* All children whom the actor may know of, in one statement: for who knows few, when many were met. */
static void known(struct search *s, struct idmap *out) {
  static char there;
  struct stmt *q = db_sql(s->db,
                          arena_printf(s->c->arena, "select t.id from t_%s t where %s", s->child->name,
                                       guard_scope(s->db, s->c, s->m, s->who, "t.id", -1, GUARD_FIND, 1)),
                          GUARD_TYPES);
  guard_bind(q, 1, s->c, s->who);
  while (sql_row(q)) idmap_put(out, col_int(q, 0), &there);
}

static bool take(struct search *s, size_t limit, struct found *out, size_t *n, struct error *e) {
  struct idmap mine = {.a = s->c->arena};
  int refused = 0;
  *n = 0;
  for (size_t i = 0; i < s->n && *n < limit; i++) {
    const struct permit *p;
    struct error no;
    if (refused == REFUSED_MOST) known(s, &mine);
    if (refused++ >= REFUSED_MOST && !idmap_get(&mine, s->all[i]->child)) continue;
    error_init(&no, s->c->arena);
    if (!guard_open(s->db, s->c, s->m, s->who, s->all[i]->child, &p, &no)) {
      if (no.kind != ERR_NOT_FOUND) return db_ok(s->db, e) && error_set(e, no.kind, "%s", no.message);
      continue;
    }
    if (s->all[i]->need & ~permit_reads(p)) continue;
    if (refused <= REFUSED_MOST) refused--;
    show(s, p, s->all[i], &out[(*n)++]);
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
  int terms = look_all(&s, clean);
  size_t kept = 0;
  for (size_t i = 0; i < s.n; i++)
    if (s.all[i]->terms == terms) s.all[kept++] = s.all[i];
  s.n = kept;
  if (kept) qsort(s.all, kept, sizeof *s.all, by_score);
  size_t most = limit > 0 && limit < FOUND_MOST ? (size_t)limit : FOUND_MOST;
  *out = arena_alloc(c->arena, most * sizeof **out);
  if (!take(&s, most, *out, n, e)) return false;
  if (*n) qsort(*out, *n, sizeof **out, by_name);
  return true;
}
