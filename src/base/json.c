#include "base/json.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

enum { DEPTH = 64 };

const struct json *json_get(const struct json *o, const char *key) {
  if (!o || o->type != JSON_OBJECT) return NULL;
  for (size_t i = 0; i < o->n; i++)
    if (strcmp(o->keys[i], key) == 0) return o->items[i];
  return NULL;
}

const char *json_text(const struct json *v) {
  return v && v->type == JSON_STRING ? v->s : NULL;
}

bool json_int(const struct json *v, int64_t *out) {
  if (!v || v->type != JSON_INT) return false;
  *out = v->i;
  return true;
}

static const char *short_escape(unsigned char c) {
  switch (c) {
  case '"':
    return "\\\"";
  case '\\':
    return "\\\\";
  case '\b':
    return "\\b";
  case '\f':
    return "\\f";
  case '\n':
    return "\\n";
  case '\r':
    return "\\r";
  case '\t':
    return "\\t";
  default:
    return NULL;
  }
}

void json_escape(struct buf *out, const char *s) {
  buf_char(out, '"');
  const char *plain = s; /* start of the stretch that needs no escape */
  for (; *s; s++) {
    unsigned char c = (unsigned char)*s;
    if (c >= ' ' && c != '"' && c != '\\') continue;
    buf_add(out, plain, (size_t)(s - plain));
    plain = s + 1;
    const char *brief = short_escape(c);
    if (brief) {
      buf_str(out, brief);
    } else {
      buf_printf(out, "\\u%04x", c);
    }
  }
  buf_add(out, plain, (size_t)(s - plain));
  buf_char(out, '"');
}

/* first[depth] is true when the next thing at this depth needs no comma before it: at its start, and after a key. */
void json_begin(struct json_writer *w, struct buf *out) {
  *w = (struct json_writer){.out = out};
  w->first[0] = true;
}

static void before(struct json_writer *w) {
  if (!w->first[w->depth]) buf_char(w->out, ',');
  w->first[w->depth] = false;
}

static void enter(struct json_writer *w, char bracket) {
  before(w);
  if (w->depth == DEPTH) {
    fputs("kith: JSON written deeper than it may be read\n", stderr);
    abort();
  }
  buf_char(w->out, bracket);
  w->depth++;
  w->first[w->depth] = true;
  w->key_at[w->depth] = w->key_n[w->depth] = 0;
}

static void leave(struct json_writer *w, char bracket) {
  assert(w->depth > 0);
  w->depth--;
  buf_char(w->out, bracket);
}

void json_object(struct json_writer *w) {
  enter(w, '{');
}
void json_end_object(struct json_writer *w) {
  leave(w, '}');
}
void json_array(struct json_writer *w) {
  enter(w, '[');
}
void json_end_array(struct json_writer *w) {
  leave(w, ']');
}

static bool is_escaped(const char *key) {
  for (; *key; key++) {
    if ((unsigned char)*key < 0x20 || *key == '"' || *key == '\\' || *key == 0x7f) return true;
  }
  return false;
}

/* The key before this one at this depth still stands in the output, so that only its place need be kept. Keys compare
 * as written: those of canonical entries hold nothing that is escaped, and a key that does is not judged. */
static bool key_follows(const struct json_writer *w, const char *key) {
  size_t n = strlen(key), before_n = w->key_n[w->depth];
  const char *was = w->out->data + w->key_at[w->depth];
  if (memchr(was, '\\', before_n) || is_escaped(key)) return true;
  int order = memcmp(was, key, before_n < n ? before_n : n);
  return order < 0 || (order == 0 && before_n < n);
}

void json_key(struct json_writer *w, const char *key) {
  assert(!w->canonical || w->key_n[w->depth] == 0 || key_follows(w, key));
  before(w);
  size_t at = w->out->len;
  json_escape(w->out, key);
  w->key_at[w->depth] = at + 1;
  w->key_n[w->depth] = w->out->len - at - 2;
  buf_char(w->out, ':');
  w->first[w->depth] = true;
}

