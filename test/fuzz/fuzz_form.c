/* Everything that a browser's bytes become: the first byte chooses what the rest is. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "web/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct pair *p, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!p[i].name || p[i].value[p[i].n] != '\0' || !http_find(p, n, p[i].name)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char type[] = "multipart/form-data; boundary=b";
  const struct pair *p = NULL;
  size_t n = 0;
  struct error e;
  if (size == 0) return 0;
  struct arena *a = arena_new();
  error_init(&e, a);
  const char *bytes = (const char *)data + 1, *text = arena_strndup(a, bytes, size - 1);
  size--;
  switch (data[0] % 6) {
  case 0:
    if (http_urlencoded(a, bytes, size, &p, &n)) check(p, n);
    break;
  case 1:
    if (http_multipart(a, type, bytes, size, &p, &n)) check(p, n);
    break;
  case 2: { /* the content type is the first line */
    const char *end = memchr(bytes, '\n', size);
    size_t head = end ? (size_t)(end - bytes) : size;
    if (http_multipart(a, arena_strndup(a, bytes, head), end ? end + 1 : "", end ? size - head - 1 : 0, &p, &n))
      check(p, n);
    break;
  }
  case 3:
    http_cookies(a, text, &p, &n);
    check(p, n);
    break;
  case 4:
    http_path(a, text);
    http_media_type(a, text);
    http_takes_gzip(text);
    http_etag_listed(text, "\"b\"");
    break;
  default:
    json_parse(a, bytes, size, &e);
  }
  arena_free(a);
  return 0;
}
