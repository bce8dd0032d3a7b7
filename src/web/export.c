/* Lists as CSV, for spreadsheets: the rows of the page's list with every field that the reader may read, and
 * nothing else. Cells that a spreadsheet would run as a formula are disarmed (csv.h). What leaves is written down
 * as exported. */
#include "web/export.h"

#include <string.h>

#include "base/csv.h"
#include "base/error.h"
#include "web/api.h"
#include "web/child_head.h"

enum { BATCH = 1000 };

void export_link(struct page *p, const char *list) {
  struct html *link = html_part(p->html);
  ui_link(link, page_url(p, "%s/export", list), "Export (CSV)");
  ui_paragraph(p->html, UI_HTML(link));
}

struct export {
  struct api_call call; /* permit NULL: over all children */
  struct buf out;
  const char **cells;
  int64_t rows;
  const char *via;
};

/* Rows of all children may differ in what is withheld: then the column stands and says so. */
static bool column_shown(const struct export *x, const struct model_field *f) {
  if (f->retired) return false;
  return !x->call.permit || permit_reads(x->call.permit) >> f->category_index & 1;
}

static void write_head(struct export *x) {
  size_t n = 0;
  buf_init(&x->out, x->call.p->arena);
  buf_str(&x->out, "\xEF\xBB\xBF"); /* or a spreadsheet takes it for Windows-1252 */
  x->cells = arena_alloc(x->call.p->arena, (x->call.record->n_fields + 2) * sizeof *x->cells);
  x->cells[n++] = "Reference";
  for (size_t i = 0; i < x->call.record->n_fields; i++)
    if (column_shown(x, &x->call.record->fields[i])) x->cells[n++] = x->call.record->fields[i].label;
  if (x->call.record->n_states) x->cells[n++] = "State";
  csv_write(&x->out, x->cells, n, true);
}

static const char *cell(struct export *x, const struct record_row *row, const struct model_field *f) {
  struct value v = row->values[f->index];
  if (api_withheld(x->call.p->model, row, f)) return "Not shown to you";
  if (v.type == VALUE_NULL) return "";
  if (f->type == FIELD_CODE) return model_field_show(f, v, x->call.p->arena);
  if (f->type != FIELD_REF) return model_field_text(f, v, x->call.p->arena);
  const char *label = row->labels ? row->labels[f->index] : NULL;
  return label ? label : v.type == VALUE_TEXT ? v.s : page_ref(x->call.p, v.i);
}

static bool write_row(const struct record_row *row, uint64_t reads, void *arg, struct error *e) {
  struct export *x = arg;
  size_t n = 0;
  (void)e;
  x->cells[n++] = page_ref(x->call.p, row->id);
  for (size_t i = 0; i < row->record->n_fields; i++)
    if (column_shown(x, &row->record->fields[i])) x->cells[n++] = cell(x, row, &row->record->fields[i]);
  if (row->record->n_states) {
    const struct model_state *s = row->state ? model_state(row->record, row->state) : NULL;
    x->cells[n++] = s ? s->title : "";
  }
  csv_write(&x->out, x->cells, n, true);
  if (row->record->about == ABOUT_CHILD) page_listed(x->call.p, row->child, record_bits(row->record, reads), x->via);
  x->rows++;
  return true;
}

static bool write_all(struct export *x, struct db *db, const char *name, struct error *e) {
  struct page *p = x->call.p;
  struct query q = {.record = x->call.record, .child = x->call.child, .limit = BATCH, .permit = x->call.permit};
  int64_t before;
  x->rows = 0;
  write_head(x);
  do {
    before = q.after;
    if (!record_list(db, &p->ctx, p->model, &p->actor, &q, write_row, x, e)) return false;
    q.after = x->rows;
  } while (q.after - before == BATCH);
  page_bytes(p, "text/csv; charset=utf-8", name, x->out.data, x->out.len);
  page_purpose(p, "exported", NULL);
  return true;
}

static bool export_children(struct db *db, void *arg, struct error *e) {
  struct export *x = arg;
  x->call.record = model_record(x->call.p->model, "child");
  x->via = "list";
  return write_all(x, db, "children.csv", e);
}

static void get_children(struct page *p) {
  struct export x = {.call = {.p = p}};
  if (!page_read(p, export_children, &x)) page_fail(p);
}

static bool export_rows(struct db *db, void *arg, struct error *e) {
  struct export *x = arg;
  struct page *p = x->call.p;
  if (!api_open(&x->call, db, e)) return false;
  const char *name = x->call.record->name;
  x->via = permit_via(x->call.permit);
  return write_all(
      x, db, x->call.child ? page_url(p, "%s-%s.csv", name, page_ref(p, x->call.child)) : page_url(p, "%s.csv", name),
      e);
}

static void get_rows(struct page *p) {
  struct export x = {.call = {.p = p}};
  if (!page_read(p, export_rows, &x)) page_fail(p);
}

const struct route export_routes[] = {{"GET", "/children/export", get_children, NEED_SESSION},
                                      {"GET", "/children/{child:id}/{record:word}/export", get_rows, NEED_SESSION},
                                      {"GET", "/register/{record:word}/export", get_rows, NEED_SESSION},
                                      {.path = NULL}};
