/* The files of a return, read from disk. */
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/error.h"
#include "check/ssda903/upload.h"

/* What stands in the way of a file, as a note: the rest of the return is checked all the same. */
static void note_error(struct ssda903 *s, const char *file, const struct error *e) {
  const struct error_item *it = e->n_items ? &e->items[0] : NULL;
  const char *expected = it && it->expected ? it->expected : NULL;
  if (expected)
    ssda903_note(s, file, it->row, "not read: expected %s", expected);
  else
    ssda903_note(s, file, 0, "not read: %s", e->message ? e->message : error_kind_name(e->kind));
}

bool ssda903_add_files(struct ssda903 *s, const struct ssda903_file *files, size_t n, struct error *e) {
  for (size_t i = 0; i < n; i++) {
    const char *bytes;
    size_t size;
    struct error mine;
    error_init(&mine, s->arena);
    if (!file_read(s->arena, files[i].path, 0, &bytes, &size, e)) return false;
    if (!ssda903_add_csv(s, files[i].name, bytes, size, files[i].last, &mine)) note_error(s, files[i].name, &mine);
  }
  return true;
}
