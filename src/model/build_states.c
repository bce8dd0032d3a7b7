#include <string.h>

#include "base/arena.h"
#include "model/build.h"

static const char *const state_keys[] = {"id", "title", "tag", "snapshot", "final", "next", NULL};
static const char *const next_keys[] = {"to", "roles", "label", "reason", NULL};
static const char *const tags[] = {"grey", "green", "turquoise", "blue",   "light-blue", "purple",
                                   "pink", "red",   "orange",    "yellow", NULL};

/* "virtual_school_adviser" -> "Virtual school adviser" */
static const char *words_of(struct arena *a, const char *id) {
  char *s = arena_strdup(a, id);
  for (char *c = s; *c; c++) {
    if (*c == '_') *c = ' ';
  }
  if (*s >= 'a' && *s <= 'z') *s = (char)(*s - 'a' + 'A');
  return s;
}

static void read_next(struct build *b, const struct node *n, struct model_state *s) {
  struct reading *r = &b->r;
  const struct node *list = read_list(r, n, "next");
  if (!list) return;
  struct model_transition *next = arena_alloc(r->a, (list->n + 1) * sizeof *next);
  for (size_t i = 0; i < list->n; i++) {
    const struct node *item = list->items[i];
    read_keys(r, item, next_keys, "A transition");
    next[i].to = read_text(r, item, "to", true);
    if (!next[i].to) next[i].to = "";
    next[i].label = read_text(r, item, "label", false);
    if (!next[i].label) next[i].label = words_of(r->a, next[i].to);
    next[i].reason = read_flag(r, item, "reason");
    next[i].roles = build_roles(b, item, "roles", &next[i].n_roles);
    if (next[i].n_roles == 0) {
      read_bad(r, item, "roles", arena_printf(r->a, "Write %s: [role]", next[i].to), "Nobody may move to “%s”",
               next[i].to);
    }
  }
  s->next = next;
  s->n_next = list->n;
}

static void read_state(struct build *b, const struct node *n, struct model_state *s) {
  struct reading *r = &b->r;
  read_keys(r, n, state_keys, "A state");
  s->id = read_name(r, n, "id", true);
  if (!s->id) s->id = "";
  s->title = read_text(r, n, "title", false);
  if (!s->title) s->title = words_of(r->a, s->id);
  int tag = read_choice(r, n, "tag", tags, false);
  s->tag = tag < 0 ? NULL : tags[tag];
  s->snapshot = read_flag(r, n, "snapshot");
  s->final = read_flag(r, n, "final");
  read_next(b, n, s);
  if (s->final && s->n_next)
    read_bad(r, n, "final", "Remove “final” or “next”", "The final state “%s” goes on to others", s->id);
}

static long state_index(const struct model_record *rec, const char *id) {
  for (size_t i = 0; i < rec->n_states; i++) {
    if (strcmp(rec->states[i].id, id) == 0) return (long)i;
  }
  return -1;
}

static void reach(const struct model_record *rec, size_t from, bool *reached) {
  if (reached[from]) return;
  reached[from] = true;
  for (size_t i = 0; i < rec->states[from].n_next; i++) {
    long to = state_index(rec, rec->states[from].next[i].to);
    if (to >= 0) reach(rec, (size_t)to, reached);
  }
}

static void check_states(struct build *b, struct record_build *rb, const struct node *list) {
  const struct model_record *rec = rb->r;
  const char **words = arena_alloc(b->r.a, (rec->n_states + 1) * sizeof *words);
  bool *reached = arena_alloc(b->r.a, rec->n_states + 1);
  for (size_t i = 0; i < rec->n_states; i++) words[i] = rec->states[i].id;
  for (size_t i = 0; i < rec->n_states; i++) {
    const struct node *next = node_get(list->items[i], "next");
    for (size_t k = 0; k < rec->states[i].n_next; k++) {
      const char *to = rec->states[i].next[k].to;
      if (state_index(rec, to) < 0) {
        read_bad(&b->r, next->items[k], "next", read_did_you_mean(&b->r, to, words, "Name a state of this record"),
                 "There is no state “%s”", to);
      }
    }
    if (state_index(rec, rec->states[i].id) != (long)i) {
      read_bad(&b->r, list->items[i], "id", "Keep one", "The state “%s” stands twice", rec->states[i].id);
    }
  }
  reach(rec, 0, reached);
  for (size_t i = 0; i < rec->n_states; i++) {
    if (!reached[i]) {
      read_bad(&b->r, list->items[i], "states", "Add it to “next” of another state, or remove it",
               "The state “%s” cannot be reached from “%s”, the first", rec->states[i].id, rec->states[0].id);
    }
  }
}

void build_states(struct build *b, struct record_build *rb) {
  const struct node *list = read_list(&b->r, rb->node, "states");
  if (!list || list->n == 0) return;
  rb->states = arena_alloc(b->r.a, list->n * sizeof *rb->states);
  for (size_t i = 0; i < list->n; i++) read_state(b, list->items[i], &rb->states[i]);
  rb->r->states = rb->states;
  rb->r->n_states = list->n;
  check_states(b, rb, list);
}
