/* Where the shipped model is: named, or beside the program, or in the source tree that it was built from. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kith/assemble.h"

static bool holds_model(struct arena *a, const char *dir) {
  return access(arena_printf(a, "%s/roles.yaml", dir), R_OK) == 0;
}

static const char *beside_program(struct arena *a) {
  char exe[PATH_MAX];
  ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
  if (n <= 0) return NULL;
  exe[n] = '\0';
  char *slash = strrchr(exe, '/');
  if (!slash) return NULL;
  *slash = '\0';
  return arena_printf(a, "%s/../share/kith/model", exe);
}

const char *model_dir(struct arena *a, const char *named, struct error *e) {
  const char *env = getenv("KITH_MODEL");
  if (!named && env && *env) named = env;
  if (named) {
    if (holds_model(a, named)) return named;
    error_set(e, ERR_NOT_FOUND, "%s holds no model (no roles.yaml in it).", named);
    return NULL;
  }
  const char *beside = beside_program(a);
  if (beside && holds_model(a, beside)) return beside;
  if (holds_model(a, KITH_SOURCE_MODEL)) return KITH_SOURCE_MODEL;
  error_set(e, ERR_NOT_FOUND, "The shipped model is not beside the program. Say where it is with KITH_MODEL=DIR.");
  return NULL;
}
