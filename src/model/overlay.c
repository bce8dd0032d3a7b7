#include "model/overlay.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"

const char *overlay_item_key(const struct node *item) {
  static const char *const keys[] = {"id", "name", "code", "to", "relation"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    if (node_text(item, keys[i])) return keys[i];
  }
  return NULL;
}

struct node *overlay_find(const struct node *list, const char *key, const char *value) {
  for (size_t i = 0; list && i < list->n; i++) {
    const char *has = node_text(list->items[i], key);
    if (has && strcmp(has, value) == 0) return list->items[i];
  }
  return NULL;
}

static bool is_local(const char *name) {
  return strncmp(name, "local_", 6) == 0;
}

/* Names of fields, sections, states, roles and so on must be told apart from later releases; codes, transitions and grants need not. */
static void check_new(struct reading *r, const struct node *item, const char *key) {
  const char *name = node_text(item, key);
  if ((strcmp(key, "id") == 0 || strcmp(key, "name") == 0) && !is_local(name)) {
    read_bad(r, node_get(item, key), key,
             arena_printf(r->a, "Call it “local_%s”, so that a later release cannot collide", name),
             "“%s” is not in the shipped model, and a new name begins with local_", name);
  }
}

static void check_retyped(struct reading *r, const struct node *base, const struct node *over) {
  static const char *const fixed[] = {"type", "scale", "codes", "ref"};
  if (!node_text(base, "type")) return;
  for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
    const char *now = node_text(over, fixed[i]), *was = node_text(base, fixed[i]);
    if (now && (!was || strcmp(now, was) != 0)) {
      read_bad(r, node_get(over, fixed[i]), fixed[i],
               "Add a new field named local_… with “from:” this one, and retire this one",
               "A field is never retyped; “%s” is %s", node_text(base, "name"), was ? was : "without one");
    }
  }
}

static void place_after(struct reading *r, struct node *list, const char *key, struct node *item) {
  int at = node_find(item, "after");
  if (at < 0) return;
  const char *after = node_text(item, "after");
  struct node *before = after ? overlay_find(list, key, after) : NULL;
  if (!before || before == item) {
    read_bad(r, item->items[at], "after", "Name an item of the same list", "There is no “%s” to place it after",
             after ? after : "");
  }
  node_drop(item, (size_t)at);
  if (!before || before == item) return;
  size_t i = 0;
  while (list->items[i] != item) i++;
  node_drop(list, i);
  node_add(r->a, list, item);
  for (i = list->n - 1; list->items[i - 1] != before; i--) list->items[i] = list->items[i - 1];
  list->items[i] = item;
}

static void merge(struct reading *r, struct node *base, const struct node *over);

static bool mergeable(const struct node *list) {
  for (size_t i = 0; i < list->n; i++) {
    if (!overlay_item_key(list->items[i])) return false;
  }
  return list->kind == NODE_LIST && list->n > 0;
}

static void merge_list(struct reading *r, struct node *base, const struct node *over) {
  for (size_t i = 0; i < over->n; i++) {
    struct node *item = over->items[i];
    const char *key = overlay_item_key(item);
    struct node *same = overlay_find(base, key, node_text(item, key));
    if (same) {
      check_retyped(r, same, item);
      merge(r, same, item);
    } else {
      check_new(r, item, key);
      node_add(r->a, base, item);
      same = item;
    }
    place_after(r, base, key, same);
  }
}

static void merge(struct reading *r, struct node *base, const struct node *over) {
  for (size_t i = 0; i < over->n; i++) {
    struct node *value = over->items[i];
    int at = node_find(base, over->keys[i]);
    if (at < 0) {
      node_put(r->a, base, over->keys[i], over->lines[i], value);
      continue;
    }
    struct node *was = base->items[at];
    if (was->kind == NODE_MAP && value->kind == NODE_MAP) {
      merge(r, was, value);
    } else if (was->kind == NODE_LIST && value->kind == NODE_LIST && mergeable(was) && mergeable(value)) {
      merge_list(r, was, value);
    } else {
      base->items[at] = value;
      base->lines[at] = over->lines[i];
    }
  }
}

/* records, codes and duties are maps from name to item. */
static void merge_named(struct reading *r, struct node *base, const struct node *over, const char *kind) {
  for (size_t i = 0; i < over->n; i++) {
    int at = node_find(base, over->keys[i]);
    if (at >= 0) {
      merge(r, base->items[at], over->items[i]);
      continue;
    }
    if (!is_local(over->keys[i])) {
      node_error(
          r->e, over->items[i]->file, over->items[i]->line, kind, over->keys[i],
          arena_printf(r->a, "“%s” is not in the shipped model, and a new name begins with local_", over->keys[i]),
          arena_printf(r->a, "Call it “local_%s”, or correct the spelling", over->keys[i]));
    }
    node_put(r->a, base, over->keys[i], over->lines[i], over->items[i]);
  }
}

void overlay_merge(struct reading *r, struct node *base, const struct node *over) {
  static const char *const named[] = {"records", "codes", "duties"};
  static const char *const lists[] = {"categories", "roles"};
  for (size_t i = 0; i < 3; i++) merge_named(r, node_get(base, named[i]), node_get(over, named[i]), named[i]);
  for (size_t i = 0; i < 2; i++) merge_list(r, node_get(base, lists[i]), node_get(over, lists[i]));
  const struct node *facts = node_get(over, "facts");
  for (size_t i = 0; i < facts->n; i++) {
    node_error(r->e, facts->items[i]->file, facts->lines[i], facts->keys[i], NULL,
               "Facts decide who sees what and stand in the shipped model only", "Remove it from the overlay");
  }
}
