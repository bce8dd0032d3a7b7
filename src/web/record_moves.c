/* What is done to a whole row: moved to a state, marked as recorded by mistake. */
#include <stdlib.h>
#include <string.h>

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
  view_crumb(&m->v, move_title(m));
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

#define ROW "/children/{child:id}/{record:word}/{row:id}"
#define REGISTER_ROW "/register/{record:word}/{row:id}"
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
    {"GET", REGISTER_ROW "/void", get_move, NEED_SESSION},
    {"POST", REGISTER_ROW "/void", post_move, NEED_SESSION, .inputs = MOVE_INPUTS},
    {.path = NULL}};
