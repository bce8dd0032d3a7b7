/* Reading by the API: who I am, children, a child, rows, one row, its history, the register, search. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "web/api.h"
#include "web/child_head.h"

enum { LIST_USUAL = 50, LIST_MOST = 200, FOUND_MOST = 50 };

/* An answer in the making: the callback may run again, so each run begins its own. */
struct answer {
  struct buf b;
  struct json_writer w;
};

static struct json_writer *answer_begin(struct answer *x, struct page *p) {
  buf_init(&x->b, p->arena);
  json_begin(&x->w, &x->b);
  json_object(&x->w);
  return &x->w;
}

static bool answer_end(struct answer *x, struct page *p) {
  json_end_object(&x->w);
  page_json(p, 200, buf_text(&x->b));
  return true;
}

static void put(struct json_writer *w, const char *key, const char *text) {
  json_key(w, key);
  json_put_text(w, text);
}

/* --- me ----------------------------------------------------------------------------------------------------------- */
static bool show_me(struct db *db, void *arg, struct error *e) {
  struct page *p = arg;
  struct answer x;
  const char *const *roles;
  size_t n = 0;
  if (!guard_roles(db, &p->ctx, p->model, &p->actor, &roles, &n, e)) return false;
  struct json_writer *w = answer_begin(&x, p);
  api_put_id(w, p, "actor", p->actor.id);
  put(w, "name", p->session->name);
  put(w, "username", p->session->username);
  put(w, "scope", p->session->token_scope);
  json_key(w, "authority");
  json_object(w);
  put(w, "code", p->authority->code);
  put(w, "name", p->authority->name);
  json_key(w, "synthetic"), json_put_bool(w, p->authority->synthetic);
  json_key(w, "practice"), json_put_bool(w, p->authority->practice);
  json_end_object(w);
  json_key(w, "roles");
  json_array(w);
  for (size_t i = 0; i < n; i++) {
    const struct model_role *r = model_role(p->model, roles[i]);
    if (!r) continue;
    json_object(w);
    put(w, "id", r->id);
    put(w, "title", r->title);
    json_end_object(w);
  }
  json_end_array(w);
  put(w, "model", p->model->version);
  return answer_end(&x, p);
}

static void get_me(struct page *p) {
  if (!page_read(p, show_me, p)) page_fail(p);
}

/* --- lists -------------------------------------------------------------------------------------------------------- */
struct list {
  struct api_call call;
  struct answer x;
  struct query q;
  int limit, n;
  bool more;
  const char *via;
};

static bool list_row(const struct record_row *row, uint64_t reads, void *arg, struct error *e) {
  struct list *l = arg;
  struct page *p = l->call.p;
  (void)e;
  if (l->n == l->limit) { /* asked for only to know that there is more; not shown */
    l->more = true;
    return true;
  }
  l->n++;
  api_put_row(&l->x.w, p, row, NULL);
  if (row->record->about == ABOUT_CHILD) page_listed(p, row->child, record_bits(row->record, reads), l->via);
  return true;
}

static bool take_query(struct list *l, struct error *e) {
  struct page *p = l->call.p;
  const char *limit = page_input(p, "limit"), *current = page_input(p, "current");
  l->limit = *limit ? (int)strtoll(limit, NULL, 10) : LIST_USUAL;
  if (strlen(limit) > 4 || l->limit < 1 || l->limit > LIST_MOST)
    return error_field(e, "limit", NULL, "limit: expected a number from 1 to %d.", LIST_MOST);
  if (*current && strcmp(current, "true") != 0 && strcmp(current, "false") != 0)
    return error_field(e, "current", NULL, "current: expected true or false.");
  l->q.record = l->call.record;
  l->q.child = l->call.child;
  l->q.permit = l->call.permit;
  l->q.owner = page_id(p, "owner");
  l->q.after = page_id(p, "after");
  l->q.limit = l->limit + 1;
  l->q.current_only = strcmp(current, "true") == 0;
  if (*page_input(p, "state")) l->q.state = page_input(p, "state");
  if (*page_input(p, "sort")) l->q.sort = page_input(p, "sort");
  return true;
}

/* What was asked for besides the place in the list. Names in it are the model's: the list refused others. */
static const char *next_url(struct list *l, const char *base) {
  struct page *p = l->call.p;
  static const char *const kept[] = {"state", "current", "sort", "owner"};
  struct buf b;
  buf_init(&b, p->arena);
  buf_printf(&b, "%s?after=%lld&limit=%d", base, (long long)(l->q.after + l->n), l->limit);
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
    if (*page_input(p, kept[i])) buf_printf(&b, "&%s=%s", kept[i], page_input(p, kept[i]));
  return buf_text(&b);
}

