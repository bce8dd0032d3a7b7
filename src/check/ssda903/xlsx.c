#include "check/ssda903/xlsx.h"

#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/error.h"

enum { MAX_COLUMNS = 512, MAX_ENTRY = 256 << 20, MAX_SHEETS = 64, TITLE_ROWS = 20 };

bool xlsx_is(const void *bytes, size_t n) {
  return n >= 4 && memcmp(bytes, "PK\3\4", 4) == 0;
}

struct strings {
  const char **at;
  size_t n, cap;
};
struct sheet {
  struct arena *arena;
  struct strings *shared;
  const char *wanted;
  struct buf *csv; /* NULL while the shared strings are read */
  const char *cells[MAX_COLUMNS];
  size_t n_cells;
  long rows;
  bool found, failed;
  struct buf text;
  bool in_text; /* inside v or t */
  bool phonetic;
  int column;
  char type; /* s shared, t text, n number */
};

static bool is(const xmlChar *name, const char *what) {
  return strcmp((const char *)name, what) == 0;
}

/* Column of a reference such as "BC12"; -1 when it is none that we read. */
static int column_of(const char *ref, size_t n) {
  int c = 0;
  for (size_t i = 0; i < n && ref[i] >= 'A' && ref[i] <= 'Z' && c < MAX_COLUMNS; i++) c = c * 26 + ref[i] - 'A' + 1;
  return c >= 1 && c <= MAX_COLUMNS ? c - 1 : -1;
}

static void begin_cell(struct sheet *s, int n, const xmlChar **attributes) {
  s->column = s->column < MAX_COLUMNS ? s->column + 1 : MAX_COLUMNS;
  s->type = 'n';
  s->text.len = 0;
  for (int i = 0; i < n; i++) {
    const char *value = (const char *)attributes[i * 5 + 3];
    size_t length = (size_t)(attributes[i * 5 + 4] - attributes[i * 5 + 3]);
    if (is(attributes[i * 5], "r")) s->column = column_of(value, length);
    if (is(attributes[i * 5], "t"))
      s->type = length == 1 && *value == 's' ? 's' : length == 1 && *value == 'n' ? 'n' : 't';
  }
}

static void on_start(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_ns,
                     const xmlChar **ns, int n_attributes, int n_default, const xmlChar **attributes) {
  (void)prefix, (void)uri, (void)n_ns, (void)ns, (void)n_default;
  struct sheet *s = arg;
  if (is(name, "row")) {
    memset(s->cells, 0, sizeof s->cells);
    s->n_cells = 0;
    s->column = -1;
  }
  if (is(name, "c")) begin_cell(s, n_attributes, attributes);
  if (is(name, "si")) s->text.len = 0;
  if (is(name, "rPh")) s->phonetic = true;
  s->in_text = (is(name, "v") || is(name, "t")) && !s->phonetic;
}

static void on_text(void *arg, const xmlChar *text, int n) {
  struct sheet *s = arg;
  if (s->in_text) buf_add(&s->text, text, (size_t)n);
}

static void end_cell(struct sheet *s) {
  if (s->column < 0 || s->column >= MAX_COLUMNS) return;
  const char *text = arena_strdup(s->arena, buf_text(&s->text));
  if (s->type == 's') {
    size_t i = strtoul(text, NULL, 10);
    text = i < s->shared->n ? s->shared->at[i] : "";
  }
  s->cells[s->column] = text;
  if ((size_t)s->column >= s->n_cells) s->n_cells = (size_t)s->column + 1;
}

static void end_row(struct sheet *s) {
  s->rows++;
  for (size_t i = 0; i < s->n_cells && !s->found; i++)
    s->found = s->rows <= TITLE_ROWS && s->cells[i] && strcmp(s->cells[i], s->wanted) == 0;
  if (s->found && s->n_cells) csv_write(s->csv, s->cells, s->n_cells, false);
}

