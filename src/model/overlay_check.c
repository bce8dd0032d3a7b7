#include <string.h>

#include "base/arena.h"
#include "model/cond.h"
#include "model/model.h"
#include "model/overlay.h"

#define PROTECTED 4 /* from this sensitivity on an overlay cannot widen */

static const struct model_grant *grant_of(const struct model_role *role, const char *relation) {
  for (size_t i = 0; role && i < role->n_grants; i++) {
    if (strcmp(role->grants[i].relation, relation) == 0) return &role->grants[i];
  }
  return NULL;
}

static const struct node *item_of(const struct node *root, const char *part, const char *id) {
  const struct node *n = overlay_find(node_get(root, part), "id", id);
  return n ? n : node_get(root, part);
}

/* The value that the overlay wrote, so that the mistake is shown where it was made. */
static const struct node *at_key(const struct node *item, const char *key) {
  const struct node *n = node_get(item, key);
  return n ? n : item;
}

static const struct node *grant_node(const struct node *role, const char *relation, const char *key) {
  const struct node *grant = overlay_find(node_get(role, "grants"), "relation", relation);
  return grant ? at_key(grant, key) : role;
}

static bool reads(const struct model_grant *g, int category, bool write) {
  return g && ((write ? g->write : g->read) >> category & 1);
}

/* Did this role, in this relation, already do to `was` (shipped) what it now does to `now` (merged)? */
static bool widened(const struct model *shipped, const struct model_role *role, const struct model_grant *grant,
                    int was, int now, bool write) {
  return reads(grant, now, write) && !reads(grant_of(model_role(shipped, role->id), grant->relation), was, write);
}

static void check_grants(struct reading *r, const struct model *shipped, const struct model *merged,
                         const struct node *root) {
  for (size_t i = 0; i < merged->n_roles; i++) {
    const struct model_role *role = &merged->roles[i];
    const struct node *at = item_of(root, "roles", role->id);
    for (size_t g = 0; g < role->n_grants; g++) {
      for (size_t c = 0; c < merged->n_categories; c++) {
        const struct model_category *category = model_category(shipped, merged->categories[c].id);
        int was = category ? category->index : (int)c;
        if ((category ? category->sensitivity : merged->categories[c].sensitivity) < PROTECTED || !category) continue;
        bool read = widened(shipped, role, &role->grants[g], was, (int)c, false);
        if (!read && !widened(shipped, role, &role->grants[g], was, (int)c, true)) continue;
        read_bad(r, grant_node(at, role->grants[g].relation, read ? "read" : "write"), "grants",
                 "Remove the category; a child's own agreement can share it",
                 "An overlay cannot give “%s” to “%s” (%s): S4 to S8 are not widened", category->id, role->id,
                 role->grants[g].relation);
      }
    }
  }
}

static bool excludes(const struct model_role *role, const char *other) {
  for (size_t i = 0; i < role->n_excludes; i++) {
    if (strcmp(role->excludes[i], other) == 0) return true;
  }
  return false;
}

static void check_role(struct reading *r, const struct model *merged, const struct model_role *was,
                       const struct model_role *now, const struct node *at) {
  if (strcmp(was->kind, now->kind) != 0) {
    read_bad(r, at_key(at, "kind"), "kind", "Leave it; make a new role",
             "An overlay cannot change the kind of “%s”, for agreements hang on it", was->id);
  }
  for (size_t c = 0; c < merged->n_categories; c++) {
    if (merged->categories[c].sensitivity >= PROTECTED && (now->floor & ~was->floor) >> c & 1) {
      read_bad(r, at_key(at, "floor"), "floor", "Remove it from the floor",
               "An overlay cannot put “%s” above a child's agreement", merged->categories[c].id);
    }
  }
  for (size_t i = 0; i < was->n_excludes; i++) {
    if (!excludes(now, was->excludes[i])) {
      read_bad(r, at_key(at, "excludes"), "excludes", arena_printf(r->a, "Add “%s” again", was->excludes[i]),
               "An overlay cannot drop a conflict of roles");
    }
  }
  if (was->aggregate_only && !now->aggregate_only) {
    read_bad(r, at_key(at, "aggregate_only"), "aggregate_only", "Leave it true",
             "An overlay cannot open children to “%s”", was->id);
  }
}

static void check_roles(struct reading *r, const struct model *shipped, const struct model *merged,
                        const struct node *root) {
  for (size_t i = 0; i < shipped->n_roles; i++) {
    const struct model_role *now = model_role(merged, shipped->roles[i].id);
    if (now) check_role(r, merged, &shipped->roles[i], now, item_of(root, "roles", now->id));
  }
  for (size_t i = 0; i < shipped->n_categories; i++) {
    const struct model_category *was = &shipped->categories[i], *now = model_category(merged, was->id);
    if (now && now->sensitivity < was->sensitivity) {
      read_bad(r, at_key(item_of(root, "categories", was->id), "sensitivity"), "sensitivity", "Leave it, or raise it",
               "An overlay cannot lower the sensitivity of “%s”", was->id);
    }
  }
}

