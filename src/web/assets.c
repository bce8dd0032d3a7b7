#include "web/assets.h"

#include <limits.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/error.h"
#include "web/http.h"

struct asset {
  const char *logical, *url, *type, *etag, *bytes, *gzip;
  size_t n, n_gzip;
};
struct assets {
  struct asset *items;
  size_t n, cap;
};

static const char *type_of(const char *file) {
  static const struct {
    const char *ending, *type;
  } types[] = {
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".txt", "text/plain; charset=utf-8"},
  };
  size_t n = strlen(file);
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    size_t k = strlen(types[i].ending);
    if (n > k && strcmp(file + n - k, types[i].ending) == 0) return types[i].type;
  }
  return "application/octet-stream";
}

static bool hash_matches(const char *bytes, size_t n, const char *hex) {
  unsigned char hash[crypto_hash_sha256_BYTES];
  char text[crypto_hash_sha256_BYTES * 2 + 1];
  crypto_hash_sha256(hash, (const unsigned char *)bytes, n);
  sodium_bin2hex(text, sizeof text, hash, sizeof hash);
  return strcmp(text, hex) == 0;
}

static bool add(struct arena *a, struct assets *s, const char *dir, const char *logical, const char *file,
                const char *hash, struct error *e) {
  struct asset x = {.logical = logical, .type = type_of(file)};
  if (strchr(file, '/') || !file_read(a, arena_printf(a, "%s/%s", dir, file), 64 << 20, &x.bytes, &x.n, e))
    return error_set(e, ERR_INPUT, "assets: %s is named in manifest.tsv but cannot be read; run script/build", file);
  if (!hash_matches(x.bytes, x.n, hash))
    return error_set(e, ERR_INPUT, "assets: %s is not the file that manifest.tsv describes; run script/build", file);
  struct error absent;
  error_init(&absent, a);
  if (!file_read(a, arena_printf(a, "%s/%s.gz", dir, file), 64 << 20, &x.gzip, &x.n_gzip, &absent)) x.gzip = NULL;
  x.url = arena_printf(a, "/assets/%s", file);
  x.etag = arena_printf(a, "\"%.16s\"", hash);
  s->items = arena_grow(a, s->items, &s->cap, s->n + 1, sizeof *s->items);
  s->items[s->n++] = x;
  return true;
}

static const char *usual_dir(struct arena *a) {
  const char *named = getenv("KITH_ASSETS");
  char exe[PATH_MAX];
  ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
  if (named && *named) return named;
  if (n > 0) {
    exe[n] = '\0';
    *strrchr(exe, '/') = '\0';
    const char *beside = arena_printf(a, "%s/../share/kith/assets", exe);
    if (access(beside, R_OK) == 0) return beside;
  }
  return KITH_SOURCE_ASSETS;
}

bool assets_load(struct arena *a, const char *dir, const struct assets **out, struct error *e) {
  struct assets *s = arena_alloc(a, sizeof *s);
  const char *bytes;
  size_t n;
  *out = s;
  if (!dir) dir = usual_dir(a);
  if (!*dir) return true;
  if (!file_read(a, arena_printf(a, "%s/manifest.tsv", dir), 1 << 20, &bytes, &n, e))
    return error_set(e, ERR_INPUT, "assets: there is no manifest.tsv in %s; run script/build", dir);
  char *text = arena_strndup(a, bytes, n), *rest = text;
  for (char *line; (line = strsep(&rest, "\n"));) {
    if (!*line) continue;
    char *logical = strsep(&line, "\t"), *file = strsep(&line, "\t"), *hash = strsep(&line, "\t");
    if (!file || !hash) return error_set(e, ERR_INPUT, "assets: a line of manifest.tsv has fewer than three columns");
    if (!add(a, s, dir, logical, file, hash, e)) return false;
  }
  return true;
}

const char *assets_url(const struct assets *s, const char *logical) {
  for (size_t i = 0; i < s->n; i++)
    if (strcmp(s->items[i].logical, logical) == 0) return s->items[i].url;
  return NULL;
}

void assets_get(const struct assets *s, const char *path, const char *if_none_match, const char *accept_encoding,
                struct asset_answer *out) {
  *out = (struct asset_answer){.status = 404, .type = "text/plain; charset=utf-8", .bytes = "Not found\n", .n = 10};
  for (size_t i = 0; i < s->n; i++) {
    const struct asset *x = &s->items[i];
    if (strcmp(x->url, path) != 0) continue;
    bool gzip = x->gzip && http_takes_gzip(accept_encoding), known = http_etag_listed(if_none_match, x->etag);
    out->status = known ? 304 : 200;
    out->type = x->type;
    out->etag = x->etag;
    out->gzip = gzip && !known;
    out->bytes = known ? "" : gzip ? x->gzip : x->bytes;
    out->n = known ? 0 : gzip ? x->n_gzip : x->n;
    return;
  }
}
