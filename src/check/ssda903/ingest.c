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

void incoming_note(struct incoming *in, long row, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  in->notes = arena_grow(in->texts.arena, in->notes, &in->cap_notes, in->n_notes + 1, sizeof *in->notes);
  in->notes[in->n_notes++] = (struct ssda903_note){in->name, arena_vprintf(in->texts.arena, fmt, ap), row};
  va_end(ap);
}

static bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

void texts_init(struct texts *t, struct arena *a) {
  memset(t, 0, sizeof *t);
  t->arena = a;
}

static char *texts_room(struct texts *t, size_t n) {
  if ((size_t)(t->end - t->at) < n) {
    size_t size = n > TEXTS_CHUNK ? n : TEXTS_CHUNK;
    t->at = arena_alloc(t->arena, size);
    t->end = t->at + size;
  }
  return t->at;
}

/* Trimmed and upper-cased copy, NULL when nothing is left. Most cells of a return say what another said shortly
 * before. */
static const char *tidy(struct texts *t, const char *text) {
  while (is_blank(*text)) text++;
  size_t n = strlen(text);
  while (n && is_blank(text[n - 1])) n--;
  if (!n) return NULL;
  char *out = texts_room(t, n + 1);
  uint32_t h = 2166136261u;
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c >= 'a' && c <= 'z') c = (unsigned char)(c - 'a' + 'A');
    out[i] = (char)c;
    h = (h ^ c) * 16777619u;
  }
  out[n] = '\0';
  const char **seen = &t->seen[(h ^ h >> 15) % TEXTS_SEEN];
  if (*seen && strcmp(*seen, out) == 0) return *seen;
  t->at += n + 1;
  return *seen = out;
}

struct cell cell_of(struct texts *texts, enum table t, int column, const char *text) {
  struct cell c = {text && *text ? tidy(texts, text) : NULL, DATE_NONE, 0};
  if (c.s && (tables[t].dates >> column & 1)) {
    c.date = strchr(c.s, '-') ? date_parse_iso(c.s) : date_parse_uk(c.s); /* the return knows no 03-09-2012 */
    c.bad = c.date == DATE_NONE;
  }
  return c;
}

struct cell *incoming_row(struct arena *a, struct given *g, enum table t) {
  size_t cols = (size_t)tables[t].n;
  g->cells = arena_grow(a, g->cells, &g->cap, (g->n_rows + 1) * cols, sizeof *g->cells);
  struct cell *row = g->cells + g->n_rows++ * cols;
  for (size_t i = 0; i < cols; i++) row[i] = (struct cell){NULL, DATE_NONE, 0};
  return row;
}

static int columns_here(const struct csv *csv, int t, bool *own) {
  int have = 0;
  for (int i = 0; i < tables[t].n_file; i++) {
    if (csv_find(csv, tables[t].columns[i]) < 0) continue;
    have++;
    bool shared = strcmp(tables[t].columns[i], "CHILD") == 0 || strcmp(tables[t].columns[i], "SEX") == 0 ||
                  strcmp(tables[t].columns[i], "DOB") == 0;
    *own = *own || !shared;
  }
  return have;
}

/* The table that most of the columns are of: three quarters of it at least, and one that no other table has. -1 none.
 * */
static int table_of(const struct csv *csv) {
  int best = -1, most = 0;
  for (int t = 0; t < N_TABLES; t++) {
    bool own = false;
    int have = columns_here(csv, t, &own);
    if (own && have * 4 >= tables[t].n_file * 3 && have > most) best = t, most = have;
  }
  return best;
}

/* The nearest table and what it lacks, for the message. */
static bool no_table(const struct csv *csv, const char *name, struct error *e) {
  int best = 0, most = -1;
  for (int t = 0; t < N_TABLES; t++) {
    bool own = false;
    int have = columns_here(csv, t, &own);
    if (own && have > most) best = t, most = have;
  }
  if (most < 2)
    return error_cell(e, name, 1, NULL, NULL,
                      "the columns of one of the twelve tables of the return: this file fits none");
  struct buf lacks;
  buf_init(&lacks, e->arena);
  for (int i = 0; i < tables[best].n_file; i++)
    if (csv_find(csv, tables[best].columns[i]) < 0)
      buf_printf(&lacks, "%s%s", lacks.len ? ", " : "", tables[best].columns[i]);
  return error_cell(
      e, name, 1, NULL, NULL,
      arena_printf(e->arena, "the columns of %s: these are not there: %s", tables[best].name, buf_text(&lacks)));
}

