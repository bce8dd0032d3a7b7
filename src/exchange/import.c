#include "exchange/import.h"

#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "exchange/kinds.h"

const struct import_kind import_kinds[] = {
    {"schools", "FILE [LINKS]",
     "the national school list (Get Information about Schools, all data), and its links file", NULL, false, false,
     import_schools},
    {"ssda903", "DIR", "a looked-after children return: Header and Episodes", NULL, true, false, import_ssda903},
    {"people", "FILE", "professionals, carers and teams, and who works with whom", import_people_template, true, false,
     import_people},
    {"roll", "FILE", "who is on roll at which school", import_roll_template, true, false, import_roll},
    {"postcodes", "FILE", "the national postcode list (ONS), for placement distance and authority", NULL, false, true,
     import_postcodes},
    {"authorities", "FILE", "authorities with children's services, their districts and successors, with dates",
     import_authorities_template, false, true, import_authorities},
    {"providers", "FILE", "Ofsted's list of social care providers, for checks of placements", import_providers_template,
     false, true, import_providers},
};
const size_t import_n_kinds = sizeof import_kinds / sizeof import_kinds[0];

void import_report_init(struct import_report *r, struct arena *a) {
  *r = (struct import_report){0};
  error_init(&r->rejected, a);
}

void import_read(struct import_report *r, const char *table, int64_t rows) {
  for (size_t i = 0; i < r->n_tables; i++)
    if (strcmp(r->tables[i].table, table) == 0) {
      r->tables[i].read += rows;
      return;
    }
  struct arena *a = r->rejected.arena;
  struct import_count *grown = arena_alloc(a, (r->n_tables + 1) * sizeof *grown);
  if (r->n_tables) memcpy(grown, r->tables, r->n_tables * sizeof *grown);
  grown[r->n_tables] = (struct import_count){table, rows};
  r->tables = grown;
  r->n_tables++;
}

void import_warn(struct import_report *r, const char *fmt, ...) {
  struct arena *a = r->rejected.arena;
  va_list ap;
  va_start(ap, fmt);
  const char *said = arena_vprintf(a, fmt, ap);
  va_end(ap);
  const char **grown = arena_alloc(a, (r->n_warnings + 1) * sizeof *grown);
  if (r->n_warnings) memcpy(grown, r->warnings, r->n_warnings * sizeof *grown);
  grown[r->n_warnings] = said;
  r->warnings = grown;
  r->n_warnings++;
}

bool import_open(struct arena *a, const char *path, struct import_report *r, struct csv **out, struct error *e) {
  const char *bytes, *slash = strrchr(path, '/');
  const char *name = slash ? slash + 1 : path;
  size_t n;
  if (!file_read(a, path, 0, &bytes, &n, e) || !(*out = csv_open(a, name, bytes, n, e))) return false;
  static const char *const said[] = {NULL, NULL, "UTF-16", "UTF-16", "Windows-1252"};
  if (said[csv_encoding(*out)]) import_warn(r, "%s was read as %s", name, said[csv_encoding(*out)]);
  return true;
}

bool import_columns(const struct csv *c, const char *file, const char *const *names, size_t n, long *at,
                    struct error *e) {
  bool all = true;
  for (size_t i = 0; i < n; i++) {
    bool optional = names[i][0] == '?';
    at[i] = csv_find(c, names[i] + optional);
    if (at[i] < 0 && !optional) all = error_cell(e, file, 1, names[i], NULL, "this column is needed and is not there");
  }
  return all;
}

bool import_row_ok(const struct csv_row *row, const char *file, struct import_report *r) {
  static const char *const expected[] = {
      [CSV_UNTERMINATED_QUOTE] = "a closing quotation mark: the file ends, or was cut, inside a quoted cell",
      [CSV_STRAY_QUOTE] = "a quotation mark inside a cell must be doubled",
      [CSV_TOO_MANY_CELLS] = "as many cells as the header has: this row has more",
      [CSV_TOO_FEW_CELLS] = "as many cells as the header has: this row has fewer",
      [CSV_NUL_BYTE] = "text: this row holds a NUL byte",
  };
  if (row->status == CSV_OK) return true;
  error_cell(&r->rejected, file, row->row_number, NULL, NULL, expected[row->status]);
  r->rejected_rows++;
  return false;
}

bool import_refuse(const struct import_report *r, struct error *e) {
  return error_set(e, ERR_INPUT, "Nothing was imported: --strict was given, and %zu cells or rows cannot be used.",
                   r->rejected.n_items);
}

/* Most of what is expected is named ("a date"); the model's own checks say what to do ("Enter a date"). */
static void print_expected(const struct error_item *it, struct buf *out) {
  const char *said = it->expected ? it->expected : it->message;
  buf_printf(out, *said >= 'A' && *said <= 'Z' ? ": %s\n" : ": expected %s\n", said);
}

void import_report_text(const struct import_report *r, bool dry_run, struct buf *out) {
  for (size_t i = 0; i < r->n_tables; i++)
    buf_printf(out, "%s: %" PRId64 " rows read\n", r->tables[i].table, r->tables[i].read);
  for (size_t i = 0; i < r->n_warnings; i++) buf_printf(out, "note: %s\n", r->warnings[i]);
  buf_printf(out, "%s%" PRId64 " created, %" PRId64 " changed, %" PRId64 " unchanged, %" PRId64 " rows rejected\n",
             dry_run ? "would be: " : "", r->created, r->changed, r->unchanged, r->rejected_rows);
  if (!r->created && !r->changed)
    buf_printf(out, "Nothing %s changed: %s.\n", dry_run ? "would be" : "was",
               r->rejected.n_items ? "what could be used was there already" : "everything was there already");
  for (size_t i = 0; i < r->rejected.n_items; i++) {
    const struct error_item *it = &r->rejected.items[i];
    buf_printf(out, "rejected: %s, row %ld", it->file ? it->file : "", it->row);
    if (it->column) buf_printf(out, ", %s", it->column);
    if (it->value) buf_printf(out, " \"%s\"", it->value);
    print_expected(it, out);
  }
}

void import_report_json(const struct import_report *r, struct buf *out) {
  struct json_writer w;
  json_begin(&w, out);
  json_object(&w);
  json_key(&w, "changed"), json_put_int(&w, r->changed);
  json_key(&w, "created"), json_put_int(&w, r->created);
  json_key(&w, "read"), json_object(&w);
  for (size_t i = 0; i < r->n_tables; i++) json_key(&w, r->tables[i].table), json_put_int(&w, r->tables[i].read);
  json_end_object(&w);
  json_key(&w, "rejected"), json_array(&w);
  for (size_t i = 0; i < r->rejected.n_items; i++) {
    const struct error_item *it = &r->rejected.items[i];
    json_object(&w);
    json_key(&w, "column"), json_put_text(&w, it->column);
    json_key(&w, "expected"), json_put_text(&w, it->expected ? it->expected : it->message);
    json_key(&w, "file"), json_put_text(&w, it->file);
    json_key(&w, "row"), json_put_int(&w, it->row);
    json_key(&w, "value"), json_put_text(&w, it->value);
    json_end_object(&w);
  }
  json_end_array(&w);
  json_key(&w, "unchanged"), json_put_int(&w, r->unchanged);
  json_key(&w, "warnings"), json_array(&w);
  for (size_t i = 0; i < r->n_warnings; i++) json_put_text(&w, r->warnings[i]);
  json_end_array(&w);
  json_end_object(&w);
  buf_char(out, '\n');
}
