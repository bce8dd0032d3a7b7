/* json: a small immutable tree in an arena. Parsing by jansson at the edge (duplicate keys refused, depth <= 64);
 * numbers are 64-bit integers only where canonical form is asked for.
 *
 * Canonical form (settled, never to change: hashes depend on it): UTF-8, strings NFC, object keys sorted by bytes, no
 * white space, integers in plain decimal, no reals, escapes only \" \\ \b \f \n \r \t and \u00XX (lower-case hex) for
 * other controls below U+0020; everything from U+007F on stands as itself. */
#ifndef KITH_BASE_JSON_H
#define KITH_BASE_JSON_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
struct arena;
struct buf;
struct error;

enum json_type { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_INT, JSON_REAL, JSON_STRING, JSON_ARRAY, JSON_OBJECT };
struct json {
  enum json_type type;
  int64_t i;                       /* JSON_INT */
  double d;                        /* JSON_REAL: only ever from outside; canonical writing refuses it */
  const char *s;                   /* JSON_STRING, NUL-terminated */
  size_t n;                        /* length of string, count of items or members */
  const struct json *const *items; /* JSON_ARRAY; values of JSON_OBJECT */
  const char *const *keys;         /* JSON_OBJECT, in the order given */
};
/* Any JSON value, UTF-8 without byte-order mark and without NUL; else NULL and ERR_INPUT with line and character. */
const struct json *json_parse(struct arena *a, const void *bytes, size_t n, struct error *e);
const struct json *json_get(const struct json *o, const char *key); /* NULL when absent or o is not an object */
const char *json_text(const struct json *v);                        /* NULL when not a string */
bool json_int(const struct json *v, int64_t *out);

/* Streaming writer; canonical when keys are given sorted and texts are NFC. Who needs canonical bytes sets canonical
 * after json_begin, and an unsorted key then fails an assertion in debug builds. At most 64 deep. Strings must be
 * UTF-8. */
struct json_writer {
  struct buf *out;
  bool first[66];
  int depth;
  bool canonical;
  size_t key_at[66], key_n[66]; /* where in out the last key at each depth stands */
};
void json_begin(struct json_writer *w, struct buf *out);
/* libjansson has functions of these two names; hidden, ours cannot take their place inside the library. */
__attribute__((visibility("hidden"))) void json_object(struct json_writer *w);
void json_end_object(struct json_writer *w);
__attribute__((visibility("hidden"))) void json_array(struct json_writer *w);
void json_end_array(struct json_writer *w);
void json_key(struct json_writer *w, const char *key);
void json_put_text(struct json_writer *w, const char *s); /* NULL writes null */
void json_put_int(struct json_writer *w, int64_t i);
void json_put_bool(struct json_writer *w, bool b);
void json_put_null(struct json_writer *w);
void json_put_raw(struct json_writer *w, const char *json); /* already JSON */
/* Canonical bytes of a tree (sorts keys, NFC), appended to out; false with ERR_INPUT on a real, on text that is not
 * UTF-8 and on keys of one object that are the same in NFC. a is for scratch. */
bool json_canonical(struct buf *out, struct arena *a, const struct json *v, struct error *e);
void json_escape(struct buf *out, const char *s); /* with quotes */
#endif
