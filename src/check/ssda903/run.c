/* Which rules run, on how many threads, and what they flagged. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "check/ssda903/upload.h"

enum { NEWEST = 2027, OLDEST = 2023, MAX_THREADS = 8 };

static const struct rule_group *const groups[] = {
    &rules_codes,      &rules_header,    &rules_episodes, &rules_sequence, &rules_placement, &rules_adoption,
    &rules_oc2,        &rules_oc3,       &rules_missing,  &rules_workers,  &rules_dolo,      &rules_lastyear,
    &rules_urn,        &rules_provision, &rules_adopters, &rules_placed,   &rules_health,    &rules_mothers,
    &rules_permanence, &rules_leavers,   &rules_internal};
enum { N_GROUPS = sizeof groups / sizeof groups[0] };

bool rule_live(const struct rule *r, int year_ends) {
  return year_ends >= r->from && (!r->to || year_ends <= r->to);
}

static int by_code(const void *pa, const void *pb) {
  const struct rule *a = *(const struct rule *const *)pa, *b = *(const struct rule *const *)pb;
  long x = strtol(a->code, NULL, 10), y = strtol(b->code, NULL, 10);
  if ((x == 0) != (y == 0)) return x == 0 ? 1 : -1; /* INT.. and SW.. after the numbers */
  if (x != y) return x < y ? -1 : 1;
  int c = strcmp(a->code, b->code);
  return c ? c : a->from - b->from;
}

size_t ssda903_rules(struct arena *a, const struct rule *const **out) {
  size_t n = 0, at = 0;
  for (int g = 0; g < N_GROUPS; g++) n += groups[g]->n;
  const struct rule **all = arena_alloc(a, (n + 1) * sizeof *all);
  for (int g = 0; g < N_GROUPS; g++)
    for (size_t i = 0; i < groups[g]->n; i++) all[at++] = &groups[g]->rules[i];
  qsort(all, n, sizeof *all, by_code);
  *out = all;
  return n;
}

static void put(struct finding *f, uint32_t at, const struct row *r) {
  if (f->n == f->cap) f->v = arena_grow(f->arena, f->v, &f->cap, f->n + 1, sizeof *f->v);
  f->v[f->n++] = (struct found){f->rule, at, r->number};
}
void flag(struct finding *f, enum table t, const struct row *r) {
  put(f, t, r);
}
void flag_last(struct finding *f, enum table t, const struct row *r) {
  put(f, (uint32_t)t | 256u, r);
}

static bool wanted(const struct ssda903_setup *u, const char *code) {
  if (!u->only) return true;
  for (const char *const *p = u->only; *p; p++)
    if (strcmp(*p, code) == 0) return true;
  return false;
}

static const char *missing_table(struct arena *a, uint32_t needs, uint32_t have, const char *when) {
  for (int t = 0; t < N_TABLES; t++)
    if (needs & ~have & TABLE_BIT(t)) return arena_printf(a, "%s%s was not given", when, tables[t].name);
  return NULL;
}

static const char *why_not(const struct ssda903 *s, const struct rule *r) {
  if (!rule_live(r, s->year.ends)) return "it is not a rule of this collection year";
  if (r->format == FORMAT_CSV && s->year.xml) return "this rule is for returns sent as CSV";
  if (r->format == FORMAT_XML && !s->year.xml) return "this rule is for returns sent as XML";
  const char *why = missing_table(s->arena, r->needs, s->year.have, "");
  return why ? why : missing_table(s->arena, r->needs_last, s->year.have_last, "last year's ");
}

/* Whether another row speaks of this rule: the version of the year or, where there is none, the newest. */
static bool live_version(const struct rule *const *all, size_t n, const struct rule *r, int year_ends) {
  for (size_t i = 0; i < n; i++)
    if (strcmp(all[i]->code, r->code) == 0 && (rule_live(all[i], year_ends) || all[i]->from > r->from)) return true;
  return false;
}

static void choose_rules(struct ssda903 *s, const struct ssda903_setup *u) {
  const struct rule *const *all;
  size_t n = ssda903_rules(s->arena, &all);
  s->rules = arena_alloc(s->arena, (n + 1) * sizeof *s->rules);
  for (size_t i = 0; i < n; i++) {
    bool live = rule_live(all[i], s->year.ends);
    if (wanted(u, all[i]->code) && (live || (u->only && !live_version(all, n, all[i], s->year.ends))))
      s->rules[s->n_rules++] = all[i];
  }
  s->results = arena_alloc(s->arena, (s->n_rules + 1) * sizeof *s->results);
  s->n_results = s->n_rules;
  for (size_t i = 0; i < s->n_rules; i++) {
    s->results[i].rule = s->rules[i];
    s->results[i].why = why_not(s, s->rules[i]);
    s->results[i].ran = s->results[i].why == NULL;
  }
}

struct worker {
  struct ssda903 *s;
  size_t from, to;
  struct arena *arena;
  struct finding found;
  pthread_t thread;
};

