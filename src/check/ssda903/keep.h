/* keep: a file of the data folder, written beside and moved into place. Private to this folder. */
#ifndef KITH_CHECK_SSDA903_KEEP_H
#define KITH_CHECK_SSDA903_KEEP_H
#include <stdbool.h>
#include <stddef.h>
struct arena;
struct error;
struct part {
  const void *bytes;
  size_t n;
};
/* The parts one after the other as <dir>/<name>; durable when true is returned, the old file untouched when not. */
bool keep_file(struct arena *a, const char *dir, const char *name, const struct part *parts, size_t n_parts,
               struct error *e);
#endif
