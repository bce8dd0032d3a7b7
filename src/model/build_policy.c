#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "model/build.h"

static const char *const category_keys[] = {"id", "title", "sensitivity", NULL};
static const char *const role_keys[] = {
    "id",         "title",          "kind",   "grants", "excludes", "floor", "register_read", "register_write",
    "administer", "aggregate_only", "source", "retire", NULL};
static const char *const grant_keys[] = {"relation", "find", "read", "write", NULL};
static const char *const kinds[] = {"authority", "school", "carer", "child", "parent", "partner", "system", NULL};

static void build_categories(struct build *b) {
  struct reading *r = &b->r;
  const struct node *list = node_get(b->root, "categories");
  size_t n = list->n > 64 ? 64 : list->n;
  if (list->n > 64) read_bad(r, list, "categories", "Join some of them", "There may be at most 64 categories");
  struct model_category *all = arena_alloc(r->a, (n + 1) * sizeof *all);
  for (size_t i = 0; i < n; i++) {
    const struct node *item = list->items[i];
    int64_t s = -1;
    read_keys(r, item, category_keys, "A category");
    all[i].index = (int)i;
    all[i].id = read_name(r, item, "id", true);
    all[i].title = read_text(r, item, "title", true);
    if (!read_integer(r, item, "sensitivity", &s) || s < 0 || s > 8) {
      read_bad(r, item, "sensitivity", "Write a number from 0 (register) to 8 (restricted)",
               "The sensitivity is missing or wrong");
    }
    all[i].sensitivity = (int)s;
    if (!all[i].id) all[i].id = "";
    for (size_t j = 0; j < i; j++) {
      if (strcmp(all[i].id, all[j].id) == 0)
        read_bad(r, item, "id", "Keep one", "The category “%s” stands twice", all[i].id);
    }
  }
  b->m->categories = all;
  b->m->n_categories = n;
}

static int category_named(struct build *b, const struct node *at, const char *key, const char *name) {
  const struct model_category *c = model_category(b->m, name);
  if (c) return c->index;
  const char **words = arena_alloc(b->r.a, (b->m->n_categories + 1) * sizeof *words);
  for (size_t i = 0; i < b->m->n_categories; i++) words[i] = b->m->categories[i].id;
  read_bad(&b->r, at, key, read_did_you_mean(&b->r, name, words, "Use a category of sharing.yaml"),
           "There is no category “%s”", name);
  return -1;
}

int build_category(struct build *b, const struct node *map, const char *key) {
  const char *name = read_text(&b->r, map, key, false);
  return name ? category_named(b, node_get(map, key), key, name) : -1;
}

static uint64_t read_bits(struct build *b, const struct node *map, const char *key) {
  size_t n;
  uint64_t bits = 0;
  const char *const *names = read_texts(&b->r, map, key, &n);
  for (size_t i = 0; i < n; i++) {
    int c = category_named(b, node_get(map, key), key, names[i]);
    if (c >= 0) bits |= (uint64_t)1 << c;
  }
  return bits;
}

static void read_grants(struct build *b, const struct node *item, struct model_role *role) {
  struct reading *r = &b->r;
  const struct node *list = read_list(r, item, "grants");
  if (!list) return;
  struct model_grant *grants = arena_alloc(r->a, (list->n + 1) * sizeof *grants);
  for (size_t i = 0; i < list->n; i++) {
    const struct node *g = list->items[i];
    read_keys(r, g, grant_keys, "A grant");
    grants[i].relation = read_name(r, g, "relation", true);
    grants[i].find = read_flag(r, g, "find");
    grants[i].read = read_bits(b, g, "read");
    grants[i].write = read_bits(b, g, "write");
    if (!grants[i].relation) grants[i].relation = "";
    if (grants[i].write & ~grants[i].read) {
      read_bad(r, g, "write", "Add the category to “read” too", "Who writes a category must read it");
    }
    for (size_t j = 0; j < i; j++) {
      if (strcmp(grants[i].relation, grants[j].relation) == 0) {
        read_bad(r, g, "relation", "Join the two grants", "The relation “%s” stands twice", grants[i].relation);
      }
    }
  }
  role->grants = grants;
  role->n_grants = list->n;
}

