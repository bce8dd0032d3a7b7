/* One row of any type: what it says, and what can be done with it. */
#include <string.h>

#include "web/app.h"
#include "web/record_view.h"

static void row_links(struct view *v) {
  struct page *p = v->p;
  ui_rule(p->html);
  ui_buttons_begin(p->html);
  ui_link(p->html, page_url(p, "%s/history", view_row_url(v, &v->row)), "History of changes");
  if (!v->row.voided && !v->record->is_child && record_may_create(v->head.permit, v->record))
    ui_link(p->html, page_url(p, "%s/void", view_row_url(v, &v->row)), "Recorded by mistake");
  ui_buttons_end(p->html);
}

/* A row without states, or of one hand: its answers, each section with the way to change it. */
static bool show_plain(struct view *v, struct db *db, const bool *shown, struct error *e) {
  struct page *p = v->p;
  struct html *tags = html_part(p->html);
  record_state_tag(tags, &v->row);
  if (html_length(tags)) ui_paragraph(p->html, UI_HTML(tags));
  for (size_t i = 0; i < v->record->n_sections; i++) {
    const struct model_section *s = &v->record->sections[i];
    if (v->record->n_sections > 1) ui_heading(p->html, 2, NULL, view_section_title(v, s));
    if (s->parts) {
      if (!view_parts(v, db, s, true, e)) return false;
      view_add_part(v, s);
      continue;
    }
    record_section_html(p, p->html, &v->row, s, shown, false);
    if (record_may_fill(v->head.permit, v->record, s, &v->row))
      ui_button(p->html, &(struct ui_button){.text = arena_printf(p->arena, "Change this %s",
                                                                  words_within(p->arena, view_section_title(v, s))),
                                             .href = page_url(p, "%s/edit/%s", view_row_url(v, &v->row), s->id)});
  }
  return true;
}

static bool show_row(struct db *db, void *arg, struct error *e) {
  struct view *v = arg;
  struct page *p = v->p;
  if (!view_load(v, db, "", e)) return false;
  const char *name = view_row_name(v);
  bool *shown = arena_alloc(p->arena, v->record->n_fields + 1),
       *required = arena_alloc(p->arena, v->record->n_fields + 1);
  if (!record_conditions(db, &p->ctx, v->head.permit, &v->row, shown, required, e)) return false;
  view_crumb(v, record_row_title(p, &v->row));
  p->title = arena_printf(p->arena, "%s: %s", v->head.name, name);
  child_subnav(p, &v->head, view_tab(v));
  if (v->row.owner)
    ui_back_link(p->html, page_url(p, "%s/%s/%s", v->head.url, v->record->part_of, page_ref(p, v->row.owner)),
                 arena_printf(p->arena, "Back to the %s",
                              words_within(p->arena, model_record(p->model, v->record->part_of)->title)));
  ui_heading_caption(p->html, v->head.child ? v->head.name : v->record->title, name);
  bool worked = v->record->n_states && v->record->n_sections > 1;
  if (!(worked ? view_work(v, db, shown, e) : show_plain(v, db, shown, e))) return false;
  row_links(v);
  return true;
}

static void get_row(struct page *p) {
  struct view v = {.p = p};
  if (!page_read(p, show_row, &v)) page_fail(p);
}

const struct route record_routes[] = {{"GET", "/children/{child:id}/{record:word}/{row:id}", get_row, NEED_SESSION},
                                      {"GET", "/register/{record:word}/{row:id}", get_row, NEED_SESSION},
                                      {.path = NULL}};
