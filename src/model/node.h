/* node: a model file as a tree of maps, lists and scalars, each with the file and line it came from, so that a mistake found late can still be
 * pointed at. Scalars are text until the model reads them as something. */
#ifndef KITH_MODEL_NODE_H
#define KITH_MODEL_NODE_H
#include <stdbool.h>
#include <stddef.h>
struct arena;
struct buf;
struct error;
struct json;

enum node_kind { NODE_NULL, NODE_SCALAR, NODE_LIST, NODE_MAP };
struct node {
  enum node_kind kind;
  const char *file;
  int line;            /* 1-based; 0: not from a file */
  bool overlay;        /* came from the overlay */
  const char *text;    /* NODE_SCALAR: NFC */
  struct node **items; /* NODE_LIST; values of NODE_MAP */
  const char **keys;   /* NODE_MAP */
  int *lines;          /* NODE_MAP: line of each key */
  size_t n, cap;
};

struct node *node_new(struct arena *a, enum node_kind k, const char *file, int line);
void node_put(struct arena *a, struct node *map, const char *key, int line,
              struct node *value); /* key must not be there yet */
void node_add(struct arena *a, struct node *list, struct node *value);
void node_drop(struct node *n, size_t i);
/* Value of key; NULL when map is NULL, no map, or the value is absent or null. */
struct node *node_get(const struct node *map, const char *key);
int node_find(const struct node *map, const char *key);         /* index, or -1 */
const char *node_text(const struct node *map, const char *key); /* NULL when absent or no scalar */

/* Adds to e an item with file and line, and "<what>. <remedy>" as its message; the remedy is also its `expected`. False always.
 * After 500 items it adds no more. */
bool node_error(struct error *e, const char *file, int line, const char *key, const char *value, const char *what,
                const char *remedy);

/* A pure function over bytes (fuzzed): the documents of a YAML stream, each a node. Refused, with the line: anchors, aliases, tags, merge
 * keys, duplicate keys, more than 20 levels, more than 200,000 nodes, text that is not UTF-8. What can be read is returned. */
struct node **yaml_read(struct arena *a, const char *file, const void *bytes, size_t n, size_t *documents,
                        struct error *e);

/* Canonical JSON: keys sorted, scalars as strings, nulls left out. */
void node_canonical(const struct node *n, struct buf *out);
struct node *node_of_json(struct arena *a, const struct json *j, const char *file);
#endif