static void *work(void *arg) {
  struct worker *w = arg;
  struct ssda903 *s = w->s;
  for (size_t i = w->from; i < w->to; i++) {
    for (size_t k = 0; k < s->n_rules; k++)
      if (s->results[k].ran && s->rules[k]->child)
        w->found.rule = (uint32_t)k, s->rules[k]->child(&s->children[i], &w->found);
  }
  return NULL;
}

static void *prepare(void *arg) {
  struct worker *w = arg;
  for (size_t i = w->from; i < w->to; i++) {
    w->s->children[i].year = &w->s->year;
    derive_child(w->s, &w->s->children[i]);
    view_facts(&w->s->children[i], w->arena);
  }
  return NULL;
}

static void on_all(struct worker *w, int n, void *(*fn)(void *)) {
  bool started[MAX_THREADS] = {false};
  for (int i = 1; i < n; i++) started[i] = pthread_create(&w[i].thread, NULL, fn, &w[i]) == 0;
  fn(&w[0]);
  for (int i = 1; i < n; i++) {
    if (started[i])
      pthread_join(w[i].thread, NULL);
    else
      fn(&w[i]);
  }
}

static int by_place(const void *pa, const void *pb) {
  const struct found *a = pa, *b = pb;
  if (a->rule != b->rule) return a->rule < b->rule ? -1 : 1;
  if (a->at != b->at) return a->at < b->at ? -1 : 1;
  return a->row < b->row ? -1 : a->row > b->row;
}

/* One sorted list of flags without doubles; each rule's result is a stretch of it. */
static void collect(struct ssda903 *s, struct worker *w, int n) {
  size_t total = 0, kept = 0;
  for (int i = 0; i < n; i++) total += w[i].found.n;
  struct found *all = arena_alloc(s->arena, (total + 1) * sizeof *all);
  for (int i = 0; i < n; i++) {
    if (w[i].found.n) memcpy(all + kept, w[i].found.v, w[i].found.n * sizeof *all);
    kept += w[i].found.n;
  }
  qsort(all, total, sizeof *all, by_place);
  struct ssda903_flag *flags = arena_alloc(s->arena, (total + 1) * sizeof *flags);
  size_t out = 0;
  for (size_t i = 0; i < total; i++) {
    if (i && by_place(&all[i], &all[i - 1]) == 0) continue;
    struct ssda903_result *r = &s->results[all[i].rule];
    if (!r->n) r->flags = flags + out;
    r->n++;
    flags[out++] = (struct ssda903_flag){(enum table)(all[i].at & 255), all[i].at >> 8 != 0, all[i].row};
  }
}

static void set_year(struct ssda903 *s, const struct ssda903_setup *u) {
  struct year *y = &s->year;
  y->ends = u->year_ends >= OLDEST && u->year_ends <= NEWEST ? u->year_ends : NEWEST;
  int ends = u->no_dates ? 0 : u->year_ends;
  y->start = u->start != DATE_NONE ? u->start : ends ? date_of(ends - 1, 4, 1) : DATE_NONE;
  y->end = u->end != DATE_NONE ? u->end : ends ? date_of(ends, 3, 31) : DATE_NONE;
  const struct la *la = place_authority(s->place, u->authority, y->end);
  y->authority = la ? la->ons : u->authority ? text_upper_ascii(s->arena, u->authority) : NULL;
  y->xml = u->xml || s->xml[0];
  y->place = s->place;
  for (int t = 0; t < N_TABLES; t++) {
    if (s->given[0][t].there) y->have |= TABLE_BIT(t);
    if (s->given[1][t].there) y->have_last |= TABLE_BIT(t);
  }
}

bool ssda903_run(struct ssda903 *s, const struct ssda903_setup *u, struct error *e) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  int n = u->threads ? u->threads : cores > MAX_THREADS ? MAX_THREADS : cores < 1 ? 1 : (int)cores;
  if (n > MAX_THREADS) return error_set(e, ERR_INPUT, "at most %d threads", MAX_THREADS);
  set_year(s, u);
  view_build(s);
  choose_rules(s, u);
  if (s->n_children < 64) n = 1;
  struct worker w[MAX_THREADS] = {0};
  for (int i = 0; i < n; i++) {
    w[i] = (struct worker){
        .s = s, .from = s->n_children * (size_t)i / (size_t)n, .to = s->n_children * (size_t)(i + 1) / (size_t)n};
    w[i].arena = arena_new();
    w[i].found.arena = w[i].arena;
  }
  derive_init(s);
  on_all(w, n, prepare);
  on_all(w, n, work);
  struct upload all = {&s->year, s->children, s->n_children};
  for (size_t k = 0; k < s->n_rules; k++)
    if (s->results[k].ran && s->rules[k]->upload) w[0].found.rule = (uint32_t)k, s->rules[k]->upload(&all, &w[0].found);
  collect(s, w, n);
  for (int i = 0; i < n; i++) ssda903_own(s, w[i].arena);
  return true;
}

size_t ssda903_results(const struct ssda903 *s, const struct ssda903_result **out) {
  return *out = s->results, s->n_results;
}