static void read_role(struct build *b, const struct node *item, struct model_role *role) {
  struct reading *r = &b->r;
  read_keys(r, item, role_keys, "A role");
  role->id = read_name(r, item, "id", true);
  role->title = read_text(r, item, "title", true);
  int kind = read_choice(r, item, "kind", kinds, true);
  role->kind = kind < 0 ? "" : kinds[kind];
  role->source = read_text(r, item, "source", false);
  role->register_read = read_flag(r, item, "register_read");
  role->register_write = read_flag(r, item, "register_write");
  role->administer = read_flag(r, item, "administer");
  role->aggregate_only = read_flag(r, item, "aggregate_only");
  role->floor = read_bits(b, item, "floor");
  read_grants(b, item, role);
  if (!role->id) role->id = "";
  if (role->aggregate_only && role->n_grants) {
    read_bad(r, item, "aggregate_only", "Remove the grants or aggregate_only",
             "A role of counts only has grants on children");
  }
}

static const char *const *role_words(struct build *b) {
  const char **words = arena_alloc(b->r.a, (b->m->n_roles + 1) * sizeof *words);
  for (size_t i = 0; i < b->m->n_roles; i++) words[i] = b->m->roles[i].id;
  return words;
}

const char *const *build_roles(struct build *b, const struct node *map, const char *key, size_t *n) {
  const char *const *ids = read_texts(&b->r, map, key, n);
  for (size_t i = 0; i < *n; i++) {
    if (model_role(b->m, ids[i])) continue;
    const char *remedy = read_did_you_mean(&b->r, ids[i], role_words(b), "Use a role of roles.yaml");
    read_bad(&b->r, node_get(map, key), key, remedy, "There is no role “%s”", ids[i]);
  }
  return ids;
}

static void build_role_list(struct build *b) {
  const struct node *list = node_get(b->root, "roles");
  struct model_role *all = arena_alloc(b->r.a, (list->n + 1) * sizeof *all);
  for (size_t i = 0; i < list->n; i++) {
    read_role(b, list->items[i], &all[i]);
    all[i].index = (int)i;
    for (size_t j = 0; j < i; j++) {
      if (strcmp(all[i].id, all[j].id) == 0) {
        read_bad(&b->r, list->items[i], "id", "Keep one", "The role “%s” stands twice", all[i].id);
      }
    }
  }
  b->m->roles = all;
  b->m->n_roles = list->n;
  for (size_t i = 0; i < list->n; i++) {
    all[i].excludes = build_roles(b, list->items[i], "excludes", &all[i].n_excludes);
  }
  if (list->n == 0)
    read_bad(&b->r, list, "roles", "Add roles.yaml", "The model has no roles, so nobody could do anything");
  if (b->m->n_categories == 0) read_bad(&b->r, list, "categories", "Add sharing.yaml", "The model has no categories");
}

static int by_fact(const void *l, const void *r) {
  return strcmp(((const struct model_fact *)l)->name, ((const struct model_fact *)r)->name);
}

static void build_facts(struct build *b) {
  const struct node *map = node_get(b->root, "facts");
  struct model_fact *all = arena_alloc(b->r.a, (map->n + 1) * sizeof *all);
  for (size_t i = 0; i < map->n; i++) {
    size_t n;
    const char *sql = read_text(&b->r, map, map->keys[i], true);
    all[i] = (struct model_fact){map->keys[i], sql ? sql : "", map->items[i]->file, map->items[i]->line};
    if (sql) build_reads(b, map->items[i], map->keys[i], sql, &n);
  }
  qsort(all, map->n, sizeof *all, by_fact);
  b->m->facts = all;
  b->m->n_facts = map->n;
}

void build_policy(struct build *b) {
  build_categories(b);
  build_role_list(b);
  build_facts(b);
}
