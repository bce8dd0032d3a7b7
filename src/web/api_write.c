/* Writing by the API: create, change, move to a state, void. Answers hold ids and versions only, because they are
 * kept for as long as an idempotency key is. */
#include <string.h>

#include "base/error.h"
#include "web/api.h"
#include "web/child_head.h"

struct write {
  struct api_call call;
  struct record_input in;
  bool voids;
};

static void answer(struct api_call *c, int status, int64_t id, int64_t version) {
  struct page *p = c->p;
  struct buf b;
  struct json_writer w;
  const char *href = page_url(p, "%s/%s", c->base_url, page_ref(p, id));
  buf_init(&b, p->arena);
  json_begin(&w, &b);
  json_object(&w);
  api_put_id(&w, p, "id", id);
  json_key(&w, "href");
  json_put_text(&w, href);
  json_key(&w, "version");
  json_put_int(&w, version);
  json_end_object(&w);
  if (status == 201) page_set_header(p, "location", href);
  page_etag(p, version);
  page_json(p, status, buf_text(&b));
}

/* --- what is written ---------------------------------------------------------------------------------------------- */
static bool take_fields(struct write *x, struct error *e) {
  struct page *p = x->call.p;
  const struct json *fields = json_get(x->call.body, "fields");
  return api_fields(p->arena, x->call.record, p->authority->code, p->ctx.today, fields, &x->in, e);
}

/* The row of which the new one is to be part. */
static bool take_owner(struct write *x, int64_t *owner, struct error *e) {
  const char *given = json_text(json_get(x->call.body, "owner")), *above = x->call.record->part_of;
  *owner = 0;
  if (!above && !given) return true;
  if (!above) return error_field(e, "owner", NULL, "owner: this record is not part of another.");
  if (given && api_ref(x->call.p->authority->code, given, owner)) return true;
  return error_field(e, "owner", NULL, "owner: expected the reference of the %s of which this is part.",
                     model_record(x->call.p->model, above)->title);
}

static bool create_row(struct db *db, void *arg, struct error *e) {
  struct write *x = arg;
  struct api_call *c = &x->call;
  struct page *p = c->p;
  int64_t id = 0, owner = 0;
  if (!api_open(c, db, e)) return false;
  if (c->record->is_child) return error_set(e, ERR_NOT_FOUND, "There is nothing here.");
  bool reads = permit_reads(c->permit) >> c->record->category_index & 1;
  if (!reads && !record_may_create(c->permit, c->record)) return error_set(e, ERR_NOT_FOUND, "There is nothing here.");
  if (!take_fields(x, e) || !take_owner(x, &owner, e)) return false;
  if (!record_create(db, &p->ctx, &p->engine->env, c->permit, c->record, c->child, owner, &x->in, &id, e)) return false;
  answer(c, 201, id, 1);
  return true;
}

static void post_row(struct page *p) {
  static const struct api_member members[] = {{"fields", API_OBJECT, true}, {"owner", API_TEXT, false}};
  struct write x = {.call = {.p = p}};
  if (!api_take_body(&x.call, members, 2)) return;
  if (!page_write(p, create_row, &x)) page_fail(p);
}

/* --- changes of a row that is there ------------------------------------------------------------------------------- */
/* Opens the row, and refuses a version that it never had. */
static bool open_row(struct api_call *c, struct db *db, struct error *e) {
  if (!api_open(c, db, e)) return false;
  if (c->if_match >= 1 && c->if_match <= c->row.version) return true;
  return error_set(e, ERR_CONFLICT, "This record never was at the version that If-Match names. Read it again.");
}

static bool change_row(struct db *db, void *arg, struct error *e) {
  struct write *x = arg;
  struct api_call *c = &x->call;
  struct page *p = c->p;
  int64_t version;
  const char *section = json_text(json_get(c->body, "section"));
  const struct json *done = json_get(c->body, "done");
  if (!open_row(c, db, e) || !take_fields(x, e)) return false;
  if (done && !section) return error_field(e, "section", NULL, "section: expected the section that is done.");
  if (!record_change(db, &p->ctx, &p->engine->env, c->permit, c->record, c->row.id, section, c->if_match, &x->in,
                     done ? done->type == JSON_TRUE : -1, &version, e))
    return false;
  answer(c, 200, c->row.id, version);
  return true;
}