static void on_end(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri) {
  (void)prefix, (void)uri;
  struct sheet *s = arg;
  s->in_text = false;
  if (is(name, "rPh")) s->phonetic = false;
  if (is(name, "c") && s->csv) end_cell(s);
  if (is(name, "row") && s->csv) end_row(s);
  if (is(name, "si") && !s->csv) {
    s->shared->at = arena_grow(s->arena, s->shared->at, &s->shared->cap, s->shared->n + 1, sizeof *s->shared->at);
    s->shared->at[s->shared->n++] = arena_strdup(s->arena, buf_text(&s->text));
  }
}

static void on_doctype(void *arg, const xmlChar *name, const xmlChar *id, const xmlChar *system) {
  (void)name, (void)id, (void)system;
  ((struct sheet *)arg)->failed = true;
}

static void on_error(void *arg, xmlErrorPtr error) {
  if (error->level >= XML_ERR_ERROR) ((struct sheet *)arg)->failed = true;
}

/* Reads one file of the archive; NULL when it is not there or too large. */
static char *read_entry(zip_t *z, struct arena *a, const char *name, size_t *n) {
  zip_stat_t st;
  if (zip_stat(z, name, 0, &st) != 0 || !(st.valid & ZIP_STAT_SIZE) || st.size > MAX_ENTRY) return NULL;
  zip_file_t *f = zip_fopen(z, name, 0);
  if (!f) return NULL;
  char *bytes = arena_alloc(a, st.size + 1);
  zip_int64_t got = zip_fread(f, bytes, st.size);
  zip_fclose(f);
  *n = got < 0 ? 0 : (size_t)got;
  return got == (zip_int64_t)st.size ? bytes : NULL;
}

static bool parse(struct sheet *s, const char *bytes, size_t n) {
  enum { STEP = 1 << 20 };
  xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
                       .startElementNs = on_start,
                       .endElementNs = on_end,
                       .characters = on_text,
                       .internalSubset = on_doctype,
                       .serror = on_error};
  xmlParserCtxtPtr x = xmlCreatePushParserCtxt(&sax, s, NULL, 0, NULL);
  if (!x) return false;
  xmlCtxtUseOptions(x, XML_PARSE_NONET);
  for (size_t at = 0; at < n && !s->failed; at += STEP) {
    size_t step = n - at < STEP ? n - at : STEP;
    if (xmlParseChunk(x, bytes + at, (int)step, at + step == n) != 0) s->failed = true;
  }
  xmlFreeParserCtxt(x);
  return !s->failed;
}

static bool find_sheet(zip_t *z, struct arena *a, const char *column, struct buf *csv) {
  struct strings shared = {0};
  struct sheet s = {.arena = a, .shared = &shared};
  size_t n;
  buf_init(&s.text, a);
  const char *bytes = read_entry(z, a, "xl/sharedStrings.xml", &n);
  if (bytes && !parse(&s, bytes, n)) return false;
  for (int i = 1; i <= MAX_SHEETS; i++) {
    bytes = read_entry(z, a, arena_printf(a, "xl/worksheets/sheet%d.xml", i), &n);
    if (!bytes) continue;
    s = (struct sheet){.arena = a, .shared = &shared, .wanted = column, .csv = csv, .column = -1, .text = s.text};
    if (!parse(&s, bytes, n)) return false;
    if (s.found) return true;
  }
  return false;
}

bool xlsx_to_csv(struct arena *a, const char *name, const void *bytes, size_t n, const char *column, struct buf *csv,
                 struct error *e) {
  zip_error_t fault;
  zip_error_init(&fault);
  zip_source_t *source = zip_source_buffer_create(bytes, n, 0, &fault);
  zip_t *z = source ? zip_open_from_source(source, ZIP_RDONLY, &fault) : NULL;
  bool ok = z && find_sheet(z, a, column, csv);
  if (z)
    zip_discard(z);
  else if (source)
    zip_source_free(source);
  zip_error_fini(&fault);
  return ok ||
         error_cell(e, name, 0, column, NULL, "an Excel workbook with a sheet that has this column, or a CSV file");
}
