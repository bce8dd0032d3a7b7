#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/error.h"
#include "check/ssda903/upload.h"

struct ssda903 *ssda903_new(struct arena *a, struct place *place) {
  struct ssda903 *s = arena_alloc(a, sizeof *s);
  s->arena = a;
  s->place = place;
  s->year.start = s->year.end = DATE_NONE;
  return s;
}

void ssda903_own(struct ssda903 *s, struct arena *a) {
  s->owned = arena_grow(s->arena, s->owned, &s->cap_owned, s->n_owned + 1, sizeof *s->owned);
  s->owned[s->n_owned++] = a;
}

void ssda903_free(struct ssda903 *s) {
  for (size_t i = 0; s && i < s->n_owned; i++) arena_free(s->owned[i]);
  if (s) s->n_owned = 0;
}

void ssda903_note(struct ssda903 *s, const char *file, long row, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  s->notes = arena_grow(s->arena, s->notes, &s->cap_notes, s->n_notes + 1, sizeof *s->notes);
  s->notes[s->n_notes++] = (struct ssda903_note){file, arena_vprintf(s->arena, fmt, ap), row};
  va_end(ap);
}

/* Trimmed and upper-cased copy, NULL when nothing is left. */
static const char *tidy(struct arena *a, const char *text) {
  while (isspace((unsigned char)*text)) text++;
  size_t n = strlen(text);
  while (n && isspace((unsigned char)text[n - 1])) n--;
  if (!n) return NULL;
  char *out = arena_strndup(a, text, n);
  for (size_t i = 0; i < n; i++) out[i] = (char)toupper((unsigned char)out[i]);
  return out;
}

struct cell cell_of(struct arena *a, enum table t, int column, const char *text) {
  struct cell c = {text ? tidy(a, text) : NULL, DATE_NONE, 0};
  if (c.s && (tables[t].dates >> column & 1)) {
    c.date = strchr(c.s, '-') ? date_parse_iso(c.s) : date_parse_uk(c.s); /* the return knows no 03-09-2012 */
    c.bad = c.date == DATE_NONE;
  }
  return c;
}

static struct cell *add_row(struct ssda903 *s, struct given *g, enum table t) {
  size_t cols = (size_t)tables[t].n;
  g->cells = arena_grow(s->arena, g->cells, &g->cap, (g->n_rows + 1) * cols, sizeof *g->cells);
  struct cell *row = g->cells + g->n_rows++ * cols;
  for (size_t i = 0; i < cols; i++) row[i] = (struct cell){NULL, DATE_NONE, 0};
  return row;
}

/* The table whose columns of the file specification are all there, and with fewest left over; -1 none. */
static int table_of(const struct csv *csv) {
  int best = -1, most = 0;
  for (int t = 0; t < N_TABLES; t++) {
    int have = 0;
    for (int i = 0; i < tables[t].n_file; i++) have += csv_find(csv, tables[t].columns[i]) >= 0;
    if (have == tables[t].n_file && have > most) best = t, most = have;
  }
  return best;
}

/* The nearest table and what it lacks, for the message. */
static bool no_table(const struct csv *csv, const char *name, struct error *e) {
  int best = 0, most = -1;
  const char *lacks = "";
  for (int t = 0; t < N_TABLES; t++) {
    int have = 0;
    const char *lack = "";
    for (int i = 0; i < tables[t].n_file; i++) {
      if (csv_find(csv, tables[t].columns[i]) >= 0)
        have++;
      else
        lack = tables[t].columns[i];
    }
    if (have > most) best = t, most = have, lacks = lack;
  }
  if (most < 2)
    return error_cell(e, name, 1, NULL, NULL,
                      "the columns of one of the twelve tables of the return: this file fits none");
  return error_cell(e, name, 1, lacks, NULL,
                    arena_printf(e->arena, "the columns of %s: this one is not there", tables[best].name));
}