static bool run_list(struct list *l, struct db *db, const char *base, struct error *e) {
  struct page *p = l->call.p;
  l->n = 0;
  l->more = false;
  if (!take_query(l, e)) return false;
  struct json_writer *w = answer_begin(&l->x, p);
  json_key(w, "items");
  json_array(w);
  if (!record_list(db, &p->ctx, p->model, &p->actor, &l->q, list_row, l, e)) return false;
  json_end_array(w);
  put(w, "next", l->more ? next_url(l, base) : NULL);
  return answer_end(&l->x, p);
}

static bool show_children(struct db *db, void *arg, struct error *e) {
  struct list *l = arg;
  l->call.record = model_record(l->call.p->model, "child");
  l->via = "list";
  return run_list(l, db, "/api/v1/children", e);
}

static void get_children(struct page *p) {
  struct list l = {.call = {.p = p}};
  if (!page_read(p, show_children, &l)) page_fail(p);
}

static bool show_rows(struct db *db, void *arg, struct error *e) {
  struct list *l = arg;
  if (!api_open(&l->call, db, e)) return false;
  l->via = permit_via(l->call.permit);
  return run_list(l, db, l->call.base_url, e);
}

static void get_rows(struct page *p) {
  struct list l = {.call = {.p = p}};
  if (!page_read(p, show_rows, &l)) page_fail(p);
}

/* --- search: by POST, so that no name stands in an address or a log ----------------------------------------------- */
static bool show_found(struct db *db, void *arg, struct error *e) {
  struct api_call *c = arg;
  struct page *p = c->p;
  struct answer x;
  struct found *list;
  size_t n = 0;
  char day[DATE_TEXT];
  const struct model_record *child = model_record(p->model, "child");
  if (!record_search(db, &p->ctx, p->model, &p->actor, json_text(json_get(c->body, "q")), FOUND_MOST, &list, &n, e))
    return false;
  struct json_writer *w = answer_begin(&x, p);
  json_key(w, "items");
  json_array(w);
  for (size_t i = 0; i < n; i++) {
    json_object(w);
    api_put_id(w, p, "id", list[i].child);
    put(w, "href", page_url(p, "/api/v1/children/%s", page_ref(p, list[i].child)));
    put(w, "name", list[i].name);
    put(w, "local_id", list[i].local_id);
    put(w, "date_of_birth", list[i].born == DATE_NONE ? NULL : date_format(list[i].born, day));
    put(w, "why", list[i].why);
    json_end_object(w);
    page_listed(p, list[i].child, UINT64_C(1) << child->category_index, "search");
  }
  json_end_array(w);
  return answer_end(&x, p);
}

static void post_search(struct page *p) {
  static const struct api_member members[] = {{"q", API_TEXT, true}};
  struct api_call c = {.p = p};
  if (!api_take_body(&c, members, 1)) return;
  if (strlen(json_text(json_get(c.body, "q"))) > 200) return problem_page(p, 422, "q: expected at most 200 bytes.");
  if (!page_read(p, show_found, &c)) page_fail(p);
}

/* --- one child, one row ------------------------------------------------------------------------------------------- */
/* Types of record that the caller may read or add for this child. */
static void put_types(struct json_writer *w, struct api_call *c) {
  struct page *p = c->p;
  json_key(w, "records");
  json_array(w);
  for (size_t i = 0; i < p->model->n_records; i++) {
    const struct model_record *r = &p->model->records[i];
    bool reads = permit_reads(c->permit) >> r->category_index & 1, creates = record_may_create(c->permit, r);
    if (r->about != ABOUT_CHILD || r->is_child || (!reads && !creates)) continue;
    json_object(w);
    put(w, "record", r->name);
    put(w, "title", r->title);
    put(w, "part_of", r->part_of);
    put(w, "href", page_url(p, "/api/v1/children/%s/%s", page_ref(p, c->child), r->name));
    json_key(w, "may_read"), json_put_bool(w, reads);
    json_key(w, "may_create"), json_put_bool(w, creates);
    json_end_object(w);
  }
  json_end_array(w);
}

static bool show_child(struct db *db, void *arg, struct error *e) {
  struct api_call *c = arg;
  struct page *p = c->p;
  struct answer x;
  if (!api_open(c, db, e)) return false;
  struct json_writer *w = answer_begin(&x, p);
  api_put_id(w, p, "id", c->child);
  json_key(w, "child"); /* null where the caller may know of the child and no more */
  if (permit_reads(c->permit) >> c->record->category_index & 1) {
    if (!record_get(db, &p->ctx, c->permit, c->record, c->child, &c->row, e)) return false;
    page_shown(p, c->permit, record_bits(c->record, permit_reads(c->permit)));
    page_etag(p, c->row.version);
    api_put_row(w, p, &c->row, c->permit);
  } else {
    json_put_null(w);
  }
  put_types(w, c);
  return answer_end(&x, p);
}

