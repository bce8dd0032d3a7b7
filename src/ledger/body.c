#include "ledger/body.h"

#include <string.h>

void body_open(struct body_reader *b, const void *bytes, size_t n) {
  *b = (struct body_reader){.p = bytes, .end = (const char *)bytes + n, .last = INT64_MIN};
}

static bool literal(struct body_reader *b, const char *s, size_t n) {
  if ((size_t)(b->end - b->p) < n || memcmp(b->p, s, n) != 0) return false;
  b->p += n;
  return true;
}
#define LITERAL(b, s) literal(b, s, sizeof(s) - 1)

/* Passes over a string whose opening quote has been read. */
static bool string_end(struct body_reader *b) {
  while (b->p < b->end) {
    char c = *b->p++;
    if (c == '"') return true;
    if (c == '\\') {
      if (b->p == b->end) return false;
      b->p++;
    }
  }
  return false;
}

/* Passes over an object whose opening brace has been read. */
static bool object_end(struct body_reader *b) {
  int depth = 1;
  while (b->p < b->end) {
    char c = *b->p++;
    if (c == '"') {
      if (!string_end(b)) return false;
    } else if (c == '{' || c == '[') {
      depth++;
    } else if (c == '}' || c == ']') {
      if (--depth == 0) return c == '}';
    }
  }
  return false;
}

/* Plain decimal as canonical JSON writes it: no leading zero, no plus, no minus zero. */
static bool integer(struct body_reader *b, int64_t *out) {
  bool minus = LITERAL(b, "-");
  const char *start = b->p;
  uint64_t v = 0;
  const uint64_t limit = minus ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
  while (b->p < b->end && *b->p >= '0' && *b->p <= '9') {
    uint64_t digit = (uint64_t)(*b->p - '0');
    if (v > (limit - digit) / 10) return false;
    v = v * 10 + digit;
    b->p++;
  }
  size_t digits = (size_t)(b->p - start);
  if (digits == 0 || (*start == '0' && (digits > 1 || minus))) return false;
  *out = (int64_t)(minus ? 0 - v : v);
  return true;
}

static bool name(struct body_reader *b, const char **s, size_t *n) {
  *s = b->p;
  while (b->p < b->end && (*b->p == '_' || (*b->p >= 'a' && *b->p <= 'z') || (*b->p >= '0' && *b->p <= '9'))) b->p++;
  *n = (size_t)(b->p - *s);
  return *n > 0 && LITERAL(b, "\"");
}

static bool row(struct body_reader *b, struct body_row *out) {
  out->bytes = b->p;
  if (!LITERAL(b, "{\"f\":{") || !object_end(b)) return false;
  if (!LITERAL(b, ",\"i\":") || !integer(b, &out->id)) return false;
  if (!LITERAL(b, ",\"r\":\"") || !name(b, &out->record, &out->n_record)) return false;
  if (!LITERAL(b, ",\"v\":") || !integer(b, &out->version)) return false;
  if (!LITERAL(b, "}")) return false;
  out->n = (size_t)(b->p - out->bytes);
  return out->id > b->last;
}

bool body_next(struct body_reader *b, struct body_row *out) {
  bool ok = false;
  if (b->state == BODY_START) {
    ok = LITERAL(b, "[");
  } else if (b->state == BODY_INSIDE) {
    if (LITERAL(b, "]")) {
      b->state = b->p == b->end ? BODY_DONE : BODY_BROKEN;
      return false;
    }
    ok = LITERAL(b, ",");
  } else {
    return false;
  }
  b->state = ok && row(b, out) ? BODY_INSIDE : BODY_BROKEN;
  if (b->state == BODY_INSIDE) b->last = out->id;
  return b->state == BODY_INSIDE;
}
