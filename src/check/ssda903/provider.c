#include "check/ssda903/provider.h"

#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/error.h"
#include "check/ssda903/keep.h"
#include "check/ssda903/xlsx.h"

enum { TITLE_LINES = 20 };

/* Where the line that names the columns begins; 0 when none of the first lines holds URN as a cell. */
static size_t header_at(const char *s, size_t n) {
  size_t at = 0;
  for (int line = 0; line < TITLE_LINES && at < n; line++) {
    const char *end = memchr(s + at, '\n', n - at);
    size_t length = end ? (size_t)(end - s) - at : n - at;
    for (size_t i = at; i + 3 <= at + length; i++) {
      bool starts = i == at || s[i - 1] == ',' || s[i - 1] == '"';
      bool ends = i + 3 == n || strchr(",\"\r\n", s[i + 3]) != NULL;
      if (starts && ends && memcmp(s + i, "URN", 3) == 0) return at;
    }
    at += length + 1;
  }
  return 0;
}

bool providers_read(struct arena *a, const struct place *p, const char *name, const void *bytes, size_t n,
                    struct provider **list, size_t *count, struct error *e) {
  if (xlsx_is(bytes, n)) {
    struct buf sheet;
    buf_init(&sheet, a);
    if (!xlsx_to_csv(a, name, bytes, n, "URN", &sheet, e)) return false;
    bytes = buf_text(&sheet), n = sheet.len;
  }
  size_t skip = header_at(bytes, n), cap = 0;
  struct csv *csv = csv_open(a, name, (const char *)bytes + skip, n - skip, e);
  if (!csv) return false;
  if (csv_find(csv, "URN") < 0) return error_cell(e, name, 1, "URN", NULL, "this column is needed and is not there");
  *list = arena_grow(a, NULL, &cap, 1, sizeof **list);
  *count = 0;
  for (struct csv_row row; csv_next(csv, &row);) {
    const char *cells[PROVIDER_COLUMNS] = {0};
    for (size_t i = 0; i < row.n; i++) {
      int at = provider_column(csv_column(csv, i));
      if (at >= 0) cells[at] = row.cells[i];
    }
    *list = arena_grow(a, *list, &cap, *count + 1, sizeof **list);
    (*list)[*count] = provider_of(a, p, cells);
    *count += (*list)[*count].urn != NULL;
  }
  return true;
}

bool providers_load(struct place *p, struct arena *a, const char *path, struct error *e) {
  const char *bytes;
  size_t n, count;
  struct provider *list;
  return file_read(a, path, 0, &bytes, &n, e) && providers_read(a, p, path, bytes, n, &list, &count, e) &&
         place_set_providers(p, list, count);
}

bool place_make_providers(const char *path, const char *data_dir, int64_t *n, struct arena *a, struct error *e) {
  const char *bytes;
  size_t size, count;
  struct provider *list;
  if (!file_read(a, path, 0, &bytes, &size, e) ||
      !providers_read(a, place_none(a), path, bytes, size, &list, &count, e))
    return false;
  if (!count) return error_set(e, ERR_INPUT, "%s holds no providers", path);
  *n = (int64_t)count;
  return keep_file(a, data_dir, "providers.kith", &(struct part){bytes, size}, 1, e); /* as given: CSV or a workbook */
}
