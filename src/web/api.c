/* What reading and writing by the API have in common: opening, and a row as JSON. */
#include "web/api.h"

#include <string.h>

#include "base/error.h"
#include "web/child_head.h"
#include "web/http.h"

static bool nothing(struct error *e) {
  return error_set(e, ERR_NOT_FOUND, "There is nothing here.");
}

bool api_open(struct api_call *c, struct db *db, struct error *e) {
  struct page *p = c->p;
  const char *name = page_path(p, "record");
  bool of_child = page_path(p, "child") != NULL;
  c->child = page_id(p, "child");
  c->record = model_record(p->model, name ? name : "child");
  if (!c->record || (c->record->about == ABOUT_CHILD) != of_child) return nothing(e);
  c->base_url = of_child ? page_url(p, "/api/v1/children/%s/%s", page_ref(p, c->child), c->record->name)
                         : page_url(p, "/api/v1/register/%s", c->record->name);
  if (!page_open(p, db, c->child, &c->permit, e)) return false;
  int64_t id = page_id(p, "row");
  return !id || record_get(db, &p->ctx, c->permit, c->record, id, &c->row, e);
}

bool api_take_body(struct api_call *c, const struct api_member *members, size_t n) {
  struct page *p = c->p;
  int status;
  const char *type = http_media_type(p->arena, page_header(p, "content-type"));
  if (strcmp(type, "application/json") != 0) {
    problem_page(p, 415, "This address takes application/json.");
    return false;
  }
  c->body = api_body(p->arena, p->request->body, p->request->n_body, members, n, &status, &p->error);
  if (!c->body) problem_page(p, status, p->error.message);
  return c->body != NULL;
}

/* --- a row -------------------------------------------------------------------------------------------------------- */
const char *api_row_url(struct page *p, const struct record_row *row) {
  const char *id = page_ref(p, row->id), *name = row->record->name;
  if (row->record->about == ABOUT_NONE) return page_url(p, "/api/v1/register/%s/%s", name, id);
  return page_url(p, "/api/v1/children/%s/%s/%s", page_ref(p, row->child), name, id);
}

void api_put_id(struct json_writer *w, struct page *p, const char *key, int64_t id) {
  json_key(w, key);
  json_put_text(w, id ? page_ref(p, id) : NULL);
}

void api_put_instant(struct json_writer *w, const char *key, instant_t at) {
  char text[INSTANT_TEXT];
  json_key(w, key);
  json_put_text(w, at == INSTANT_NONE ? NULL : instant_format(at, text));
}

bool api_withheld(const struct model *m, const struct record_row *row, const struct model_field *f) {
  const struct value v = row->values[f->index];
  if (row->withheld[f->index]) return true;
  if (f->type != FIELD_REF || v.type != VALUE_INT) return false;
  const struct model_record *to = model_record(m, f->ref);
  return to && to->is_child && v.i != row->child && !(row->labels && row->labels[f->index]);
}

static void put_fields(struct json_writer *w, struct page *p, const struct record_row *row) {
  json_key(w, "fields");
  json_object(w);
  for (size_t i = 0; i < row->record->n_fields; i++) {
    const struct model_field *f = &row->record->fields[i];
    if (api_withheld(p->model, row, f) || (f->retired && row->values[i].type == VALUE_NULL)) continue;
    json_key(w, f->name);
    api_put_value(w, p->arena, p->authority->code, f, row->values[i]);
  }
  json_end_object(w);
  json_key(w, "labels"); /* what the references are called */
  json_object(w);
  for (size_t i = 0; i < row->record->n_fields; i++) {
    const struct model_field *f = &row->record->fields[i];
    if (api_withheld(p->model, row, f) || !row->labels || !row->labels[i]) continue;
    json_key(w, f->name);
    json_put_text(w, row->labels[i]);
  }
  json_end_object(w);
  json_key(w, "withheld");
  json_array(w);
  for (size_t i = 0; i < row->record->n_fields; i++)
    if (api_withheld(p->model, row, &row->record->fields[i])) json_put_text(w, row->record->fields[i].name);
  json_end_array(w);
}

static bool section_shows(const struct record_row *row, const struct model_section *s) {
  for (size_t i = 0; i < s->n_fields; i++)
    if (!row->withheld[s->fields[i]->index]) return true;
  return s->parts != NULL;
}

static void put_sections(struct json_writer *w, struct page *p, const struct record_row *row,
                         const struct permit *permit) {
  json_key(w, "sections");
  json_object(w);
  for (size_t i = 0; i < row->record->n_sections; i++) {
    const struct model_section *s = &row->record->sections[i];
    if (!section_shows(row, s)) continue;
    json_key(w, s->id);
    json_object(w);
    json_key(w, "version");
    json_put_int(w, row->section_version[i]);
    api_put_instant(w, "done_at", row->section_done[i]);
    api_put_id(w, p, "done_by", row->section_done_by[i]);
    if (permit) json_key(w, "may_fill"), json_put_bool(w, record_may_fill(permit, row->record, s, row));
    json_end_object(w);
  }
  json_end_object(w);
}

static void put_transitions(struct json_writer *w, const struct record_row *row, const struct permit *permit) {
  const struct model_transition *moves[16];
  size_t n = record_transitions(permit, row, moves, 16);
  json_key(w, "transitions");
  json_array(w);
  for (size_t i = 0; i < n; i++) {
    json_object(w);
    json_key(w, "to");
    json_put_text(w, moves[i]->to);
    json_key(w, "label");
    json_put_text(w, moves[i]->label ? moves[i]->label : model_state(row->record, moves[i]->to)->title);
    json_key(w, "reason_required");
    json_put_bool(w, moves[i]->reason);
    json_end_object(w);
  }
  json_end_array(w);
}

void api_put_row(struct json_writer *w, struct page *p, const struct record_row *row, const struct permit *permit) {
  json_object(w);
  api_put_id(w, p, "id", row->id);
  json_key(w, "record");
  json_put_text(w, row->record->name);
  json_key(w, "href");
  json_put_text(w, api_row_url(p, row));
  api_put_id(w, p, "child", row->record->about == ABOUT_CHILD ? row->child : 0);
  api_put_id(w, p, "owner", row->owner);
  json_key(w, "version");
  json_put_int(w, row->version);
  json_key(w, "state");
  json_put_text(w, row->state);
  json_key(w, "voided");
  json_put_bool(w, row->voided);
  api_put_instant(w, "created_at", row->created_at);
  api_put_id(w, p, "created_by", row->created_by);
  api_put_instant(w, "changed_at", row->changed_at);
  api_put_id(w, p, "changed_by", row->changed_by);
  put_fields(w, p, row);
  put_sections(w, p, row, permit);
  if (permit) put_transitions(w, row, permit);
  json_end_object(w);
}