static const struct node *field_node(const struct node *record, const char *name) {
  const struct node *n = overlay_find(node_get(record, "fields"), "name", name);
  const struct node *sections = node_get(record, "sections");
  for (size_t i = 0; !n && sections && i < sections->n; i++)
    n = overlay_find(node_get(sections->items[i], "fields"), "name", name);
  return n ? n : record;
}

/* A field that moves to another category may not be seen by anybody who did not see it. */
static void check_field(struct reading *r, const struct model *shipped, const struct model *merged,
                        const struct model_field *was, const struct model_field *now, const struct node *record) {
  if (shipped->categories[was->category_index].sensitivity < PROTECTED || strcmp(was->category, now->category) == 0)
    return;
  for (size_t i = 0; i < merged->n_roles; i++) {
    const struct model_role *role = &merged->roles[i];
    for (size_t g = 0; g < role->n_grants; g++) {
      if (widened(shipped, role, &role->grants[g], was->category_index, now->category_index, false)) {
        read_bad(r, at_key(field_node(record, was->name), "category"), "category",
                 arena_printf(r->a, "Leave it in “%s”", was->category),
                 "An overlay cannot open “%s” to “%s”: S4 to S8 are not widened", was->name, role->id);
        return;
      }
    }
  }
}

static bool same_text(const char *l, const char *r) {
  return l == r || (l && r && strcmp(l, r) == 0);
}

static void check_records(struct reading *r, const struct model *shipped, const struct model *merged,
                          const struct node *root) {
  for (size_t i = 0; i < shipped->n_records; i++) {
    const struct model_record *was = &shipped->records[i], *now = model_record(merged, was->name);
    const struct node *node = node_get(node_get(root, "records"), was->name);
    if (!now || !node) continue;
    if (was->about != now->about || was->is_child != now->is_child || !same_text(was->part_of, now->part_of)) {
      read_bad(r, node, "about", "Leave about, is_child and part_of", "An overlay cannot change whose record “%s” is",
               was->name);
    }
    const char *open = was->open_if ? cond_text(was->open_if, r->a) : "";
    if (was->open_if && strcmp(open, now->open_if ? cond_text(now->open_if, r->a) : "") != 0) {
      read_bad(r, node_get(node, "open_if"), "open_if", "Leave it",
               "An overlay cannot change which rows of “%s” are open", was->name);
    }
    for (size_t f = 0; f < was->n_fields; f++) {
      const struct model_field *to = model_field(now, was->fields[f].name);
      if (to) check_field(r, shipped, merged, &was->fields[f], to, node);
    }
  }
}

/* A statutory duty may be made stricter (sooner) and may be explained; it may not be dropped, delayed or redefined. */
static void check_duties(struct reading *r, const struct model *shipped, const struct model *merged,
                         const struct node *root) {
  for (size_t i = 0; i < shipped->n_duties; i++) {
    const struct model_duty *was = &shipped->duties[i], *now = NULL;
    const struct node *at = node_get(node_get(root, "duties"), was->id);
    if (!was->statutory) continue;
    for (size_t k = 0; k < merged->n_duties; k++) {
      if (strcmp(merged->duties[k].id, was->id) == 0) now = &merged->duties[k];
    }
    if (!now || !now->statutory) {
      read_bad(r, at_key(at, "retire"), "retire", "Leave the duty; a shorter time is allowed",
               "An overlay cannot drop the statutory duty “%s”", was->id);
      continue;
    }
    bool later = was->before ? now->within < was->within : now->within > was->within;
    later |= now->early_days > was->early_days;
    if (later || now->unit != was->unit || now->before != was->before || now->from > was->from || now->to != was->to) {
      read_bad(r, at_key(node_get(at, "due"), "within"), "due", "A shorter time in the same unit is allowed",
               "An overlay cannot relax the statutory duty “%s”", was->id);
    }
    if (!same_text(was->starts, now->starts) || !same_text(was->met, now->met)) {
      read_bad(r, at_key(at, same_text(was->met, now->met) ? "starts" : "met"), "met",
               "Leave “starts” and “met”; add a duty named local_… for your own rule",
               "An overlay cannot redefine the statutory duty “%s”", was->id);
    }
  }
}

void overlay_check(struct reading *r, const struct model *shipped, const struct model *merged,
                   const struct node *root) {
  check_grants(r, shipped, merged, root);
  check_roles(r, shipped, merged, root);
  check_records(r, shipped, merged, root);
  check_duties(r, shipped, merged, root);
}
