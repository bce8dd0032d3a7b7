/* Any bytes as a table: read it all, write it, read that again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void must(bool condition) {
  if (!condition) abort();
}

/* What csv_write makes of the row must read as the row. */
static void read_back(struct arena *a, const struct csv *c, const struct csv_row *row) {
  struct buf b;
  struct error e;
  struct csv_row again;
  buf_init(&b, a);
  error_init(&e, a);
  const char **names = arena_alloc(a, row->n * sizeof *names);
  for (size_t i = 0; i < row->n; i++) names[i] = "name";
  csv_write(&b, names, row->n, false);
  csv_write(&b, row->cells, row->n, false);
  struct csv *second = csv_open(a, "again", b.data, b.len, &e);
  must(second && csv_columns(second) == csv_columns(c));
  must(csv_next(second, &again));
  must(again.status == CSV_OK && again.n == row->n);
  for (size_t i = 0; i < row->n; i++) must(strcmp(again.cells[i], row->cells[i]) == 0);
  must(!csv_next(second, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  struct arena *a = arena_new(), *scratch = arena_new();
  struct error e;
  struct csv_row row;
  error_init(&e, a);
  struct csv *c = csv_open(a, "input.csv", bytes, n, &e);
  must(c ? e.kind == ERR_NONE : e.kind == ERR_INPUT && e.message);
  long last_row = 1, last_line = 0;
  while (c && csv_next(c, &row)) {
    must(row.row_number > last_row && row.line > last_line && row.n == csv_columns(c));
    for (size_t i = 0; i < row.n; i++) must(text_utf8_valid(row.cells[i], strlen(row.cells[i])));
    read_back(scratch, c, &row);
    arena_reset(scratch);
    last_row = row.row_number;
    last_line = row.line;
    csv_row_check(c, &row, &e);
  }
  arena_free(scratch);
  arena_free(a);
  return 0;
}
