/* Writing a record about a child: the form of a section, drafts, saving; two people editing at once see both answers. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "web/app.h"
#include "web/record_view.h"

/* --- forms -------------------------------------------------------------------------------------------------------------------------------------- */
/* The form's own address; its draft and its discarding stand below it. */
static const char *form_url(struct view *v, const char *below) {
  if (v->row.id) return page_url(v->p, "%s/edit/%s%s", view_row_url(v, &v->row), v->section->id, below);
  return page_url(v->p, "%s/%s/new%s", v->head.url, v->record->name, below);
}

/* Where one goes from the form of a row: to the row, and from a part to what it is a part of. */
static const char *id_url(struct view *v, int64_t id) {
  int64_t owner = !v->record->part_of ? 0 : v->row.id ? v->row.owner : v->owner;
  return page_url(v->p, "%s/%s/%s", v->head.url, owner ? v->record->part_of : v->record->name,
                  page_ref(v->p, owner ? owner : id));
}

/* What was typed and not saved comes back, with the version that it began from. */
static bool take_draft(struct view *v, struct db *db, struct error *e) {
  struct page *p = v->p;
  struct draft d;
  bool found = false;
  if (!draft_get(db, &p->ctx, v->head.permit, v->record->name, v->row.id, v->owner, v->section->id, &d, &found, e))
    return false;
  if (!found) return true;
  struct error parse;
  error_init(&parse, p->arena);
  const struct json *body = json_parse(p->arena, d.body, strlen(d.body), &parse);
  for (size_t i = 0; body && i < body->n; i++) {
    const struct model_field *f = model_field(v->record, body->keys[i]);
    if (f && body->items[i]->type == JSON_STRING) v->texts[f->index] = body->items[i]->s;
  }
  v->base = d.base;
  struct html *note = html_part(p->html);
  html_text(note, "What you typed here was kept as a draft on ");
  ui_instant(note, d.at);
  html_text(note, ". Nobody else can see it until you save.");
  ui_form_begin(note, &(struct ui_form){.action = form_url(v, "/discard"), .csrf = page_csrf(p)});
  if (v->owner) ui_hidden(note, "owner", page_ref(p, v->owner));
  ui_button(note, &(struct ui_button){.text = "Discard the draft", .kind = UI_SECONDARY});
  ui_form_end(note);
  ui_notification(p->html, false, "Your draft", UI_HTML(note));
  return true;
}

/* Both answers to each field that two people changed. */
static void show_conflicts(struct view *v) {
  struct html *h = v->p->html;
  const struct error *e = v->errors;
  if (!e || e->kind != ERR_CONFLICT || !e->n_items) return;
  static const struct ui_column columns[] = {
      {.title = "Question"}, {.title = "Saved by somebody else"}, {.title = "What you typed"}};
  struct ui_table t = {.caption =
                           "Somebody else saved other answers while you were writing. Yours are in the form below, not "
                           "saved. Change them or save them as they are.",
                       .columns = columns,
                       .n_columns = 3,
                       .roomy = true};
  for (size_t i = 0; i < e->n_items; i++) {
    const struct error_item *it = &e->items[i];
    const struct model_field *f = it->column ? model_field(v->record, it->column) : NULL;
    ui_table_row(h, &t,
                 (struct ui_cell[]){{.text = f ? f->label : it->column},
                                    {.text = it->value ? it->value : "(nothing)"},
                                    {.text = it->expected ? it->expected : "(nothing)"}});
  }
  ui_table_end(h, &t);
}

static bool draw_form(struct view *v, struct db *db, struct error *e) {
  struct page *p = v->p;
  struct html *h = p->html;
  const struct permit *permit = v->head.permit;
  bool *shown = arena_alloc(p->arena, v->record->n_fields + 1),
       *required = arena_alloc(p->arena, v->record->n_fields + 1);
  if (v->row.id && !record_conditions(db, &p->ctx, permit, &v->row, shown, required, e)) return false;
  html_errors(h, v->errors);
  ui_columns_begin(h, "two-thirds");
  ui_error_summary(h);
  const char *title = v->row.id ? view_section_title(v, v->section) : words_add(p->arena, v->record);
  ui_heading_caption(h,
                     v->row.id && v->record->n_sections > 1
                         ? arena_printf(p->arena, "%s: %s", v->head.name, view_row_name(v))
                         : v->head.name,
                     title);
  if (v->section->help) ui_hint(h, v->section->help);
  show_conflicts(v);
  ui_form_begin(h, &(struct ui_form){.action = form_url(v, ""),
                                     .csrf = page_csrf(p),
                                     .key = page_key(p),
                                     .draft = form_url(v, "/draft"),
                                     .guard = true});
  ui_hidden(h, "base", arena_printf(p->arena, "%lld", (long long)v->base));
  if (v->owner) ui_hidden(h, "owner", page_ref(p, v->owner));
  for (size_t i = 0; i < v->record->n_sections; i++) {
    const struct model_section *s = &v->record->sections[i];
    if (v->row.id ? s == v->section : record_may_fill(permit, v->record, s, NULL)) {
      if (!v->row.id && s != v->section) continue; /* a new row begins with its first section; the others follow */
      record_questions(p, db, h, v->record, s, v->texts, permit_reads(permit) | permit_writes(permit), required);
    }
  }
  ui_buttons_begin(h);
  ui_button(h, &(struct ui_button){.text = "Save"});
  if (v->row.id && v->record->n_sections > 1)
    ui_button(
        h, &(struct ui_button){.text = "Save and mark as done", .kind = UI_SECONDARY, .name = "done", .value = "yes"});
  ui_link(h, v->row.id || v->owner ? id_url(v, v->row.id) : view_list_url(v), "Cancel");
  ui_buttons_end(h);
  ui_form_end(h);
  ui_columns_end(h);
  p->title = arena_printf(p->arena, "%s: %s", v->head.name, title);
  return true;
}

