#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "model/build.h"

static const char *const list_keys[] = {"codes", "title", "source", "confidence", "list", NULL};
static const char *const code_keys[] = {"code", "label", "hint", "from", "to", "source", "class", "retire", NULL};
static const char *const confidences[] = {"high", "medium", "low", NULL};

static void read_code(struct build *b, const struct node *n, struct model_code *c) {
  struct reading *r = &b->r;
  if (!read_keys(r, n, code_keys, "A code")) return;
  c->code = read_text(r, n, "code", true);
  c->label = read_text(r, n, "label", true);
  c->hint = read_text(r, n, "hint", false);
  c->source = read_text(r, n, "source", false);
  c->class_ = read_text(r, n, "class", false);
  c->from = read_date(r, n, "from");
  c->to = read_date(r, n, "to");
  c->retired = read_flag(r, n, "retire");
  if (c->code && (!*c->code || strlen(c->code) > 32)) {
    read_bad(r, node_get(n, "code"), "code", "Use 1 to 32 characters", "A code is too short or too long");
  }
  if (c->from != DATE_NONE && c->to != DATE_NONE && c->to < c->from) {
    read_bad(r, node_get(n, "to"), "to", "Put the earlier date in “from”", "The code ends before it begins");
  }
}

static void read_code_list(struct build *b, const char *name, const struct node *n, struct model_codes *out) {
  struct reading *r = &b->r;
  out->name = name;
  read_keys(r, n, list_keys, "A code list");
  out->title = read_text(r, n, "title", true);
  out->source = read_text(r, n, "source", true);
  int confidence = read_choice(r, n, "confidence", confidences, true);
  out->confidence = confidence < 0 ? "low" : confidences[confidence];
  const struct node *list = read_list(r, n, "list");
  if (!list || list->n == 0) {
    read_bad(r, list ? list : n, "list", "Add at least one {code: …, label: …}", "The code list “%s” is empty", name);
    return;
  }
  struct model_code *codes = arena_alloc(r->a, list->n * sizeof *codes);
  for (size_t i = 0; i < list->n; i++) {
    read_code(b, list->items[i], &codes[i]);
    for (size_t j = 0; j < i; j++) {
      if (codes[i].code && codes[j].code && strcmp(codes[i].code, codes[j].code) == 0) {
        read_bad(r, list->items[i], "code", "Keep one; a code that changed its meaning needs a code of its own",
                 "“%s” stands twice in “%s”", codes[i].code, name);
      }
    }
    if (!codes[i].code) codes[i].code = "";
    if (!codes[i].label) codes[i].label = "";
  }
  out->codes = codes;
  out->n = list->n;
}

/* role and category are code lists made from roles.yaml and sharing.yaml, so that a record can hold one or the other. */
static void policy_list(struct build *b, const char *part, const char *name, const char *title,
                        struct model_codes *out) {
  const struct node *items = node_get(b->root, part);
  struct model_code *codes = arena_alloc(b->r.a, (items->n + 1) * sizeof *codes);
  *out = (struct model_codes){
      .name = name, .title = title, .source = "made from the model's policy", .confidence = "high", .codes = codes};
  for (size_t i = 0; i < items->n; i++) {
    const char *id = node_text(items->items[i], "id"), *label = node_text(items->items[i], "title");
    if (!id) continue;
    codes[out->n++] = (struct model_code){.code = id, .label = label ? label : id, .from = DATE_NONE, .to = DATE_NONE};
  }
  const struct node *same = node_get(node_get(b->root, "codes"), name);
  if (same) read_bad(&b->r, same, "codes", "Choose another name", "The code list “%s” is made from the policy", name);
}

static int by_name(const void *l, const void *r) {
  return strcmp(((const struct model_codes *)l)->name, ((const struct model_codes *)r)->name);
}

void build_codes(struct build *b) {
  const struct node *all = node_get(b->root, "codes");
  struct model_codes *lists = arena_alloc(b->r.a, (all->n + 2) * sizeof *lists);
  for (size_t i = 0; i < all->n; i++) read_code_list(b, all->keys[i], all->items[i], &lists[i]);
  policy_list(b, "roles", "role", "Role", &lists[all->n]);
  policy_list(b, "categories", "category", "Category of information", &lists[all->n + 1]);
  qsort(lists, all->n + 2, sizeof *lists, by_name);
  b->m->codes = lists;
  b->m->n_codes = all->n + 2;
}
