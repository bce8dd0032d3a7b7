#include "base/csv.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv_decode.h"
#include "base/error.h"
#include "base/text.h"

struct csv {
  struct arena *arena;
  const char *name;
  enum csv_encoding encoding;
  char separator;
  bool stops[256]; /* bytes that end a run of ordinary ones outside quotes */
  const char *at, *end;
  long line, row; /* physical line and record number at the cursor */
  const char **columns;
  size_t n_columns, n_named; /* n_named: up to the last column that has a name */
  /* The record being read. Cells are kept by place while the scratch may still move. */
  char *scratch;
  size_t used, cap;
  size_t *starts;
  size_t n_cells, cap_cells;
  const char **cells;
  size_t cap_pointers;
  enum csv_status status;
  long quote_line; /* line of the quote that was never closed */
};

enum csv_encoding csv_encoding(const struct csv *c) {
  return c->encoding;
}
char csv_separator(const struct csv *c) {
  return c->separator;
}
size_t csv_columns(const struct csv *c) {
  return c->n_columns;
}
const char *csv_column(const struct csv *c, size_t i) {
  return i < c->n_columns ? c->columns[i] : NULL;
}

/* Room in scratch for n more bytes and the NUL after them. */
static void room(struct csv *c, size_t n) {
  if (c->cap - c->used < n + 1) c->scratch = arena_grow(c->arena, c->scratch, &c->cap, c->used + n + 1, 1);
}

static void keep(struct csv *c, const char *p, size_t n) {
  room(c, n);
  memcpy(c->scratch + c->used, p, n);
  c->used += n;
}

static void flag(struct csv *c, enum csv_status s) {
  if (c->status == CSV_OK) c->status = s;
}

/* Counts a line end at the cursor and passes it: CRLF, LF or CR. */
static void pass_line_end(struct csv *c) {
  if (*c->at == '\r' && c->at + 1 < c->end && c->at[1] == '\n') c->at++;
  c->at++;
  c->line++;
}

/* Line ends inside a quoted run, for the numbers shown to people. */
static long lines_in(const char *p, size_t n) {
  long lines = 0;
  for (size_t i = 0; i < n; i++)
    if (p[i] == '\n' || (p[i] == '\r' && (i + 1 == n || p[i + 1] != '\n'))) lines++;
  return lines;
}

/* The cursor stands after an opening quote; leaves it after the closing one. A quote that never closes would take the
 * rest of the file with it: its cell ends with its line, and the table ends there. */
static void read_quoted(struct csv *c) {
  const long opened = c->line;
  const size_t began = c->used;
  for (;;) {
    const char *quote = memchr(c->at, '"', (size_t)(c->end - c->at));
    size_t n = (size_t)((quote ? quote : c->end) - c->at);
    keep(c, c->at, n);
    c->line += lines_in(c->at, n);
    c->at += n;
    if (!quote) break;
    c->at++;
    if (c->at == c->end || *c->at != '"') return;
    keep(c, "\"", 1);
    c->at++;
  }
  c->status = CSV_UNTERMINATED_QUOTE;
  c->quote_line = opened;
  const char *line_end = c->scratch + began;
  while (line_end < c->scratch + c->used && *line_end != '\n' && *line_end != '\r') line_end++;
  c->used = (size_t)(line_end - c->scratch);
}

/* Leaves NUL bytes out of the cell that began there. */
static void drop_nul(struct csv *c, size_t began) {
  size_t kept = began;
  for (size_t i = began; i < c->used; i++)
    if (c->scratch[i] != '\0') c->scratch[kept++] = c->scratch[i];
  if (kept < c->used) flag(c, CSV_NUL_BYTE);
  c->used = kept;
}

/* The part of a cell outside quotes, up to its separator, its line end or the end, where the cursor is left. */
static void read_bare(struct csv *c) {
  while (c->at < c->end) {
    const char *run = c->at;
    while (c->at < c->end && !c->stops[(unsigned char)*c->at]) c->at++;
    keep(c, run, (size_t)(c->at - run));
    if (c->at == c->end || (*c->at != '"' && *c->at != '\0')) break;
    flag(c, *c->at == '"' ? CSV_STRAY_QUOTE : CSV_NUL_BYTE);
    if (*c->at == '"') keep(c, c->at, 1);
    c->at++;
  }
}

static void read_cell(struct csv *c) {
  if (c->n_cells == c->cap_cells)
    c->starts = arena_grow(c->arena, c->starts, &c->cap_cells, c->n_cells + 1, sizeof *c->starts);
  c->starts[c->n_cells++] = c->used;
  if (c->at < c->end && *c->at == '"') {
    const size_t began = c->used;
    c->at++;
    read_quoted(c);
    drop_nul(c, began);
    if (c->at < c->end && !c->stops[(unsigned char)*c->at] && *c->at != ' ') flag(c, CSV_STRAY_QUOTE);
  }
  read_bare(c);
  room(c, 0);
  c->scratch[c->used++] = '\0';
}