/* A first guess at the number of rows, so that cells seldom move; a hostile file must not make it a large one. */
static size_t rows_expected(const char *bytes, size_t n) {
  size_t lines = 1;
  for (const char *p = bytes; lines < 1 << 20 && (p = memchr(p, '\n', (size_t)(bytes + n - p))); p++) lines++;
  return lines;
}

static void note_row(struct incoming *in, const struct csv_row *row) {
  static const char *const said[] = {
      [CSV_UNTERMINATED_QUOTE] = "a quotation mark is never closed: the table was read up to it",
      [CSV_STRAY_QUOTE] = "a quotation mark stands inside a cell",
      [CSV_TOO_MANY_CELLS] = "more cells than columns: the last were left out",
      [CSV_TOO_FEW_CELLS] = "fewer cells than columns: the missing ones are blank",
      [CSV_NUL_BYTE] = "a NUL byte: it was left out"};
  if (row->status == CSV_OK) return;
  if (in->faulty[row->status]++ == 0) in->first_faulty[row->status] = row->row_number;
  if (row->status == CSV_UNTERMINATED_QUOTE || in->faulty[row->status] <= NOTES_EACH)
    incoming_note(in, row->row_number, "%s", said[row->status]);
}

/* Which column of the table each column of the file is, -1 none. Of two with one name the first holds. */
static size_t match_columns(struct incoming *in, const struct csv *csv, int *at, size_t most) {
  size_t n = csv_columns(csv) < most ? csv_columns(csv) : most;
  for (size_t i = 0; i < n; i++) {
    at[i] = table_column(in->table, csv_column(csv, i));
    if (at[i] >= 0 && in->given.has & 1u << at[i]) {
      incoming_note(in, 1, "column %s stands twice: the first one was read", csv_column(csv, i));
      at[i] = -1;
    } else if (at[i] >= 0) {
      in->given.has |= 1u << at[i];
    } else if (*csv_column(csv, i)) {
      incoming_note(in, 1, "column %s is not one of %s and was left out", csv_column(csv, i), tables[in->table].name);
    }
  }
  for (int i = 0; i < tables[in->table].n_file; i++)
    if (!(in->given.has & 1u << i))
      incoming_note(in, 1, "column %s of %s is not there: it is taken as blank", tables[in->table].columns[i],
                    tables[in->table].name);
  return n;
}

static void read_rows(struct incoming *in, struct csv *csv, const int *at, size_t columns) {
  long iso = 0, first_iso = 0;
  for (struct csv_row row; csv_next(csv, &row);) {
    struct cell *to = incoming_row(in->texts.arena, &in->given, in->table);
    note_row(in, &row);
    for (size_t i = 0; i < columns; i++) {
      if (at[i] < 0) continue;
      to[at[i]] = cell_of(&in->texts, in->table, at[i], row.cells[i]);
      if (has_date(to[at[i]]) && to[at[i]].s[4] == '-' && iso++ == 0) first_iso = row.row_number;
    }
  }
  if (iso)
    incoming_note(in, first_iso, "%ld date%s written year-month-day; the return asks for day/month/year", iso,
                  iso == 1 ? " is" : "s are");
  for (int i = 0; i <= CSV_NUL_BYTE; i++)
    if (in->faulty[i] > NOTES_EACH)
      incoming_note(in, in->first_faulty[i], "%ld rows lack %s", in->faulty[i], csv_status_words((enum csv_status)i));
}

