#include "web/record_view.h"

#include <string.h>

const char *view_row_url(struct view *v, const struct record_row *row) {
  return page_url(v->p, "%s/%s/%s", v->head.url, row->record->name, page_ref(v->p, row->id));
}

const char *view_list_url(struct view *v) {
  return page_url(v->p, "%s/%s", v->head.url, v->record->part_of || v->record->is_child ? "records" : v->record->name);
}

const char *view_tab(const struct view *v) {
  return strcmp(v->record->name, "pep") == 0 || (v->record->part_of && strcmp(v->record->part_of, "pep") == 0)
             ? "pep"
             : "records";
}

const char *view_row_name(struct view *v) {
  const struct model_record *r = v->record;
  const char *title = record_row_title(v->p, &v->row);
  const struct model_field *f = r->n_label == 1 ? model_field(r, r->label[0]) : NULL;
  if (v->head.child == 0 || r->is_child || strcmp(title, r->title) == 0) return title;
  return arena_printf(v->p->arena, f && f->type == FIELD_DATE ? "%s of %s" : "%s: %s", r->title, title);
}

const char *view_section_title(const struct view *v, const struct model_section *s) {
  return s->title ? s->title : v->record->title;
}

void view_crumb(struct view *v, const char *text) {
  ((struct ui_crumb *)v->p->crumbs)[v->p->n_crumbs - 1].text = text;
}

bool view_load(struct view *v, struct db *db, const char *crumb2, struct error *e) {
  struct page *p = v->p;
  v->record = record_of_page(p, page_path(p, "record"), e);
  if (!v->record || !child_open(p, db, &v->head, v->record->plural, "", crumb2, e)) return false;
  ((struct ui_crumb *)p->crumbs)[2].href = crumb2 ? view_list_url(v) : NULL;
  int64_t id = page_id(p, "row");
  if (!id) return true;
  if (!record_get(db, &p->ctx, v->head.permit, v->record, id, &v->row, e)) return false;
  child_row_shown(p, &v->head, &v->row);
  return true;
}
