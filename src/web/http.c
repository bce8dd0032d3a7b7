#include "web/http.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

struct pairs {
  struct pair *items;
  size_t n, cap;
  struct arena *arena;
};

static bool pair_add(struct pairs *p, const char *name, const char *value, size_t n) {
  if (p->n == HTTP_PAIRS_MAX) return false;
  p->items = arena_grow(p->arena, p->items, &p->cap, p->n + 1, sizeof *p->items);
  p->items[p->n++] = (struct pair){.name = name, .value = value, .n = n};
  return true;
}

static int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

static char *decode(struct arena *a, const char *s, size_t n, bool plus, size_t *length) {
  char *out = arena_alloc(a, n + 1);
  size_t w = 0;
  for (size_t i = 0; i < n; i++) {
    if (s[i] == '%' && i + 2 < n && hex(s[i + 1]) >= 0 && hex(s[i + 2]) >= 0) {
      out[w++] = (char)(hex(s[i + 1]) * 16 + hex(s[i + 2]));
      i += 2;
    } else {
      out[w++] = plus && s[i] == '+' ? ' ' : s[i];
    }
  }
  out[w] = '\0';
  *length = w;
  return out;
}

char *http_decode(struct arena *a, const char *s, size_t n, size_t *length) {
  return decode(a, s, n, false, length);
}

bool http_urlencoded(struct arena *a, const char *bytes, size_t n, const struct pair **out, size_t *count) {
  struct pairs p = {.arena = a};
  for (size_t at = 0; at < n;) {
    const char *start = bytes + at, *end = memchr(start, '&', n - at);
    size_t len = end ? (size_t)(end - start) : n - at;
    at += len + 1;
    if (len == 0) continue;
    const char *eq = memchr(start, '=', len);
    size_t name_n = eq ? (size_t)(eq - start) : len, value_n = eq ? len - name_n - 1 : 0;
    char *name = decode(a, start, name_n, true, &name_n);
    char *value = decode(a, eq ? eq + 1 : "", value_n, true, &value_n);
    if (!pair_add(&p, name, value, value_n)) return false;
  }
  *out = p.items;
  *count = p.n;
  return true;
}

/* A parameter of a header value: name="quoted \" text" or name=token; NULL when absent. */
static char *parameter(struct arena *a, const char *header, size_t n, const char *name) {
  size_t name_n = strlen(name), at = 0;
  while (at < n && header[at] != ';') at++;
  while (at < n) {
    at++; /* the semicolon */
    while (at < n && (header[at] == ' ' || header[at] == '\t')) at++;
    bool mine = n - at > name_n && strncasecmp(header + at, name, name_n) == 0 && header[at + name_n] == '=';
    while (at < n && header[at] != '=' && header[at] != ';') at++;
    if (at >= n || header[at] == ';') continue;
    at++;
    struct buf value;
    buf_init(&value, a);
    if (at < n && header[at] == '"') {
      for (at++; at < n && header[at] != '"'; at++) {
        if (header[at] == '\\' && at + 1 < n && (header[at + 1] == '"' || header[at + 1] == '\\')) at++;
        buf_char(&value, header[at]);
      }
      while (at < n && header[at] != ';') at++;
    } else {
      for (; at < n && header[at] != ';' && header[at] != ' ' && header[at] != '\t'; at++) buf_char(&value, header[at]);
      while (at < n && header[at] != ';') at++;
    }
    if (mine) return arena_strdup(a, buf_text(&value));
  }
  return NULL;
}

/* One header line of a part, when it is the one asked for. */
static bool header_is(const char *line, size_t n, const char *name, const char **value, size_t *value_n) {
  size_t len = strlen(name);
  if (n <= len || strncasecmp(line, name, len) != 0 || line[len] != ':') return false;
  size_t at = len + 1;
  while (at < n && (line[at] == ' ' || line[at] == '\t')) at++;
  *value = line + at;
  *value_n = n - at;
  return true;
}

static bool part_add(struct pairs *p, const char *head, size_t head_n, const char *body, size_t body_n) {
  struct arena *a = p->arena;
  char *name = NULL, *filename = NULL, *type = NULL;
  for (size_t at = 0; at < head_n;) {
    const char *line = head + at, *end = memmem(line, head_n - at, "\r\n", 2);
    size_t n = end ? (size_t)(end - line) : head_n - at, value_n;
    const char *value;
    at += n + 2;
    if (header_is(line, n, "content-disposition", &value, &value_n)) {
      name = parameter(a, value, value_n, "name");
      filename = parameter(a, value, value_n, "filename");
    } else if (header_is(line, n, "content-type", &value, &value_n)) {
      type = arena_strndup(a, value, value_n);
    }
  }
  if (!name) return false;
  char *copy = arena_alloc(a, body_n + 1);
  memcpy(copy, body, body_n);
  if (!pair_add(p, name, copy, body_n)) return false;
  if (!filename) return true;
  /* Some browsers send a path: only the last part is a name. */
  for (char *c = filename; *c; c++)
    if (*c == '/' || *c == '\\') filename = c + 1;
  if (!type) type = "application/octet-stream";
  return pair_add(p, arena_printf(a, "%s:filename", name), filename, strlen(filename)) &&
         pair_add(p, arena_printf(a, "%s:type", name), type, strlen(type));
}