static bool incoming_csv(struct incoming *in, struct arena *a, const void *bytes, size_t n, struct error *e) {
  static const char *const encodings[] = {[CSV_UTF8_BOM] = "with a byte-order mark",
                                          [CSV_UTF16LE] = "as UTF-16",
                                          [CSV_UTF16BE] = "as UTF-16",
                                          [CSV_WINDOWS_1252] = "as Windows-1252"};
  struct csv *csv = csv_open(a, in->name, bytes, n, e);
  if (!csv) return false;
  int t = table_of(csv), at[MAX_FILE_COLUMNS];
  if (t < 0) return no_table(csv, in->name, e);
  in->table = (enum table)t;
  if (csv_encoding(csv) != CSV_UTF8) incoming_note(in, 0, "read %s", encodings[csv_encoding(csv)]);
  size_t columns = match_columns(in, csv, at, MAX_FILE_COLUMNS);
  in->given.there = true;
  in->given.cells = arena_grow(in->texts.arena, NULL, &in->given.cap, rows_expected(bytes, n) * (size_t)tables[t].n,
                               sizeof *in->given.cells);
  read_rows(in, csv, at, columns);
  return true;
}

bool incoming_read(struct incoming *in, struct arena *a, const void *bytes, size_t n, struct error *e) {
  return looks_like_xml(bytes, n) ? incoming_xml(in, a, bytes, n, e) : incoming_csv(in, a, bytes, n, e);
}

/* Rows of XML files add up: a return may be parted into several. Of CSV there is one file of each table. What an XML
 * return says nothing of is empty, but social workers and deprivation of liberty, which have files of their own. */
static bool take_xml(struct ssda903 *s, const struct incoming *in, struct error *e) {
  for (int t = 0; t < N_TABLES; t++)
    if (s->given[in->last][t].there && !s->given[in->last][t].xml)
      return error_cell(e, in->name, 1, NULL, NULL, "a return as XML or as CSV, not both: CSV files were read already");
  for (int t = 0; t < N_TABLES; t++) {
    const struct given *from = &in->all[t];
    struct given *g = &s->given[in->last][t];
    size_t cols = (size_t)tables[t].n;
    if (from->n_rows) {
      g->cells = arena_grow(s->arena, g->cells, &g->cap, (g->n_rows + from->n_rows) * cols, sizeof *g->cells);
      memcpy(g->cells + g->n_rows * cols, from->cells, from->n_rows * cols * sizeof *g->cells);
    }
    g->n_rows += from->n_rows;
    g->has |= from->has;
    g->xml = true;
    g->there = g->there || from->n_rows || (t != SW_EPISODES && t != DOLO);
  }
  s->xml[in->last] = true;
  return true;
}

static bool take_csv(struct ssda903 *s, const struct incoming *in, struct error *e) {
  struct given *g = &s->given[in->last][in->table];
  if (s->xml[in->last])
    return error_cell(e, in->name, 1, NULL, NULL, "a return as XML or as CSV, not both: XML was read already");
  if (g->there)
    return error_cell(
        e, in->name, 1, NULL, NULL,
        arena_printf(e->arena, "one file of each table: another %s was read already", tables[in->table].name));
  *g = in->given;
  return true;
}

bool ssda903_take(struct ssda903 *s, struct incoming *in, struct error *e) {
  if (in->xml ? !take_xml(s, in, e) : !take_csv(s, in, e)) return false;
  for (size_t i = 0; i < in->n_notes; i++) ssda903_note(s, in->name, in->notes[i].row, "%s", in->notes[i].text);
  return true;
}

bool ssda903_add_file(struct ssda903 *s, const char *name, const void *bytes, size_t n, bool last, struct error *e) {
  struct incoming in = {.name = name, .last = last};
  struct arena *scratch = arena_new();
  texts_init(&in.texts, s->arena);
  bool ok = incoming_read(&in, scratch, bytes, n, e) && ssda903_take(s, &in, e);
  arena_free(scratch);
  return ok;
}

bool ssda903_add_rows(struct ssda903 *s, enum table t, bool last, const char *const *columns, size_t n_columns,
                      const char *const *const *rows, size_t n_rows) {
  struct given *g = &s->given[last][t];
  struct texts texts;
  texts_init(&texts, s->arena);
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
    struct cell *to = incoming_row(s->arena, g, t);
    for (size_t i = 0; i < n_columns; i++)
      if (at[i] >= 0 && rows[r][i]) to[at[i]] = cell_of(&texts, t, at[i], rows[r][i]);
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
