/* What is done to a whole row: moved to a state, marked as recorded by mistake; its history; its frozen versions. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "web/app.h"
#include "web/record_view.h"

/* --- states -------------------------------------------------------------------------------------------------------------------------------- */
struct move {
  struct view v;
  const struct model_transition *way;
  bool voiding;
};

static bool find_way(struct move *m, struct error *e) {
  struct view *v = &m->v;
  const struct model_transition *ways[16];
  const char *to = page_path(v->p, "to");
  size_t n = record_transitions(v->head.permit, &v->row, ways, 16);
  m->voiding = to == NULL;
  m->way = NULL;
  for (size_t i = 0; to && i < n; i++)
    if (strcmp(ways[i]->to, to) == 0) m->way = ways[i];
  if (m->voiding ? record_may_create(v->head.permit, v->record) && !v->record->is_child : m->way != NULL) return true;
  return error_set(e, ERR_NOT_FOUND, "There is nothing here.");
}

static const char *move_title(const struct move *m) {
  if (m->voiding) return "Recorded by mistake";
  return m->way->label ? m->way->label : model_state(m->v.record, m->way->to)->title;
}

/* Where each thing that is still missing can be filled in. */
static void show_missing(struct move *m) {
  struct view *v = &m->v;
  struct page *p = v->p;
  const struct error *e = v->errors;
  if (!e || e->kind != ERR_INPUT) return;
  struct ui_piece *items = arena_alloc(p->arena, (e->n_items + 1) * sizeof *items);
  size_t n = 0;
  for (size_t i = 0; i < e->n_items; i++) {
    const struct model_field *f = e->items[i].column ? model_field(v->record, e->items[i].column) : NULL;
    if (!f) continue;
    const struct model_section *s = &v->record->sections[f->section];
    struct html *line = html_part(p->html);
    html_textf(line, "%s: ", s->title ? s->title : v->record->title);
    if (record_may_fill(v->head.permit, v->record, s, &v->row))
      ui_link(line, page_url(p, "%s/edit/%s#f-%s", view_row_url(v, &v->row), s->id, f->name), f->label);
    else
      html_textf(line, "%s (filled in by somebody else)", f->label);
    items[n++] = UI_HTML(line);
  }
  if (!n) return;
  ui_heading(p->html, 2, "m", "Still missing");
  ui_text(p->html, "These have to be filled in first.");
  ui_list(p->html, true, items, n);
}

static void draw_move(struct move *m) {
  struct view *v = &m->v;
  struct page *p = v->p;
  struct html *h = p->html;
  bool reason = m->voiding || m->way->reason;
  p->title = arena_printf(p->arena, "%s: %s", v->head.name, move_title(m));
  html_errors(h, v->errors);
  ui_columns_begin(h, "two-thirds");
  if (reason) ui_error_summary(h);
  ui_heading_caption(h, arena_printf(p->arena, "%s: %s", v->head.name, v->record->title), move_title(m));
  show_missing(m);
  if (m->voiding)
    ui_text(h, "Nothing is deleted. The entry is taken out of use and stays in the history, with your reason.");
  else if (model_state(v->record, m->way->to)->snapshot)
    ui_text(h, "The record is frozen as it stands now. A later correction is a new version with a reason.");
  ui_form_begin(
      h, &(struct ui_form){.action = m->voiding ? page_url(p, "%s/void", view_row_url(v, &v->row))
                                                : page_url(p, "%s/move/%s", view_row_url(v, &v->row), m->way->to),
                           .csrf = page_csrf(p),
                           .key = page_key(p)});
  ui_hidden(h, "base", arena_printf(p->arena, "%lld", (long long)v->row.version));
  if (reason)
    ui_textarea(
        h, &(struct ui_field){.name = "reason",
                              .label = "Reason",
                              .hint = m->voiding ? "Why is this a mistake?" : "Those who work on it will read this.",
                              .value = page_input(p, "reason"),
                              .rows = 4,
                              .max_length = 2000});
  ui_buttons_begin(h);
  ui_button(h, &(struct ui_button){.text = move_title(m), .kind = m->voiding ? UI_WARNING : UI_BUTTON});
  ui_link(h, view_row_url(v, &v->row), "Cancel");
  ui_buttons_end(h);
  ui_form_end(h);
  ui_columns_end(h);
}