static void get_child(struct page *p) {
  struct api_call c = {.p = p};
  if (!page_read(p, show_child, &c)) page_fail(p);
}

static void shown(struct api_call *c) {
  if (c->child) page_shown(c->p, c->permit, record_bits(c->record, permit_reads(c->permit)));
}

static bool show_row(struct db *db, void *arg, struct error *e) {
  struct api_call *c = arg;
  struct page *p = c->p;
  struct buf b;
  struct json_writer w;
  if (!api_open(c, db, e)) return false;
  shown(c);
  buf_init(&b, p->arena);
  json_begin(&w, &b);
  api_put_row(&w, p, &c->row, c->permit);
  page_etag(p, c->row.version);
  page_json(p, 200, buf_text(&b));
  return true;
}

static void get_row(struct page *p) {
  struct api_call c = {.p = p};
  if (!page_read(p, show_row, &c)) page_fail(p);
}

/* --- history ------------------------------------------------------------------------------------------------------ */
static bool names_child(const struct model *m, const struct model_record *r, const char *field) {
  const struct model_field *f = field ? model_field(r, field) : NULL;
  const struct model_record *to = f && f->type == FIELD_REF ? model_record(m, f->ref) : NULL;
  return to && to->is_child;
}

static void put_change(struct json_writer *w, struct page *p, const struct model_record *r,
                       const struct change_view *c) {
  bool other = names_child(
      p->model, r, c->field); /* perhaps a child of whom the caller may not know: row and not history says who */
  json_object(w);
  json_key(w, "version"), json_put_int(w, c->version);
  api_put_instant(w, "at", c->at);
  api_put_id(w, p, "by", c->by);
  put(w, "by_name", c->by_name);
  api_put_id(w, p, "on_behalf_of", c->on_behalf);
  put(w, "kind", c->kind);
  put(w, "reason", c->reason);
  put(w, "field", c->field);
  put(w, "label", c->label);
  put(w, "before", other ? NULL : c->before);
  put(w, "after", other ? NULL : c->after);
  json_key(w, "disposed"), json_put_bool(w, c->disposed);
  json_end_object(w);
}

static bool show_history(struct db *db, void *arg, struct error *e) {
  struct api_call *c = arg;
  struct page *p = c->p;
  struct answer x;
  struct change_view *list;
  size_t n = 0;
  const char *field = page_input(p, "field");
  if (!api_open(c, db, e)) return false;
  shown(c);
  if (!record_history(db, &p->ctx, c->permit, c->record, c->row.id, *field ? field : NULL, &list, &n, e)) return false;
  struct json_writer *w = answer_begin(&x, p);
  json_key(w, "items");
  json_array(w);
  for (size_t i = 0; i < n; i++) put_change(w, p, c->record, &list[i]);
  json_end_array(w);
  return answer_end(&x, p);
}

static void get_history(struct page *p) {
  struct api_call c = {.p = p};
  if (!page_read(p, show_history, &c)) page_fail(p);
}

#define CHILD "/api/v1/children/{child:id}"
#define REGISTER "/api/v1/register/{record:word}"
#define PLACE                                                             \
  {"after", INPUT_NUMBER, 0, false}, {"limit", INPUT_NUMBER, 0, false}, { \
    "sort", INPUT_LINE, 60, false                                         \
  }
#define WHICH                        \
  {"state", INPUT_WORD, 0, false}, { \
    "current", INPUT_WORD, 0, false  \
  }
const struct route api_read_routes[] = {
    {"GET", "/api/v1/me", get_me, NEED_TOKEN},
    {"GET", "/api/v1/children", get_children, NEED_TOKEN, .inputs = {PLACE}},
    {"POST", "/api/v1/children/search", post_search, NEED_TOKEN, .raw = true, .reads = true},
    {"GET", CHILD, get_child, NEED_TOKEN},
    {"GET", CHILD "/{record:word}", get_rows, NEED_TOKEN, .inputs = {PLACE, WHICH, {"owner", INPUT_ID, 0, false}}},
    {"GET", CHILD "/{record:word}/{row:id}", get_row, NEED_TOKEN},
    {"GET", CHILD "/{record:word}/{row:id}/history", get_history, NEED_TOKEN,
     .inputs = {{"field", INPUT_WORD, 0, false}}},
    {"GET", REGISTER, get_rows, NEED_TOKEN, .inputs = {PLACE, WHICH}},
    {"GET", REGISTER "/{row:id}", get_row, NEED_TOKEN},
    {.path = NULL}};
