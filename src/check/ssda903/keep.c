#include "check/ssda903/keep.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"

bool keep_file(struct arena *a, const char *dir, const char *name, const struct part *parts, size_t n_parts,
               struct error *e) {
  const char *path = arena_printf(a, "%s/%s", dir, name), *part = arena_printf(a, "%s.part", path);
  FILE *f = fopen(part, "wbe");
  if (!f) return error_set(e, ERR_BROKEN, "cannot write %s: %s", part, strerror(errno));
  bool ok = true;
  for (size_t i = 0; i < n_parts; i++) ok = ok && fwrite(parts[i].bytes, 1, parts[i].n, f) == parts[i].n;
  ok = ok && fflush(f) == 0 && fsync(fileno(f)) == 0;
  ok = fclose(f) == 0 && ok && rename(part, path) == 0;
  if (ok) return true;
  int fault = errno;
  unlink(part);
  return error_set(e, ERR_BROKEN, "cannot write %s: %s", path, strerror(fault));
}