static bool show_move(struct db *db, void *arg, struct error *e) {
  struct move *m = arg;
  if (!view_load(&m->v, db, "", e) || !find_way(m, e)) return false;
  ((struct ui_crumb *)m->v.p->crumbs)[m->v.p->n_crumbs - 1].text = move_title(m);
  draw_move(m);
  return true;
}

static void get_move(struct page *p) {
  struct move m = {.v = {.p = p}};
  if (!page_read(p, show_move, &m)) page_fail(p);
}

static bool do_move(struct db *db, void *arg, struct error *e) {
  struct move *m = arg;
  struct view *v = &m->v;
  struct page *p = v->p;
  int64_t version, base = strtoll(page_input(p, "base"), NULL, 10);
  const char *reason = page_input(p, "reason");
  if (!view_load(v, db, "", e) || !find_way(m, e)) return false;
  const struct record_env *env = &p->engine->env;
  if (m->voiding ? !record_void(db, &p->ctx, env, v->head.permit, v->record, v->row.id, base, reason, &version, e)
                 : !record_move(db, &p->ctx, env, v->head.permit, v->record, v->row.id, base, m->way->to,
                                *reason ? reason : NULL, &version, e))
    return false;
  page_redirect(p, m->voiding ? page_url(p, "%s/%s", v->head.url, v->record->part_of ? "records" : v->record->name)
                              : view_row_url(v, &v->row));
  return true;
}

static void post_move(struct page *p) {
  struct move m = {.v = {.p = p}};
  if (page_write(p, do_move, &m)) return;
  if (p->error.kind != ERR_INPUT) return page_fail(p);
  struct error *kept = arena_copy(p->arena, &p->error, sizeof p->error);
  kept->items = arena_copy(p->arena, p->error.items, p->error.n_items * sizeof *p->error.items);
  m.v.errors = kept;
  p->response->status = 422;
  if (!page_read(p, show_move, &m)) page_fail(p);
}

