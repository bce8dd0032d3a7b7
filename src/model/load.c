#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/json.h"
#include "model/build.h"
#include "model/overlay.h"

#define MAX_FILE (4u << 20)
static const char *const parts[] = {"categories", "codes", "duties", "facts", "records", "roles"};

static struct node *new_root(struct arena *a) {
  struct node *root = node_new(a, NODE_MAP, NULL, 0);
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    bool list = strcmp(parts[i], "categories") == 0 || strcmp(parts[i], "roles") == 0;
    node_put(a, root, parts[i], 0, node_new(a, list ? NODE_LIST : NODE_MAP, NULL, 0));
  }
  return root;
}

/* A map from name to item becomes a list of items that hold their name as key, because order matters and canonical JSON has none. A list
 * or a word as value is shorthand for {only: value}. */
static void map_to_list(struct reading *r, struct node *owner, const char *in, const char *key, const char *only) {
  struct node *map = node_get(owner, in);
  if (!map || map->kind != NODE_MAP) return;
  struct node *list = node_new(r->a, NODE_LIST, map->file, map->line);
  for (size_t i = 0; i < map->n; i++) {
    struct node *value = map->items[i];
    struct node *item = value->kind == NODE_MAP ? value : node_new(r->a, NODE_MAP, map->file, map->lines[i]);
    if (value->kind == NODE_LIST || value->kind == NODE_SCALAR) {
      if (only) {
        node_put(r->a, item, only, map->lines[i], value);
      } else {
        read_bad(r, value, map->keys[i], "Write {title: …, next: …}", "A state must be a map");
      }
    }
    struct node *name = node_new(r->a, NODE_SCALAR, map->file, map->lines[i]);
    name->text = map->keys[i];
    if (node_find(item, key) < 0) node_put(r->a, item, key, map->lines[i], name);
    node_add(r->a, list, item);
  }
  owner->items[node_find(owner, in)] = list;
}

static void order_states(struct reading *r, struct node *record) {
  map_to_list(r, record, "states", "id", NULL);
  struct node *states = node_get(record, "states");
  for (size_t i = 0; states && states->kind == NODE_LIST && i < states->n; i++) {
    if (states->items[i]->kind == NODE_MAP) map_to_list(r, states->items[i], "next", "to", "roles");
  }
}

static void put_named(struct reading *r, struct node *root, const char *part, struct node *doc, const char *name) {
  struct node *all = node_get(root, part);
  int at = node_find(all, name);
  if (at >= 0) {
    const struct node *first = all->items[at];
    node_error(r->e, doc->file, doc->line, part, name,
               arena_printf(r->a, "“%s” is there already, at %s:%d", name, first->file, first->line),
               "Keep one of the two, or give it another name");
    return;
  }
  node_put(r->a, all, name, doc->line, doc);
}

static void put_items(struct reading *r, struct node *root, const char *part, const struct node *doc) {
  struct node *all = node_get(root, part), *items = node_get(doc, part);
  if (!items) return;
  if (items->kind != all->kind) {
    read_bad(r, items, part, all->kind == NODE_LIST ? "Begin each item with “- ”" : "Write “name: select …”",
             "“%s” has the wrong shape", part);
    return;
  }
  for (size_t i = 0; i < items->n; i++) {
    if (all->kind == NODE_MAP) {
      put_named(r, root, part, items->items[i], items->keys[i]);
    } else if (!overlay_item_key(items->items[i])) {
      read_bad(r, items->items[i], part, "Write {id: …}", "An item has no id");
    } else {
      node_add(r->a, all, items->items[i]);
    }
  }
}

static void put_document(struct reading *r, struct node *root, struct node *doc, const char *kind) {
  static const char *const policy_keys[] = {"categories", "roles", "facts", NULL};
  if (strcmp(kind, "policy") == 0) {
    if (!read_keys(r, doc, policy_keys, "This file")) return;
    put_items(r, root, "categories", doc);
    put_items(r, root, "roles", doc);
    put_items(r, root, "facts", doc);
    return;
  }
  const char *key = strcmp(kind, "records") == 0 ? "record" : strcmp(kind, "duties") == 0 ? "duty" : "codes";
  const char *name = node_text(doc, key);
  if (!name) {
    read_bad(r, doc, key, arena_printf(r->a, "Begin each document with “%s: name”", key),
             "This file is for %s, and the name is missing", kind);
    return;
  }
  order_states(r, doc);
  put_named(r, root, kind, doc, name);
}

static void mark(struct node *n, bool overlay) {
  n->overlay = overlay;
  for (size_t i = 0; i < n->n; i++) mark(n->items[i], overlay);
}

static void read_yaml_file(struct reading *r, struct node *root, const char *path, const char *kind) {
  const char *bytes;
  size_t n, documents;
  if (!file_read(r->a, path, MAX_FILE, &bytes, &n, r->e)) return;
  struct node **docs = yaml_read(r->a, path, bytes, n, &documents, r->e);
  for (size_t i = 0; i < documents; i++) put_document(r, root, docs[i], kind);
}

