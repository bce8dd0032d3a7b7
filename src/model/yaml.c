#include <string.h>
#include <yaml.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "model/node.h"

#define MAX_LEVELS 20
#define MAX_NODES 200000

struct reader {
  struct arena *a;
  struct error *e;
  const char *file;
  yaml_parser_t parser;
  yaml_event_t event;
  size_t nodes;
  bool stopped; /* syntax error or a limit: nothing more can be read */
};

static int line_of(const struct reader *r) {
  return (int)r->event.start_mark.line + 1;
}

static bool advance(struct reader *r) {
  if (r->stopped) return false;
  yaml_event_delete(&r->event);
  if (yaml_parser_parse(&r->parser, &r->event)) return true;
  r->stopped = true;
  const yaml_parser_t *p = &r->parser;
  const char *problem = p->problem ? p->problem : "this is not YAML";
  int line = (int)p->problem_mark.line + 1;
  bool tab = strstr(problem, "cannot start any token") != NULL;
  node_error(r->e, r->file, line, NULL, NULL, arena_printf(r->a, "This is not YAML: %s", problem),
             p->error == YAML_READER_ERROR ? "Save the file as UTF-8 without control characters"
             : tab                         ? "Indent with blanks, not tabs, and quote text that begins with a sign"
                   : "Look at this line and the one before: indentation, colons, brackets and quotes");
  return false;
}

static void stop(struct reader *r, const char *what, const char *remedy) {
  if (!r->stopped) node_error(r->e, r->file, line_of(r), NULL, NULL, what, remedy);
  r->stopped = true;
}

static void refuse_extras(struct reader *r, const yaml_char_t *anchor, const yaml_char_t *tag) {
  if (anchor) {
    node_error(r->e, r->file, line_of(r), NULL, (const char *)anchor, "Anchors (&) are not allowed",
               "Write the value out where it is needed");
  }
  if (tag) {
    node_error(r->e, r->file, line_of(r), NULL, (const char *)tag, "Tags (!) are not allowed",
               "Remove the tag; the model knows each type");
  }
}

static struct node *read_value(struct reader *r, int level);

static struct node *read_scalar(struct reader *r) {
  const char *bytes = (const char *)r->event.data.scalar.value;
  size_t n = r->event.data.scalar.length;
  bool plain = r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
  struct node *out = node_new(r->a, NODE_SCALAR, r->file, line_of(r));
  refuse_extras(r, r->event.data.scalar.anchor, r->event.data.scalar.tag);
  if (plain && (n == 0 || strcmp(bytes, "~") == 0 || strcmp(bytes, "null") == 0)) {
    out->kind = NODE_NULL;
    return out;
  }
  out->text = "";
  if (!text_utf8_valid(bytes, n)) {
    node_error(r->e, r->file, line_of(r), NULL, NULL, "The text holds bytes that are not UTF-8",
               "Save the file as UTF-8");
  } else {
    out->text = text_nfc(r->a, arena_strndup(r->a, bytes, n));
  }
  return out;
}

static struct node *read_list(struct reader *r, int level) {
  struct node *list = node_new(r->a, NODE_LIST, r->file, line_of(r));
  refuse_extras(r, r->event.data.sequence_start.anchor, r->event.data.sequence_start.tag);
  while (advance(r) && r->event.type != YAML_SEQUENCE_END_EVENT) {
    struct node *item = read_value(r, level + 1);
    if (item) node_add(r->a, list, item);
  }
  return list;
}

static void put_pair(struct reader *r, struct node *map, struct node *key, struct node *value) {
  if (strcmp(key->text, "<<") == 0) {
    node_error(r->e, r->file, key->line, key->text, NULL, "Merge keys are not allowed", "Write the keys out");
  } else if (node_find(map, key->text) >= 0) {
    node_error(r->e, r->file, key->line, key->text, NULL,
               arena_printf(r->a, "This key is there already, at line %d", map->lines[node_find(map, key->text)]),
               "Keep one of the two");
  } else {
    node_put(r->a, map, key->text, key->line, value);
  }
}

static struct node *read_map(struct reader *r, int level) {
  struct node *map = node_new(r->a, NODE_MAP, r->file, line_of(r));
  refuse_extras(r, r->event.data.mapping_start.anchor, r->event.data.mapping_start.tag);
  while (advance(r) && r->event.type != YAML_MAPPING_END_EVENT) {
    struct node *key = read_value(r, level + 1);
    if (!key || !advance(r)) break;
    struct node *value = read_value(r, level + 1);
    if (!value) break;
    if (key->kind == NODE_SCALAR) {
      put_pair(r, map, key, value);
    } else {
      node_error(r->e, r->file, key->line, NULL, NULL, "A key must be a plain word", "Write “key: value”");
    }
  }
  return map;
}

static struct node *read_value(struct reader *r, int level) {
  if (r->stopped) return NULL;
  if (level > MAX_LEVELS) {
    stop(r, "Values stand too deep in one another", "Twenty levels are enough for any model");
    return NULL;
  }
  if (++r->nodes > MAX_NODES) {
    stop(r, "The file holds too many values", "Split it into several files");
    return NULL;
  }
  switch (r->event.type) {
  case YAML_SCALAR_EVENT:
    return read_scalar(r);
  case YAML_SEQUENCE_START_EVENT:
    return read_list(r, level);
  case YAML_MAPPING_START_EVENT:
    return read_map(r, level);
  case YAML_ALIAS_EVENT:
    node_error(r->e, r->file, line_of(r), NULL, (const char *)r->event.data.alias.anchor, "Aliases (*) are not allowed",
               "Write the value out, or quote text that begins with *");
    return node_new(r->a, NODE_NULL, r->file, line_of(r));
  default:
    return NULL;
  }
}

struct node **yaml_read(struct arena *a, const char *file, const void *bytes, size_t n, size_t *documents,
                        struct error *e) {
  struct reader r = {.a = a, .e = e, .file = file};
  struct node **all = NULL;
  size_t cap = 0;
  *documents = 0;
  if (!yaml_parser_initialize(&r.parser)) {
    error_set(e, ERR_BROKEN, "libyaml could not start");
    return NULL;
  }
  yaml_parser_set_input_string(&r.parser, bytes, n);
  yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
  while (advance(&r) && r.event.type != YAML_STREAM_END_EVENT) {
    if (r.event.type == YAML_STREAM_START_EVENT || r.event.type == YAML_DOCUMENT_START_EVENT ||
        r.event.type == YAML_DOCUMENT_END_EVENT) {
      continue;
    }
    struct node *d = read_value(&r, 1);
    if (!d || d->kind == NODE_NULL) continue;
    all = arena_grow(a, all, &cap, *documents + 1, sizeof(struct node *));
    all[(*documents)++] = d;
  }
  yaml_event_delete(&r.event);
  yaml_parser_delete(&r.parser);
  return all;
}