static bool find_section(struct view *v, struct error *e) {
  struct page *p = v->p;
  const char *id = page_path(p, "section");
  const struct permit *permit = v->head.permit;
  v->owner = page_id(p, "owner");
  if (id) {
    v->section = model_section(v->record, id);
  } else {
    for (size_t i = 0; i < v->record->n_sections && !v->section; i++)
      if (v->record->sections[i].n_fields && record_may_fill(permit, v->record, &v->record->sections[i], NULL))
        v->section = &v->record->sections[i];
    if (!record_may_create(permit, v->record)) v->section = NULL;
  }
  if (!v->section || (v->row.id && !record_may_fill(permit, v->record, v->section, &v->row)))
    return error_set(e, ERR_NOT_FOUND, "There is nothing here.");
  v->texts =
      v->row.id ? record_texts(p->arena, &v->row) : arena_alloc(p->arena, (v->record->n_fields + 1) * sizeof *v->texts);
  v->base = v->row.id ? v->row.version : 0;
  return true;
}

static bool show_form(struct db *db, void *arg, struct error *e) {
  struct view *v = arg;
  return view_load(v, db, v->p->route && page_path(v->p, "row") ? "Edit" : "New", e) && find_section(v, e) &&
         take_draft(v, db, e) && draw_form(v, db, e);
}

static void get_form(struct page *p) {
  struct view v = {.p = p};
  if (!page_read(p, show_form, &v)) page_fail(p);
}

/* --- saving ---------------------------------------------------------------------------------------------------------------------------------- */
struct save {
  struct view v;
  struct record_input in;
};

static bool save_row(struct db *db, void *arg, struct error *e) {
  struct save *s = arg;
  struct view *v = &s->v;
  struct page *p = v->p;
  int64_t id = 0, version = 0;
  v->section = NULL;
  if (!view_load(v, db, "Edit", e)) return false;
  if (!find_section(v, e)) return false;
  v->base = strtoll(page_input(p, "base"), NULL, 10);
  const char **texts = arena_alloc(p->arena, (v->record->n_fields + 1) * sizeof *texts);
  bool good = record_input_sent(p, v->record, &s->in, texts, e);
  v->texts = texts;
  if (!good) return false;
  const struct permit *permit = v->head.permit;
  if (v->row.id) {
    id = v->row.id;
    int done = strcmp(page_input(p, "done"), "yes") == 0 ? 1 : -1;
    if (!record_change(db, &p->ctx, &p->engine->env, permit, v->record, id, v->section->id, v->base, &s->in, done,
                       &version, e))
      return false;
  } else if (!record_create(db, &p->ctx, &p->engine->env, permit, v->record, v->head.child, v->owner, &s->in, &id, e)) {
    return false;
  }
  if (!draft_discard(db, &p->ctx, permit, v->record->name, v->row.id, v->owner, v->section->id, e)) return false;
  page_redirect(p, id_url(v, v->row.id ? v->row.id : id));
  return true;
}

struct again {
  struct view v;
  const char **typed;
  bool conflict;
  int64_t base;
};

static bool show_again(struct db *db, void *arg, struct error *e) {
  struct again *a = arg;
  struct view *v = &a->v;
  v->section = NULL;
  if (!view_load(v, db, "Edit", e) || !find_section(v, e)) return false;
  for (size_t i = 0; i < v->record->n_fields; i++)
    if (a->typed[i]) v->texts[i] = a->typed[i];
  if (!a->conflict)
    v->base = a->base; /* after a conflict the form begins from the newest version, so that saving again is a choice */
  return draw_form(v, db, e);
}

static void post_form(struct page *p) {
  struct save s = {.v = {.p = p}};
  if (page_write(p, save_row, &s)) return;
  if ((p->error.kind != ERR_INPUT && p->error.kind != ERR_CONFLICT) || !s.v.texts) return page_fail(p);
  struct error *kept = arena_copy(p->arena, &p->error, sizeof p->error);
  kept->items = arena_copy(p->arena, p->error.items, p->error.n_items * sizeof *p->error.items);
  for (size_t i = 0; i < kept->n_items; i++) /* the form's questions are named f.<field> */
    if (kept->items[i].column && kept->kind == ERR_INPUT)
      kept->items[i].column = arena_printf(p->arena, "f.%s", kept->items[i].column);
  struct again a = {
      .v = {.p = p, .errors = kept}, .typed = s.v.texts, .conflict = kept->kind == ERR_CONFLICT, .base = s.v.base};
  p->response->status = a.conflict ? 412 : 422;
  if (!page_read(p, show_again, &a)) page_fail(p);
}