static void note_row(struct ssda903 *s, const char *name, const struct csv_row *row) {
  static const char *const said[] = {
      [CSV_UNTERMINATED_QUOTE] = "a quotation mark is never closed: the rest of the file was read as one cell",
      [CSV_STRAY_QUOTE] = "a quotation mark stands inside a cell",
      [CSV_TOO_MANY_CELLS] = "more cells than columns: the last were left out",
      [CSV_TOO_FEW_CELLS] = "fewer cells than columns: the missing ones are blank",
      [CSV_NUL_BYTE] = "a NUL byte: the cell was read up to it"};
  if (row->status != CSV_OK) ssda903_note(s, name, row->row_number, "%s", said[row->status]);
}

bool ssda903_add_csv(struct ssda903 *s, const char *name, const void *bytes, size_t n, bool last, struct error *e) {
  struct csv *csv = csv_open(s->arena, name, bytes, n, e);
  if (!csv) return false;
  int t = table_of(csv);
  if (t < 0) return no_table(csv, name, e);
  struct given *g = &s->given[last][t];
  if (g->there)
    return error_cell(e, name, 1, NULL, NULL,
                      arena_printf(e->arena, "one file of each table: another %s was read already", tables[t].name));
  static const char *const encodings[] = {[CSV_UTF8_BOM] = "with a byte-order mark",
                                          [CSV_UTF16LE] = "as UTF-16",
                                          [CSV_UTF16BE] = "as UTF-16",
                                          [CSV_WINDOWS_1252] = "as Windows-1252"};
  if (csv_encoding(csv) != CSV_UTF8) ssda903_note(s, name, 0, "read %s", encodings[csv_encoding(csv)]);
  int at[256];
  size_t columns = csv_columns(csv) < 256 ? csv_columns(csv) : 256;
  for (size_t i = 0; i < columns; i++) {
    at[i] = table_column((enum table)t, csv_column(csv, i));
    if (at[i] < 0)
      ssda903_note(s, name, 1, "column %s is not one of %s and was left out", csv_column(csv, i), tables[t].name);
    else
      g->has |= 1u << at[i];
  }
  g->there = true;
  long iso = 0, first_iso = 0;
  for (struct csv_row row; csv_next(csv, &row);) {
    struct cell *to = add_row(s, g, (enum table)t);
    note_row(s, name, &row);
    for (size_t i = 0; i < columns; i++) {
      if (at[i] < 0) continue;
      to[at[i]] = cell_of(s->arena, (enum table)t, at[i], row.cells[i]);
      if (has_date(to[at[i]]) && to[at[i]].s[4] == '-' && iso++ == 0) first_iso = row.row_number;
    }
  }
  if (iso)
    ssda903_note(s, name, first_iso, "%ld dates are written year-month-day; the return asks for day/month/year", iso);
  return true;
}

bool ssda903_add_rows(struct ssda903 *s, enum table t, bool last, const char *const *columns, size_t n_columns,
                      const char *const *const *rows, size_t n_rows) {
  struct given *g = &s->given[last][t];
  int *at = arena_alloc(s->arena, (n_columns + 1) * sizeof *at);
  for (size_t i = 0; i < n_columns; i++) {
    at[i] = table_column(t, columns[i]);
    if (at[i] < 0)
      ssda903_note(s, tables[t].name, 0, "column %s is not one of %s and was left out", columns[i], tables[t].name);
    else
      g->has |= 1u << at[i];
  }
  g->there = true;
  for (size_t r = 0; r < n_rows; r++) {
    struct cell *to = add_row(s, g, t);
    for (size_t i = 0; i < n_columns; i++)
      if (at[i] >= 0 && rows[r][i]) to[at[i]] = cell_of(s->arena, t, at[i], rows[r][i]);
  }
  return true;
}

size_t ssda903_notes(const struct ssda903 *s, const struct ssda903_note **out) {
  return *out = s->notes, s->n_notes;
}
size_t ssda903_children(const struct ssda903 *s) {
  return s->n_children;
}
size_t ssda903_rows(const struct ssda903 *s, enum table t, bool last) {
  return s->given[last][t].n_rows;
}
const char *ssda903_cell(const struct ssda903 *s, enum table t, bool last, uint32_t row, int column) {
  return s->given[last][t].cells[(size_t)row * (size_t)tables[t].n + (size_t)column].s;
}
