#include "kith/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/text.h"

static const char *const known[] = {"db", "model", "listen", "tls-cert", "tls-key", "trusted-proxy", "readers"};

static bool is_known(const char *key) {
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (strcmp(key, known[i]) == 0) return true;
  }
  return false;
}

const char *folder_setting(const struct folder *f, const char *key) {
  for (size_t i = 0; i < f->n; i++) {
    if (strcmp(f->keys[i], key) == 0) return f->values[i];
  }
  return NULL;
}

bool folder_parse(struct arena *a, const char *name, const char *bytes, size_t n, struct folder *out, struct error *e) {
  if (!text_utf8_valid(bytes, n)) return error_set(e, ERR_INPUT, "%s is not text in UTF-8.", name);
  const char **keys = NULL, **values = NULL;
  size_t cap_keys = 0, cap_values = 0;
  const char *p = bytes, *end = bytes + n;
  bool ok = true;
  out->n = 0;
  for (long line = 1; p < end; line++) {
    const char *stop = memchr(p, '\n', (size_t)(end - p));
    if (!stop) stop = end;
    const char *text = text_trim(a, arena_strndup(a, p, (size_t)(stop - p)));
    p = stop + 1;
    if (!*text || *text == '#') continue;
    const char *equals = strchr(text, '=');
    const char *key = text_trim(a, arena_strndup(a, text, equals ? (size_t)(equals - text) : strlen(text)));
    if (!equals) {
      ok = error_cell(e, name, line, NULL, key, "key = value");
    } else if (!is_known(key)) {
      ok = error_cell(e, name, line, NULL, key, "db, model, listen, tls-cert, tls-key, trusted-proxy or readers");
    } else if (folder_setting(out, key)) {
      ok = error_cell(e, name, line, key, key, "each setting once");
    } else {
      keys = arena_grow(a, keys, &cap_keys, out->n + 1, sizeof *keys);
      values = arena_grow(a, values, &cap_values, out->n + 1, sizeof *values);
      keys[out->n] = key;
      values[out->n++] = text_trim(a, arena_strdup(a, equals + 1));
      out->keys = keys;
      out->values = values;
    }
  }
  return ok;
}

static bool read_conf(struct arena *a, struct folder *f, struct error *e) {
  const char *path = arena_printf(a, "%s/kith.conf", f->path), *bytes;
  size_t n;
  f->made = access(path, F_OK) == 0;
  if (!f->made) return true;
  return file_read(a, path, 1 << 20, &bytes, &n, e) && folder_parse(a, path, bytes, n, f, e);
}

static bool fault(struct error *e, const char *doing, const char *path) {
  return error_set(e, ERR_BROKEN, "Cannot %s %s: %s.", doing, path, strerror(errno));
}

static bool make_dir(const char *path, struct error *e) {
  return mkdir(path, 0700) == 0 || errno == EEXIST || fault(e, "make", path);
}

/* A name in a folder is durable when the folder is. */
static bool sync_dir(const char *path) {
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool ok = fd >= 0 && fsync(fd) == 0;
  if (fd >= 0) close(fd);
  return ok;
}

/* Whole and durable before it has its name. */
static bool write_file(struct arena *a, const char *dir, const char *name, const void *bytes, size_t n,
                       struct error *e) {
  const char *path = arena_printf(a, "%s/%s", dir, name), *part = arena_printf(a, "%s.new", path);
  unlink(part);
  int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return fault(e, "make", part);
  bool ok = write(fd, bytes, n) == (ssize_t)n && fsync(fd) == 0;
  ok = close(fd) == 0 && ok;
  ok = ok && rename(part, path) == 0 && sync_dir(dir);
  return ok || fault(e, "write", path);
}

static bool read_key(struct folder *f, const char *path, struct error *e) {
  struct stat st;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fault(e, "read", path);
  bool stated = fstat(fd, &st) == 0, whole = read(fd, f->secret, sizeof f->secret) == (ssize_t)sizeof f->secret;
  close(fd);
  if (!stated || !whole || st.st_size != (off_t)sizeof f->secret) {
    return error_set(e, ERR_BROKEN, "%s is not a key that Kith made. Restore it from a backup.", path);
  }
  if (st.st_mode & 077) {
    return error_set(e, ERR_BROKEN, "%s can be read by other users of this machine. Run: chmod 600 %s", path, path);
  }
  unsigned char seed[crypto_sign_SEEDBYTES], secret[crypto_sign_SECRETKEYBYTES];
  crypto_sign_ed25519_sk_to_seed(seed, f->secret);
  crypto_sign_seed_keypair(f->public, secret, seed);
  bool whole_pair = sodium_memcmp(secret, f->secret, sizeof secret) == 0;
  sodium_memzero(seed, sizeof seed);
  sodium_memzero(secret, sizeof secret);
  return whole_pair || error_set(e, ERR_BROKEN, "%s is damaged. Restore it from a backup.", path);
}

static bool make_key(struct arena *a, struct folder *f, const char *dir, struct random *r, struct error *e) {
  unsigned char seed[crypto_sign_SEEDBYTES];
  random_bytes(r, seed, sizeof seed);
  crypto_sign_seed_keypair(f->public, f->secret, seed);
  sodium_memzero(seed, sizeof seed);
  char hex[2 * sizeof f->public + 1];
  const char *text = arena_printf(a, "%s\n", sodium_bin2hex(hex, sizeof hex, f->public, sizeof f->public));
  return make_dir(dir, e) && write_file(a, dir, "ledger.pub", text, strlen(text), e) &&
         write_file(a, dir, "ledger.key", f->secret, sizeof f->secret, e);
}

bool folder_open(struct arena *a, const char *path, bool create, struct random *r, struct folder *out,
                 struct error *e) {
  *out = (struct folder){.path = arena_strdup(a, path)};
  if (!read_conf(a, out, e)) return false;
  if (!out->made && !create) {
    return error_set(e, ERR_NOT_FOUND,
                     "%s is not a Kith data folder. Make one with kith init, or name another with --data.", path);
  }
  if (create && !make_dir(path, e)) return false;
  const char *dir = arena_printf(a, "%s/keys", path), *key = arena_printf(a, "%s/ledger.key", dir);
  if (access(key, F_OK) == 0) return read_key(out, key, e);
  if (out->made) {
    return error_set(e, ERR_BROKEN,
                     "The key %s is missing. Restore it from a backup: without it no signed head can be trusted.", key);
  }
  return make_key(a, out, dir, r, e);
}

bool folder_made(struct arena *a, const struct folder *f, const char *db, const char *overlay, struct error *e) {
  struct buf b;
  buf_init(&b, a);
  buf_str(&b, "# Settings of this Kith installation; flags and environment come before them. See kith --help.\n");
  if (db) buf_printf(&b, "db = %s\n", db);
  if (overlay) buf_printf(&b, "model = %s\n", overlay);
  return write_file(a, f->path, "kith.conf", buf_text(&b), b.len, e);
}