/* --- drafts ------------------------------------------------------------------------------------------------------------------------------------- */
static const char *draft_body(struct page *p) {
  const char *const *names, *const *values;
  size_t n = page_input_prefixed(p, "f.", &names, &values);
  struct buf b;
  struct json_writer w;
  struct error e;
  error_init(&e, p->arena);
  buf_init(&b, p->arena);
  json_begin(&w, &b);
  json_object(&w);
  for (size_t i = 0; i < n; i++) json_key(&w, names[i]), json_put_text(&w, values[i]);
  json_end_object(&w);
  return buf_text(&b);
}

static bool save_draft(struct db *db, void *arg, struct error *e) {
  struct view *v = arg;
  struct page *p = v->p;
  v->section = NULL;
  if (!view_load(v, db, "Edit", e) || !find_section(v, e)) return false;
  struct draft d = {.record = v->record->name,
                    .row = v->row.id,
                    .child = v->head.child,
                    .owner = v->owner,
                    .section = v->section->id,
                    .base = strtoll(page_input(p, "base"), NULL, 10),
                    .body = draft_body(p),
                    .at = p->ctx.now};
  if (!draft_save(db, &p->ctx, v->head.permit, &d, e)) return false;
  page_json(p, 200, "{}");
  return true;
}

static void post_draft(struct page *p) {
  struct view v = {.p = p};
  if (!page_write(p, save_draft, &v)) page_fail(p);
}

static bool drop_draft(struct db *db, void *arg, struct error *e) {
  struct view *v = arg;
  struct page *p = v->p;
  v->section = NULL;
  if (!view_load(v, db, "Edit", e) || !find_section(v, e)) return false;
  if (!draft_discard(db, &p->ctx, v->head.permit, v->record->name, v->row.id, v->owner, v->section->id, e))
    return false;
  page_redirect(p, v->row.id ? page_url(p, "%s/edit/%s", view_row_url(v, &v->row), v->section->id)
                             : page_url(p, "%s/%s/new", v->head.url, v->record->name));
  return true;
}

static void post_discard(struct page *p) {
  struct view v = {.p = p};
  if (!page_write(p, drop_draft, &v)) page_fail(p);
}

#define FORM_INPUTS                                                                                         \
  {                                                                                                         \
    {"f.*", INPUT_PROSE, 20000, false}, {"base", INPUT_NUMBER, 0, false}, {"done", INPUT_WORD, 0, false}, { \
      "owner", INPUT_ID, 0, false                                                                           \
    }                                                                                                       \
  }
#define OWNER_INPUT                 \
  {                                 \
    { "owner", INPUT_ID, 0, false } \
  }
const struct route record_edit_routes[] = {
    {"GET", "/children/{child:id}/{record:word}/new", get_form, NEED_SESSION, .inputs = OWNER_INPUT},
    {"POST", "/children/{child:id}/{record:word}/new", post_form, NEED_SESSION, .inputs = FORM_INPUTS},
    {"POST", "/children/{child:id}/{record:word}/new/draft", post_draft, NEED_SESSION, .inputs = FORM_INPUTS},
    {"POST", "/children/{child:id}/{record:word}/new/discard", post_discard, NEED_SESSION, .inputs = OWNER_INPUT},
    {"GET", "/children/{child:id}/{record:word}/{row:id}/edit/{section:word}", get_form, NEED_SESSION},
    {"POST", "/children/{child:id}/{record:word}/{row:id}/edit/{section:word}", post_form, NEED_SESSION,
     .inputs = FORM_INPUTS},
    {"POST", "/children/{child:id}/{record:word}/{row:id}/edit/{section:word}/draft", post_draft, NEED_SESSION,
     .inputs = FORM_INPUTS},
    {"POST", "/children/{child:id}/{record:word}/{row:id}/edit/{section:word}/discard", post_discard, NEED_SESSION},
    {"GET", "/register/{record:word}/new", get_form, NEED_SESSION},
    {"POST", "/register/{record:word}/new", post_form, NEED_SESSION, .inputs = FORM_INPUTS},
    {"POST", "/register/{record:word}/new/draft", post_draft, NEED_SESSION, .inputs = FORM_INPUTS},
    {"POST", "/register/{record:word}/new/discard", post_discard, NEED_SESSION},
    {"GET", "/register/{record:word}/{row:id}/edit/{section:word}", get_form, NEED_SESSION},
    {"POST", "/register/{record:word}/{row:id}/edit/{section:word}", post_form, NEED_SESSION, .inputs = FORM_INPUTS},
    {"POST", "/register/{record:word}/{row:id}/edit/{section:word}/draft", post_draft, NEED_SESSION,
     .inputs = FORM_INPUTS},
    {"POST", "/register/{record:word}/{row:id}/edit/{section:word}/discard", post_discard, NEED_SESSION},
    {.path = NULL}};