/* Passes one line end after blanks only. False when the line holds something. */
static bool pass_blank_line(struct csv *c) {
  const char *p = c->at;
  while (p < c->end && (*p == ' ' || (*p == '\t' && c->separator != '\t'))) p++;
  if (p < c->end && *p != '\r' && *p != '\n') return false;
  c->at = p;
  if (p < c->end) {
    pass_line_end(c);
    c->row++;
  }
  return true;
}

/* Reads the next record into scratch; false at the end. */
static bool read_record(struct csv *c, long *line) {
  while (c->at < c->end && pass_blank_line(c)) {
  }
  if (c->at >= c->end) return false;
  c->used = c->n_cells = 0;
  c->status = CSV_OK;
  c->quote_line = 0;
  *line = c->line;
  c->row++;
  for (;;) {
    read_cell(c);
    if (c->at == c->end) return true;
    if (*c->at != c->separator) break;
    c->at++;
  }
  pass_line_end(c);
  return true;
}

/* Separator found most often in the header outside quotes; a comma when there is none. */
static char find_separator(const char *p, const char *end) {
  static const char candidates[] = ",;\t|";
  size_t counts[4] = {0}, best = 0;
  bool quoted = false, seen = false;
  for (; p < end; p++) {
    if (*p == '"') quoted = !quoted;
    if (quoted) continue;
    if ((*p == '\n' || *p == '\r') && seen) break;
    if (*p != '\n' && *p != '\r' && *p != ' ') seen = true;
    const char *which = *p ? strchr(candidates, *p) : NULL;
    if (which) counts[which - candidates]++;
  }
  for (size_t i = 1; i < 4; i++)
    if (counts[i] > counts[best]) best = i;
  return candidates[best];
}

static const struct signature {
  const char *bytes;
  size_t n;
  const char *what;
} SIGNATURES[] = {
    {"PK\3\4", 4, "an Excel workbook or zip archive; save the sheet as CSV (UTF-8)"},
    {"PK\5\6", 4, "an empty zip archive; save the sheet as CSV (UTF-8)"},
    {"\xD0\xCF\x11\xE0", 4, "an old Excel workbook; save the sheet as CSV (UTF-8)"},
    {"%PDF", 4, "a PDF document; a CSV file is needed"},
    {"\x1F\x8B", 2, "a gzip archive; unpack it first"},
    {"\x89PNG", 4, "a picture; a CSV file is needed"},
    {"\xFF\xD8\xFF", 3, "a picture; a CSV file is needed"},
    {"{\\rtf", 5, "a word-processor document; a CSV file is needed"},
    {"<", 1, "XML or a web page; a CSV file is needed"},
};

/* What the bytes are when they are known to be no table, else NULL. */
static const char *not_a_table(const char *bytes, size_t n) {
  if (n == 0) return "empty";
  for (size_t i = 0; i < sizeof SIGNATURES / sizeof *SIGNATURES; i++)
    if (n >= SIGNATURES[i].n && memcmp(bytes, SIGNATURES[i].bytes, SIGNATURES[i].n) == 0) return SIGNATURES[i].what;
  return NULL;
}

/* Text has no control characters in its header but tabs and line ends; a program or a picture has them at once. */
static bool header_is_text(const struct csv *c) {
  for (size_t i = 0; i < c->n_cells; i++)
    for (const char *p = c->scratch + c->starts[i]; *p; p++)
      if ((unsigned char)*p < ' ' && *p != '\t' && *p != '\n' && *p != '\r') return false;
  return c->status != CSV_NUL_BYTE;
}

static bool read_header(struct csv *c, struct error *e) {
  long line;
  if (!read_record(c, &line)) return error_set(e, ERR_INPUT, "%s has no header line.", c->name);
  if (c->status == CSV_UNTERMINATED_QUOTE)
    return error_set(e, ERR_INPUT, "%s: the quotation mark opened on line %ld, in the header, is never closed.",
                     c->name, c->quote_line);
  if (!header_is_text(c)) return error_set(e, ERR_INPUT, "%s is not text; a CSV file is needed.", c->name);
  c->n_columns = c->n_cells;
  c->columns = arena_alloc(c->arena, c->n_columns * sizeof *c->columns);
  for (size_t i = 0; i < c->n_columns; i++) {
    c->columns[i] = text_trim(c->arena, c->scratch + c->starts[i]);
    if (*c->columns[i]) c->n_named = i + 1;
  }
  if (c->n_named == 0) return error_set(e, ERR_INPUT, "%s has no column names in its first line.", c->name);
  c->row = 1; /* whatever blank lines came before */
  return true;
}

