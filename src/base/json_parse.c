/* Reading JSON: jansson reads, then its tree is copied into the arena and forgotten. */

/* jansson and base/json.h share some names; these are set aside while its header is read. None of them is used here by
 * its jansson name but the types, which get a prefix. */
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY JANSSON_ARRAY
#define JSON_STRING JANSSON_STRING
#define JSON_REAL JANSSON_REAL
#define JSON_TRUE JANSSON_TRUE
#define JSON_FALSE JANSSON_FALSE
#define JSON_NULL JANSSON_NULL
#define json_object jansson_object
#define json_array jansson_array
#include <jansson.h>
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_REAL
#undef JSON_TRUE
#undef JSON_FALSE
#undef JSON_NULL
#undef json_object
#undef json_array

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"

enum { DEPTH = 64 };

static const struct json *convert(struct arena *a, json_t *from, int depth);

static const struct json *convert_array(struct arena *a, json_t *from, int depth, struct json *to) {
  size_t n = json_array_size(from);
  const struct json **items = arena_alloc(a, n * sizeof *items);
  for (size_t i = 0; i < n; i++) {
    items[i] = convert(a, json_array_get(from, i), depth + 1);
    if (!items[i]) return NULL;
  }
  to->type = JSON_ARRAY;
  to->n = n;
  to->items = items;
  return to;
}

static const struct json *convert_object(struct arena *a, json_t *from, int depth, struct json *to) {
  size_t n = json_object_size(from), i = 0;
  const struct json **items = arena_alloc(a, n * sizeof *items);
  const char **keys = arena_alloc(a, n * sizeof *keys);
  for (void *at = json_object_iter(from); at; at = json_object_iter_next(from, at), i++) {
    keys[i] = arena_strdup(a, json_object_iter_key(at));
    items[i] = convert(a, json_object_iter_value(at), depth + 1);
    if (!items[i]) return NULL;
  }
  to->type = JSON_OBJECT;
  to->n = n;
  to->items = items;
  to->keys = keys;
  return to;
}

/* NULL when nested deeper than DEPTH. */
static const struct json *convert(struct arena *a, json_t *from, int depth) {
  struct json *to = arena_alloc(a, sizeof *to);
  switch (json_typeof(from)) {
  case JANSSON_OBJECT:
    return depth < DEPTH ? convert_object(a, from, depth, to) : NULL;
  case JANSSON_ARRAY:
    return depth < DEPTH ? convert_array(a, from, depth, to) : NULL;
  case JANSSON_STRING:
    to->type = JSON_STRING;
    to->n = json_string_length(from);
    to->s = arena_strndup(a, json_string_value(from), to->n);
    break;
  case JSON_INTEGER:
    to->type = JSON_INT;
    to->i = json_integer_value(from);
    break;
  case JANSSON_REAL:
    to->type = JSON_REAL;
    to->d = json_real_value(from);
    break;
  case JANSSON_TRUE:
    to->type = JSON_TRUE;
    break;
  case JANSSON_FALSE:
    to->type = JSON_FALSE;
    break;
  case JANSSON_NULL:
    to->type = JSON_NULL;
    break;
  }
  return to;
}

static const char *reason(const json_error_t *why) {
  switch (json_error_code(why)) {
  case json_error_duplicate_key:
    return "a key stands twice in one object";
  case json_error_invalid_utf8:
    return "this is not UTF-8";
  case json_error_premature_end_of_input:
    return "it ends too soon";
  case json_error_end_of_input_expected:
    return "something follows the end";
  case json_error_numeric_overflow:
    return "the number is too large";
  case json_error_null_character:
  case json_error_null_byte_in_key:
    return "text may not hold a NUL";
  case json_error_stack_overflow:
    return "it is nested too deeply";
  default:
    return "this is not JSON";
  }
}

const struct json *json_parse(struct arena *a, const void *bytes, size_t n, struct error *e) {
  json_error_t why;
  json_t *root = json_loadb(n ? bytes : "", n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
  if (!root) {
    error_set(e, ERR_INPUT, "Line %d, character %d: %s.", why.line, why.column, reason(&why));
    return NULL;
  }
  const struct json *tree = convert(a, root, 0);
  json_decref(root);
  if (!tree) error_set(e, ERR_INPUT, "The JSON is nested more than %d deep.", DEPTH);
  return tree;
}
