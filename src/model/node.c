#include "model/node.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"

#define MAX_ITEMS 500

struct node *node_new(struct arena *a, enum node_kind k, const char *file, int line) {
  struct node *n = arena_alloc(a, sizeof *n);
  n->kind = k;
  n->file = file;
  n->line = line;
  return n;
}

static void grow(struct arena *a, struct node *n) {
  size_t cap = n->cap;
  if (n->kind == NODE_MAP) {
    n->keys = arena_grow(a, n->keys, &cap, n->n + 1, sizeof *n->keys);
    cap = n->cap;
    n->lines = arena_grow(a, n->lines, &cap, n->n + 1, sizeof *n->lines);
    cap = n->cap;
  }
  n->items = arena_grow(a, n->items, &cap, n->n + 1, sizeof(struct node *));
  n->cap = cap;
}

void node_put(struct arena *a, struct node *map, const char *key, int line, struct node *value) {
  grow(a, map);
  map->keys[map->n] = key;
  map->lines[map->n] = line;
  map->items[map->n++] = value;
}

void node_add(struct arena *a, struct node *list, struct node *value) {
  grow(a, list);
  list->items[list->n++] = value;
}

void node_drop(struct node *n, size_t i) {
  for (size_t j = i + 1; j < n->n; j++) {
    n->items[j - 1] = n->items[j];
    if (n->kind != NODE_MAP) continue;
    n->keys[j - 1] = n->keys[j];
    n->lines[j - 1] = n->lines[j];
  }
  n->n--;
}

int node_find(const struct node *map, const char *key) {
  if (!map || map->kind != NODE_MAP) return -1;
  for (size_t i = 0; i < map->n; i++) {
    if (strcmp(map->keys[i], key) == 0) return (int)i;
  }
  return -1;
}

struct node *node_get(const struct node *map, const char *key) {
  int i = node_find(map, key);
  return i < 0 || map->items[i]->kind == NODE_NULL ? NULL : map->items[i];
}

const char *node_text(const struct node *map, const char *key) {
  const struct node *n = node_get(map, key);
  return n && n->kind == NODE_SCALAR ? n->text : NULL;
}

bool node_error(struct error *e, const char *file, int line, const char *key, const char *value, const char *what,
                const char *remedy) {
  if (e->n_items >= MAX_ITEMS) return false;
  error_cell(e, file, line, key, value, remedy);
  struct buf b;
  buf_init(&b, e->arena);
  buf_printf(&b, "%s:%d: ", file ? file : "model", line);
  if (key && *key) buf_printf(&b, "%s: ", key);
  size_t n = strlen(remedy);
  buf_printf(&b, "%s. %s%s", what, remedy, n && remedy[n - 1] == '?' ? "" : ".");
  e->items[e->n_items - 1].message = buf_text(&b);
  if (e->n_items == 1) e->message = buf_text(&b);
  return false;
}

struct pair {
  const char *key;
  const struct node *value;
};

static int by_key(const void *l, const void *r) {
  return strcmp(((const struct pair *)l)->key, ((const struct pair *)r)->key);
}

static void write_node(struct json_writer *w, const struct node *n, struct arena *a);

static void write_map(struct json_writer *w, const struct node *n, struct arena *a) {
  struct pair *pairs = arena_alloc(a, (n->n + 1) * sizeof *pairs);
  for (size_t i = 0; i < n->n; i++) pairs[i] = (struct pair){n->keys[i], n->items[i]};
  qsort(pairs, n->n, sizeof *pairs, by_key);
  json_object(w);
  for (size_t i = 0; i < n->n; i++) {
    if (pairs[i].value->kind == NODE_NULL) continue;
    json_key(w, pairs[i].key);
    write_node(w, pairs[i].value, a);
  }
  json_end_object(w);
}

static void write_node(struct json_writer *w, const struct node *n, struct arena *a) {
  switch (n->kind) {
  case NODE_NULL:
    json_put_null(w);
    break;
  case NODE_SCALAR:
    json_put_text(w, n->text);
    break;
  case NODE_LIST:
    json_array(w);
    for (size_t i = 0; i < n->n; i++) write_node(w, n->items[i], a);
    json_end_array(w);
    break;
  case NODE_MAP:
    write_map(w, n, a);
    break;
  }
}

void node_canonical(const struct node *n, struct buf *out) {
  struct json_writer w;
  json_begin(&w, out);
  w.canonical = true;
  write_node(&w, n, out->arena);
}

struct node *node_of_json(struct arena *a, const struct json *j, const char *file) {
  if (j->type == JSON_OBJECT || j->type == JSON_ARRAY) {
    struct node *n = node_new(a, j->type == JSON_OBJECT ? NODE_MAP : NODE_LIST, file, 0);
    for (size_t i = 0; i < j->n; i++) {
      struct node *item = node_of_json(a, j->items[i], file);
      if (j->type == JSON_OBJECT) {
        node_put(a, n, j->keys[i], 0, item);
      } else {
        node_add(a, n, item);
      }
    }
    return n;
  }
  struct node *n = node_new(a, j->type == JSON_STRING ? NODE_SCALAR : NODE_NULL, file, 0);
  n->text = json_text(j);
  return n;
}