/* --- history ---------------------------------------------------------------------------------------------------------------------------------- */
static const char *kind_words(const struct change_view *c) {
  static const struct {
    const char *kind, *words;
  } all[] = {{"create", "Recorded"},          {"change", "Changed"},  {"state", "Moved on"},
             {"void", "Marked as a mistake"}, {"import", "Imported"}, {"snapshot", "Frozen"},
             {"dispose", "Disposed of"},      {"restore", "Restored"}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (strcmp(all[i].kind, c->kind) == 0) return all[i].words;
  return c->kind;
}

static struct html *change_line(struct page *p, const struct change_view *c) {
  struct html *h = html_part(p->html);
  if (c->disposed) {
    ui_hint(h, "What was recorded here has been disposed of, as the retention rules ask.");
    return h;
  }
  struct html *line = html_part(p->html);
  html_textf(line, "%s: ", c->label ? c->label : c->field ? c->field : "");
  if (c->before)
    html_textf(line, "%s, before: ", c->after ? c->after : "(blank)"), html_text(line, c->before);
  else
    html_text(line, c->after ? c->after : "(blank)");
  ui_paragraph(h, UI_HTML(line));
  return h;
}

static bool show_history(struct db *db, void *arg, struct error *e) {
  struct view *v = arg;
  struct page *p = v->p;
  struct change_view *list;
  size_t n = 0;
  const char *field = page_input(p, "field");
  if (!view_load(v, db, "History", e)) return false;
  if (!record_history(db, &p->ctx, v->head.permit, v->record, v->row.id, *field ? field : NULL, &list, &n, e))
    return false;
  const struct model_field *f = *field ? model_field(v->record, field) : NULL;
  p->title = arena_printf(p->arena, "%s: history", v->head.name);
  ui_heading_caption(p->html, arena_printf(p->arena, "%s: %s", v->head.name, record_row_title(p, db, &v->row)),
                     f ? arena_printf(p->arena, "History: %s", f->label) : "History of changes");
  if (!n) ui_empty(p->html, "No change that you may see is recorded.", NULL, NULL);
  ui_timeline_begin(p->html, "Changes, newest first");
  for (size_t i = 0; i < n;) { /* one event an entry, with all its fields */
    struct html *body = html_part(p->html);
    size_t first = i;
    if (list[i].reason) ui_textf(body, "Reason: %s", list[i].reason);
    for (; i < n && list[i].seq == list[first].seq; i++) html_put(body, change_line(p, &list[i]));
    date_t day;
    int hour, minute;
    char words[40];
    instant_london(list[first].at, &day, &hour, &minute);
    ui_timeline_event(p->html,
                      &(struct ui_event){.title = kind_words(&list[first]),
                                         .by = list[first].by_name,
                                         .when = arena_printf(p->arena, "%s at %02d:%02d",
                                                              date_long(day, words, sizeof words), hour, minute),
                                         .body = UI_HTML(body)});
  }
  ui_timeline_end(p->html);
  return true;
}

static void get_history(struct page *p) {
  struct view v = {.p = p};
  if (!page_read(p, show_history, &v)) page_fail(p);
}

/* --- frozen versions ------------------------------------------------------------------------------------------------------------------------------ */
static void show_frozen(struct html *h, const struct json *part);

static void show_frozen_list(struct html *h, const struct json *list) {
  for (size_t i = 0; list && i < list->n; i++) show_frozen(h, list->items[i]);
}

/* A frozen row, as record/snapshot.c lays it down: its sections with their fields' labels and texts, and their parts, which are rows again. */
static void show_frozen(struct html *h, const struct json *part) {
  const struct json *sections = json_get(part, "sections");
  for (size_t i = 0; sections && i < sections->n; i++) {
    const struct json *s = sections->items[i], *fields = json_get(s, "fields");
    const char *title = json_text(json_get(s, "title"));
    ui_section_begin(h, NULL, title ? title : "");
    ui_summary_begin(h);
    for (size_t k = 0; fields && k < fields->n; k++) {
      const char *text = json_text(json_get(fields->items[k], "text"));
      struct html *value = html_part(h);
      ui_prose(value, text, NULL);
      ui_summary_row(h, &(struct ui_summary_row){.key = json_text(json_get(fields->items[k], "label")),
                                                 .value = text ? UI_HTML(value) : UI_TEXT("Not given"),
                                                 .missing = !text});
    }
    ui_summary_end(h);
    show_frozen_list(h, json_get(s, "parts"));
    ui_section_end(h);
  }
}

static bool show_snapshot(struct db *db, void *arg, struct error *e) {
  struct view *v = arg;
  struct page *p = v->p;
  struct snapshot s;
  if (!view_load(v, db, "Approved version", e)) return false;
  if (!snapshot_get(db, &p->ctx, v->head.permit, v->record, v->row.id, page_id(p, "snapshot"), &s, e)) return false;
  p->title = arena_printf(p->arena, "%s: %s, version %lld", v->head.name, v->record->title, (long long)s.version);
  ui_heading_caption(p->html, v->head.name, v->record->title);
  struct html *line = html_part(p->html);
  ui_tag(line, s.intact ? "green" : "red",
         s.intact ? "Unchanged since it was approved" : "This version does not match its seal");
  html_text(line, " ");
  ui_instant(line, s.at);
  html_textf(line, ", by %s. Version %lld.", record_label(db, &p->ctx, p->model, "person", s.by, p->arena),
             (long long)s.version);
  ui_paragraph(p->html, UI_HTML(line));
  if (s.withheld) ui_hint(p->html, "Parts that are not shared with you are left out.");
  show_frozen(p->html, json_get(s.parts, "row"));
  ui_hint(p->html, arena_printf(p->arena, "Seal: %s", s.hash));
  return true;
}

static void get_snapshot(struct page *p) {
  struct view v = {.p = p};
  if (!page_read(p, show_snapshot, &v)) page_fail(p);
}

#define ROW "/children/{child:id}/{record:word}/{row:id}"
#define MOVE_INPUTS                      \
  {                                      \
    {"base", INPUT_NUMBER, 0, false}, {  \
      "reason", INPUT_PROSE, 4000, false \
    }                                    \
  }
const struct route record_move_routes[] = {
    {"GET", ROW "/move/{to:word}", get_move, NEED_SESSION},
    {"POST", ROW "/move/{to:word}", post_move, NEED_SESSION, .inputs = MOVE_INPUTS},
    {"GET", ROW "/void", get_move, NEED_SESSION},
    {"POST", ROW "/void", post_move, NEED_SESSION, .inputs = MOVE_INPUTS},
    {"GET", ROW "/history", get_history, NEED_SESSION, .inputs = {{"field", INPUT_WORD, 0, false}}},
    {"GET", ROW "/snapshot/{snapshot:id}", get_snapshot, NEED_SESSION},
    {.path = NULL}};