void json_put_raw(struct json_writer *w, const char *json) {
  before(w);
  buf_str(w->out, json);
}

void json_put_text(struct json_writer *w, const char *s) {
  before(w);
  if (s) {
    json_escape(w->out, s);
  } else {
    buf_str(w->out, "null");
  }
}

void json_put_int(struct json_writer *w, int64_t i) {
  before(w);
  buf_printf(w->out, "%" PRId64, i);
}

void json_put_bool(struct json_writer *w, bool b) {
  json_put_raw(w, b ? "true" : "false");
}
void json_put_null(struct json_writer *w) {
  json_put_raw(w, "null");
}

struct member {
  const char *key;
  const struct json *value;
};

static int member_order(const void *a, const void *b) {
  return strcmp(((const struct member *)a)->key, ((const struct member *)b)->key);
}

static bool canonical(struct buf *out, struct arena *a, const struct json *v, struct error *e, int depth);

static bool canonical_text(struct buf *out, struct arena *a, const char *s, struct error *e) {
  const char *nfc = text_nfc(a, s);
  if (!nfc) return error_set(e, ERR_INPUT, "Text must be UTF-8.");
  json_escape(out, nfc);
  return true;
}

static bool canonical_object(struct buf *out, struct arena *a, const struct json *v, struct error *e, int depth) {
  struct member *members = arena_alloc(a, v->n * sizeof *members);
  for (size_t i = 0; i < v->n; i++) {
    members[i] = (struct member){text_nfc(a, v->keys[i]), v->items[i]};
    if (!members[i].key) return error_set(e, ERR_INPUT, "A key must be UTF-8.");
  }
  if (v->n > 1) qsort(members, v->n, sizeof *members, member_order);
  buf_char(out, '{');
  for (size_t i = 0; i < v->n; i++) {
    if (i > 0 && strcmp(members[i - 1].key, members[i].key) == 0)
      return error_set(e, ERR_INPUT, "A key stands twice in one object.");
    if (i > 0) buf_char(out, ',');
    json_escape(out, members[i].key);
    buf_char(out, ':');
    if (!canonical(out, a, members[i].value, e, depth + 1)) return false;
  }
  buf_char(out, '}');
  return true;
}

static bool canonical_array(struct buf *out, struct arena *a, const struct json *v, struct error *e, int depth) {
  buf_char(out, '[');
  for (size_t i = 0; i < v->n; i++) {
    if (i > 0) buf_char(out, ',');
    if (!canonical(out, a, v->items[i], e, depth + 1)) return false;
  }
  buf_char(out, ']');
  return true;
}

static bool canonical(struct buf *out, struct arena *a, const struct json *v, struct error *e, int depth) {
  switch (v->type) {
  case JSON_NULL:
    buf_str(out, "null");
    return true;
  case JSON_FALSE:
    buf_str(out, "false");
    return true;
  case JSON_TRUE:
    buf_str(out, "true");
    return true;
  case JSON_INT:
    buf_printf(out, "%" PRId64, v->i);
    return true;
  case JSON_STRING:
    return canonical_text(out, a, v->s, e);
  case JSON_REAL:
    return error_set(e, ERR_INPUT, "Numbers must be whole.");
  case JSON_ARRAY:
  case JSON_OBJECT:
    if (depth == DEPTH) return error_set(e, ERR_INPUT, "The JSON is nested more than %d deep.", DEPTH);
    return v->type == JSON_ARRAY ? canonical_array(out, a, v, e, depth) : canonical_object(out, a, v, e, depth);
  }
  return error_set(e, ERR_BROKEN, "A JSON value has no known type.");
}

bool json_canonical(struct buf *out, struct arena *a, const struct json *v, struct error *e) {
  return canonical(out, a, v, e, 0);
}
