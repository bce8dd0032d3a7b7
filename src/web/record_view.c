#include "web/record_view.h"

const char *view_row_url(struct view *v, const struct record_row *row) {
  return page_url(v->p, "/children/%s/%s/%s", page_ref(v->p, row->child), row->record->name, page_ref(v->p, row->id));
}

bool view_load(struct view *v, struct db *db, const char *crumb2, struct error *e) {
  struct page *p = v->p;
  v->record = record_of_child(p, page_path(p, "record"), e);
  if (!v->record) return false;
  const char *list = page_url(p, "/children/%s/%s", page_ref(p, page_id(p, "child")),
                              v->record->part_of || v->record->is_child ? "records" : v->record->name);
  if (!child_open(p, db, &v->head, v->record->plural, list, crumb2, e)) return false;
  int64_t id = page_id(p, "row");
  if (!id) return true;
  if (!record_get(db, &p->ctx, v->head.permit, v->record, id, &v->row, e)) return false;
  page_shown(p, v->head.permit, record_bits(v->record, permit_reads(v->head.permit)));
  return true;
}