static bool move_row(struct db *db, void *arg, struct error *e) {
  struct write *x = arg;
  struct api_call *c = &x->call;
  struct page *p = c->p;
  int64_t version;
  const char *to = json_text(json_get(c->body, "to")), *reason = json_text(json_get(c->body, "reason"));
  if (!open_row(c, db, e)) return false;
  if (x->voids && c->record->is_child)
    return error_set(e, ERR_DENIED, "A child's own record is not taken out of use here.");
  const struct record_env *env = &p->engine->env;
  bool moved =
      x->voids ? record_void(db, &p->ctx, env, c->permit, c->record, c->row.id, c->if_match, reason, &version, e)
               : record_move(db, &p->ctx, env, c->permit, c->record, c->row.id, c->if_match, to, reason, &version, e);
  if (!moved) return false;
  answer(c, 200, c->row.id, version);
  return true;
}

/* --- two editors -------------------------------------------------------------------------------------------------- */
static bool note_conflict(struct db *db, void *arg, struct error *e) {
  struct api_call *c = arg;
  if (!api_open(c, db, e)) return false;
  page_shown(c->p, c->permit, record_bits(c->record, permit_reads(c->permit)));
  page_etag(c->p, c->row.version);
  return true;
}

/* Both sides in the form that values have here. */
static const char *in_api_form(struct page *p, const struct model_field *f, const char *text) {
  struct value v;
  const char *expected;
  if (!text || !*text || f->type == FIELD_YES_NO) return text;
  if (!model_field_check(f, text, DATE_NONE, p->arena, &v, &expected) || v.type != VALUE_INT) return text;
  if (f->type == FIELD_REF) return page_ref(p, v.i);
  return f->type == FIELD_MONEY ? arena_printf(p->arena, "%lld", (long long)v.i) : text;
}

/* What others wrote meanwhile is shown, so that it is an access like any other. */
static void show_conflict(struct write *x) {
  struct page *p = x->call.p;
  for (size_t i = 0; i < p->error.n_items; i++) {
    struct error_item *it = &p->error.items[i];
    const struct model_field *f = it->column ? model_field(x->call.record, it->column) : NULL;
    if (!f) continue;
    it->value = in_api_form(p, f, it->value);
    it->expected = in_api_form(p, f, it->expected);
  }
  problem_page(p, 412, p->error.message);
  page_purpose(p, "shown", NULL);
  if (!page_read(p, note_conflict, &x->call)) page_fail(p);
}

/* Every change names the version that it began from. */
static bool take_if_match(struct api_call *c) {
  struct page *p = c->p;
  if (page_if_match(p, &c->if_match)) return true;
  problem_page(p, page_header(p, "if-match") ? 400 : 428,
               "Send If-Match with the ETag that you were given, like \"7\".");
  return false;
}

static void write_row(struct write *x, store_fn *fn) {
  struct page *p = x->call.p;
  if (page_write(p, fn, x)) return;
  if (p->error.kind == ERR_CONFLICT)
    show_conflict(x);
  else
    page_fail(p);
}

static void patch_row(struct page *p) {
  static const struct api_member members[] = {
      {"fields", API_OBJECT, false}, {"section", API_TEXT, false}, {"done", API_TRUTH, false}};
  struct write x = {.call = {.p = p}};
  if (take_if_match(&x.call) && api_take_body(&x.call, members, 3)) write_row(&x, change_row);
}

static void post_state(struct page *p) {
  static const struct api_member members[] = {{"to", API_TEXT, true}, {"reason", API_TEXT, false}};
  struct write x = {.call = {.p = p}};
  if (take_if_match(&x.call) && api_take_body(&x.call, members, 2)) write_row(&x, move_row);
}

static void post_void(struct page *p) {
  static const struct api_member members[] = {{"reason", API_TEXT, true}};
  struct write x = {.call = {.p = p}, .voids = true};
  if (take_if_match(&x.call) && api_take_body(&x.call, members, 1)) write_row(&x, move_row);
}

#define ROWS "/api/v1/children/{child:id}/{record:word}"
const struct route api_write_routes[] = {{"POST", ROWS, post_row, NEED_TOKEN, .raw = true},
                                         {"PATCH", ROWS "/{row:id}", patch_row, NEED_TOKEN, .raw = true},
                                         {"POST", ROWS "/{row:id}/state", post_state, NEED_TOKEN, .raw = true},
                                         {"POST", ROWS "/{row:id}/void", post_void, NEED_TOKEN, .raw = true},
                                         {.path = NULL}};