/* codes/<name>.csv: code, label, from, to, source and any other key of a code; the list is named for its file. */
static void read_csv_file(struct reading *r, struct node *root, const char *path, const char *file) {
  const char *bytes;
  size_t n;
  if (!file_read(r->a, path, MAX_FILE, &bytes, &n, r->e)) return;
  struct csv *c = csv_open(r->a, path, bytes, n, r->e);
  if (!c) return;
  struct node *doc = node_new(r->a, NODE_MAP, path, 1), *list = node_new(r->a, NODE_LIST, path, 1);
  const char *name = arena_strndup(r->a, file, strlen(file) - 4);
  static const char *const keys[] = {"codes", "title", "source", "confidence"};
  const char *const given[] = {name, name, arena_printf(r->a, "%s.csv", name), "high"};
  for (size_t i = 0; i < 4; i++) {
    struct node *v = node_new(r->a, NODE_SCALAR, path, 1);
    v->text = given[i];
    node_put(r->a, doc, keys[i], 1, v);
  }
  for (struct csv_row row; csv_next(c, &row);) {
    struct node *item = node_new(r->a, NODE_MAP, path, (int)row.line);
    if (row.status != CSV_OK)
      node_error(r->e, path, (int)row.line, NULL, NULL, "This row has too many or too few cells",
                 "Look at commas and quotes");
    for (size_t i = 0; i < csv_columns(c); i++) {
      if (!*row.cells[i] || node_find(item, csv_column(c, i)) >= 0) continue;
      struct node *v = node_new(r->a, NODE_SCALAR, path, (int)row.line);
      v->text = arena_strdup(r->a, row.cells[i]);
      node_put(r->a, item, csv_column(c, i), (int)row.line, v);
    }
    node_add(r->a, list, item);
  }
  node_put(r->a, doc, "list", 1, list);
  put_named(r, root, "codes", doc, name);
}

static bool ends_with(const char *s, const char *end) {
  size_t n = strlen(s), m = strlen(end);
  return n > m && strcmp(s + n - m, end) == 0;
}

static int by_text(const struct dirent **l, const struct dirent **r) {
  return strcmp((*l)->d_name, (*r)->d_name);
}

static void read_folder(struct reading *r, struct node *root, const char *dir, const char *kind) {
  const char *path = arena_printf(r->a, "%s/%s", dir, kind);
  struct dirent **found;
  int n = scandir(path, &found, NULL, by_text);
  for (int i = 0; i < n; i++) {
    const char *file = arena_printf(r->a, "%s/%s", path, found[i]->d_name);
    if (found[i]->d_name[0] == '.') {
      /* editors' own files */
    } else if (ends_with(file, ".yaml")) {
      read_yaml_file(r, root, file, kind);
    } else if (ends_with(file, ".csv") && strcmp(kind, "codes") == 0) {
      read_csv_file(r, root, file, found[i]->d_name);
    } else if (ends_with(file, ".yml")) {
      node_error(r->e, file, 1, NULL, NULL, "This file would not be read", "Name it .yaml");
    }
    free(found[i]);
  }
  if (n >= 0) free(found);
}

static struct node *read_dir(struct reading *r, const char *dir, bool overlay) {
  static const char *const policy[] = {"sharing.yaml", "roles.yaml"};
  struct node *root = new_root(r->a);
  struct stat st;
  if (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode)) {
    node_error(r->e, dir, 0, NULL, NULL, "There is no such folder",
               "Give the folder of the model, with records, codes and duties in it");
    return root;
  }
  read_folder(r, root, dir, "codes");
  read_folder(r, root, dir, "records");
  read_folder(r, root, dir, "duties");
  for (size_t i = 0; i < 2; i++) {
    const char *path = arena_printf(r->a, "%s/%s", dir, policy[i]);
    if (stat(path, &st) == 0) read_yaml_file(r, root, path, "policy");
  }
  mark(root, overlay);
  return root;
}

/* Codes, records and duties hold their name as their first key; in the canonical tree it stays, and documents are known by it. */
static bool finish(struct arena *a, const struct node *root, struct model *m, struct error *e) {
  if (e->kind != ERR_NONE) return false;
  struct buf b;
  unsigned char hash[16];
  char hex[33];
  buf_init(&b, a);
  node_canonical(root, &b);
  m->canonical = buf_text(&b);
  m->n_canonical = b.len;
  crypto_generichash(hash, sizeof hash, (const unsigned char *)b.data, b.len, NULL, 0);
  sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
  m->version = arena_strdup(a, hex);
  return true;
}

bool model_load(struct arena *a, const char *shipped, const char *overlay, const struct model **out, struct error *e) {
  struct reading r = {a, e};
  *out = NULL;
  struct node *root = read_dir(&r, shipped, false);
  struct model *base = NULL;
  if (overlay) {
    struct error quiet; /* what is wrong in the shipped model is reported once, from the merged one */
    error_init(&quiet, a);
    base = build_model(a, root, &quiet);
    overlay_merge(&r, root, read_dir(&r, overlay, true));
  }
  struct model *m = build_model(a, root, e);
  if (base) overlay_check(&r, base, m, root);
  if (!finish(a, root, m, e)) {
    size_t n = e->n_items;
    if (n > 1) e->message = arena_printf(a, "The model has %zu mistakes; the first: %s", n, e->items[0].message);
    return false;
  }
  *out = m;
  return true;
}

bool model_from_canonical(struct arena *a, const char *bytes, size_t n, const struct model **out, struct error *e) {
  *out = NULL;
  const struct json *j = json_parse(a, bytes, n, e);
  if (!j) return false;
  struct node *root = node_of_json(a, j, "model");
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (!node_get(root, parts[i]))
      return error_set(e, ERR_BROKEN, "The stored model is not whole: “%s” is missing", parts[i]);
  }
  struct model *m = build_model(a, root, e);
  if (!finish(a, root, m, e)) return false;
  *out = m;
  return true;
}