struct csv *csv_open(struct arena *a, const char *name, const void *bytes, size_t n, struct error *e) {
  name = name ? name : "The file";
  const char *what = not_a_table(bytes, n);
  if (what) {
    error_set(e, ERR_INPUT, "%s is %s.", name, what);
    return NULL;
  }
  struct csv *c = arena_alloc(a, sizeof *c);
  size_t length;
  c->arena = a;
  c->name = arena_strdup(a, name);
  c->encoding = csv_decode(a, bytes, n, &c->at, &length);
  c->end = c->at + length;
  c->line = 1;
  c->separator = find_separator(c->at, c->end);
  c->stops['\0'] = c->stops['"'] = c->stops['\r'] = c->stops['\n'] = c->stops[(unsigned char)c->separator] = true;
  return read_header(c, e) ? c : NULL;
}

static char next_letter(const char **s) {
  while (**s == ' ' || **s == '\t' || **s == '\n' || **s == '\r') (*s)++;
  char c = **s;
  if (c) (*s)++;
  return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_column(const char *x, const char *y) {
  for (;;) {
    char p = next_letter(&x), q = next_letter(&y);
    if (p != q) return false;
    if (!p) return true;
  }
}

long csv_find(const struct csv *c, const char *column) {
  for (size_t i = 0; i < c->n_columns; i++)
    if (same_column(c->columns[i], column)) return (long)i;
  return -1;
}

/* Empty cells past the header are what spreadsheets leave behind; others have no column. */
static bool surplus(const struct csv *c) {
  for (size_t i = c->n_columns; i < c->n_cells; i++)
    if (c->scratch[c->starts[i]]) return true;
  return false;
}

bool csv_next(struct csv *c, struct csv_row *row) {
  long line;
  if (!read_record(c, &line)) return false;
  if (surplus(c)) flag(c, CSV_TOO_MANY_CELLS);
  if (c->n_cells < c->n_named) flag(c, CSV_TOO_FEW_CELLS);
  c->cells = arena_grow(c->arena, c->cells, &c->cap_pointers, c->n_columns, sizeof *c->cells);
  for (size_t i = 0; i < c->n_columns; i++) c->cells[i] = i < c->n_cells ? c->scratch + c->starts[i] : "";
  *row = (struct csv_row){
      .row_number = c->row,
      .line = c->quote_line ? c->quote_line : line,
      .n = c->n_columns,
      .cells = c->cells,
      .status = c->status,
  };
  return true;
}

const char *csv_status_words(enum csv_status s) {
  switch (s) {
  case CSV_OK:
    return NULL;
  case CSV_UNTERMINATED_QUOTE:
    return "a closing quotation mark";
  case CSV_STRAY_QUOTE:
    return "a quotation mark only around a whole cell, doubled inside it";
  case CSV_TOO_MANY_CELLS:
    return "no more cells than the header has";
  case CSV_TOO_FEW_CELLS:
    return "as many cells as the header has";
  case CSV_NUL_BYTE:
    return "text without NUL characters";
  }
  return NULL;
}

bool csv_row_check(const struct csv *c, const struct csv_row *row, struct error *e) {
  const char *expected = csv_status_words(row->status);
  return !expected || error_cell(e, c->name, row->row_number, NULL, NULL, expected);
}

static bool needs_quotes(const char *s) {
  size_t n = strlen(s);
  return strpbrk(s, ",;|\t\"\r\n") || (n > 0 && (s[0] == ' ' || s[n - 1] == ' '));
}

static bool runs_as_formula(const char *s) {
  return *s && strchr("=+-@\t\r", *s);
}

void csv_write(struct buf *b, const char *const *cells, size_t n, bool safe) {
  for (size_t i = 0; i < n; i++) {
    const char *s = cells[i] ? cells[i] : "";
    bool formula = safe && runs_as_formula(s);
    /* A record of one empty cell would be a blank line, which a reader passes over. */
    bool quotes = needs_quotes(s) || (n == 1 && !*s);
    if (i > 0) buf_char(b, ',');
    if (quotes) buf_char(b, '"');
    if (formula) buf_char(b, '\'');
    for (const char *quote; quotes && (quote = strchr(s, '"')); s = quote + 1) {
      buf_add(b, s, (size_t)(quote - s) + 1);
      buf_char(b, '"');
    }
    buf_str(b, s);
    if (quotes) buf_char(b, '"');
  }
  buf_str(b, "\r\n");
}