bool http_multipart(struct arena *a, const char *content_type, const char *bytes, size_t n, const struct pair **out,
                    size_t *count) {
  struct pairs p = {.arena = a};
  char *boundary = parameter(a, content_type, strlen(content_type), "boundary");
  if (!boundary || !*boundary || strlen(boundary) > 200) return false;
  const char *mark = arena_printf(a, "--%s", boundary), *between = arena_printf(a, "\r\n--%s", boundary);
  size_t mark_n = strlen(mark), between_n = mark_n + 2;
  const char *at = memmem(bytes, n, mark, mark_n), *end = bytes + n;
  if (!at) return false;
  for (at += mark_n;;) {
    if (end - at >= 2 && memcmp(at, "--", 2) == 0) break;
    if (end - at < 2 || memcmp(at, "\r\n", 2) != 0) return false;
    const char *stop = memmem(at, (size_t)(end - at), between, between_n);
    const char *blank = memmem(at, (size_t)(end - at), "\r\n\r\n", 4);
    if (!stop || !blank || blank + 4 > stop + 2) return false;
    const char *body = blank + 4;
    size_t body_n = stop > body ? (size_t)(stop - body) : 0;
    if (!part_add(&p, at + 2, (size_t)(blank - at - 2 > 0 ? blank - at - 2 : 0), body, body_n)) return false;
    at = stop + between_n;
  }
  *out = p.items;
  *count = p.n;
  return true;
}

void http_cookies(struct arena *a, const char *header, const struct pair **out, size_t *count) {
  struct pairs p = {.arena = a};
  const char *s = header ? header : "";
  while (*s) {
    while (*s == ' ' || *s == '\t' || *s == ';') s++;
    const char *end = s + strcspn(s, ";"), *eq = memchr(s, '=', (size_t)(end - s));
    if (eq && eq > s) {
      const char *v = eq + 1, *stop = end;
      while (stop > v && (stop[-1] == ' ' || stop[-1] == '\t')) stop--;
      if (stop - v >= 2 && *v == '"' && stop[-1] == '"') v++, stop--;
      if (!pair_add(&p, arena_strndup(a, s, (size_t)(eq - s)), arena_strndup(a, v, (size_t)(stop - v)),
                    (size_t)(stop - v)))
        break;
    }
    s = end;
  }
  *out = p.items;
  *count = p.n;
}

char *http_path(struct arena *a, const char *raw) {
  size_t n;
  if (!raw || raw[0] != '/') return NULL;
  char *path = decode(a, raw, strlen(raw), false, &n);
  if (!text_utf8_valid(path, n)) return NULL;
  for (size_t i = 0; i < n; i++)
    if ((unsigned char)path[i] < 0x20 || path[i] == 0x7f) return NULL;
  return path;
}

const struct pair *http_find(const struct pair *pairs, size_t n, const char *name) {
  for (size_t i = 0; i < n; i++)
    if (strcmp(pairs[i].name, name) == 0) return &pairs[i];
  return NULL;
}

const char *http_media_type(struct arena *a, const char *header) {
  if (!header) return "";
  size_t n = strcspn(header, "; \t");
  char *type = arena_strndup(a, header, n);
  for (char *c = type; *c; c++)
    if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
  return type;
}

/* Is this a quality of nought: "0", "0.", "0.000"? */
static bool zero_quality(const char *s) {
  if (*s++ != '0') return false;
  if (*s == '.') s++;
  while (*s == '0') s++;
  return *s == '\0' || *s == ',' || *s == ' ';
}

bool http_takes_gzip(const char *header) {
  for (const char *s = header; s && *s;) {
    while (*s == ' ' || *s == '\t' || *s == ',') s++;
    size_t n = strcspn(s, ",");
    if (strncasecmp(s, "gzip", 4) == 0 && (s[4] == '\0' || strchr(",; \t", s[4]))) {
      const char *q = memmem(s, n, "q=", 2);
      return !q || !zero_quality(q + 2);
    }
    s += n;
  }
  return false;
}

bool http_etag_listed(const char *header, const char *etag) {
  size_t len = strlen(etag);
  for (const char *s = header; s && *s;) {
    while (*s == ' ' || *s == '\t' || *s == ',') s++;
    if (*s == '*') return true;
    if (strncmp(s, "W/", 2) == 0) s += 2;
    if (strncmp(s, etag, len) == 0 && (s[len] == '\0' || strchr(", \t", s[len]))) return true;
    if (*s == '"') {
      const char *close = strchr(s + 1, '"');
      if (!close) return false;
      s = close + 1;
    } else {
      s += strcspn(s, ",");
    }
  }
  return false;
}

const char *http_reason(int status) {
  switch (status) {
  case 400:
    return "Bad Request";
  case 401:
    return "Unauthorized";
  case 403:
    return "Forbidden";
  case 404:
    return "Not Found";
  case 405:
    return "Method Not Allowed";
  case 412:
    return "Precondition Failed";
  case 413:
    return "Content Too Large";
  case 415:
    return "Unsupported Media Type";
  case 422:
    return "Unprocessable Content";
  case 428:
    return "Precondition Required";
  case 429:
    return "Too Many Requests";
  case 500:
    return "Internal Server Error";
  case 503:
    return "Service Unavailable";
  default:
    return "OK";
  }
}
