#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/error.h"

enum { STEP = 1 << 16 };

/* Reads to the end, also what has no size beforehand (a pipe) or grows meanwhile. */
static bool read_all(int fd, struct arena *a, const char *path, size_t expected, size_t limit, struct buf *out,
                     struct error *e) {
  size_t cap = expected + 1; /* a byte more, so that the end is seen without another step */
  char *bytes = arena_alloc(a, cap);
  size_t n = 0;
  for (;;) {
    if (n == cap) bytes = arena_grow(a, bytes, &cap, n + STEP, 1);
    ssize_t got = read(fd, bytes + n, cap - n);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return error_set(e, ERR_INPUT, "%s cannot be read: %s.", path, strerror(errno));
    if (got == 0) break;
    n += (size_t)got;
    if (n > limit) return error_set(e, ERR_INPUT, "%s is larger than the %zu bytes allowed.", path, limit);
  }
  *out = (struct buf){.arena = a, .data = bytes, .len = n, .cap = cap};
  return true;
}

bool file_read(struct arena *a, const char *path, size_t limit, const char **bytes, size_t *n, struct error *e) {
  if (limit == 0) limit = (size_t)UINT32_MAX + 1;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return error_set(e, ERR_INPUT, "%s cannot be opened: %s.", path, strerror(errno));
  struct stat st;
  bool ok;
  if (fstat(fd, &st) < 0 || S_ISDIR(st.st_mode)) {
    ok = error_set(e, ERR_INPUT, "%s is not a file.", path);
  } else if (st.st_size > 0 && (uint64_t)st.st_size > limit) {
    ok = error_set(e, ERR_INPUT, "%s is larger than the %zu bytes allowed.", path, limit);
  } else {
    struct buf read_bytes;
    size_t expected = st.st_size > 0 ? (size_t)st.st_size : STEP;
    ok = read_all(fd, a, path, expected, limit, &read_bytes, e);
    if (ok) {
      *n = read_bytes.len;
      *bytes = buf_text(&read_bytes);
    }
  }
  close(fd);
  return ok;
}
