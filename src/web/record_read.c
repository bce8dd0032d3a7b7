/* Reading: one row in full, as it stands now or as it was frozen; both print. */
#include <string.h>

#include "base/json.h"
#include "web/app.h"
#include "web/record_view.h"

static bool shows_anything(struct view *v, const struct model_section *s) {
  if (s->parts) {
    const struct model_record *part = model_record(v->p->model, s->parts);
    return permit_reads(v->head.permit) >> part->category_index & 1;
  }
  for (size_t i = 0; i < s->n_fields; i++)
    if (!v->row.withheld[s->fields[i]->index]) return true;
  return false;
}

static void done_line(struct view *v, struct db *db, size_t index) {
  instant_t at = v->row.section_done[index];
  struct page *p = v->p;
  if (at == INSTANT_NONE) return;
  struct html *piece = html_part(p->html);
  int64_t by = v->row.section_done_by[index];
  html_textf(piece, "Done by %s on ",
             by == v->head.child ? v->head.name : record_label(db, &p->ctx, p->model, "person", by, p->arena));
  ui_date(piece, instant_london_date(at));
  ui_meta(p->html, &UI_HTML(piece), 1);
}

static bool show_section(struct view *v, struct db *db, size_t index, const bool *shown, struct error *e) {
  struct page *p = v->p;
  const struct model_section *s = &v->record->sections[index];
  if (!shows_anything(v, s)) return true;
  ui_section_begin(p->html, arena_printf(p->arena, "section-%s", s->id), view_section_title(v, s));
  done_line(v, db, index);
  if (s->parts) {
    if (!view_parts(v, db, s, false, e)) return false;
  } else {
    record_section_html(p, p->html, &v->row, s, shown, true);
  }
  ui_section_end(p->html);
  return true;
}

bool view_sections(struct view *v, struct db *db, const bool *shown, struct error *e) {
  for (size_t i = 0; i < v->record->n_sections; i++)
    if (!show_section(v, db, i, shown, e)) return false;
  return true;
}

static bool show_reading(struct db *db, void *arg, struct error *e) {
  struct view *v = arg;
  struct page *p = v->p;
  if (!view_load(v, db, "", e)) return false;
  bool *shown = arena_alloc(p->arena, v->record->n_fields + 1),
       *required = arena_alloc(p->arena, v->record->n_fields + 1);
  if (!record_conditions(db, &p->ctx, v->head.permit, &v->row, shown, required, e)) return false;
  view_crumb(v, "Read");
  p->title = arena_printf(p->arena, "%s: %s", v->head.name, view_row_name(v));
  child_subnav(p, &v->head, view_tab(v));
  ui_heading_caption(p->html, v->head.name, view_row_name(v));
  struct html *tag = html_part(p->html), *printed = html_part(p->html);
  record_state_tag(tag, &v->row);
  html_textf(printed, "Version %lld, as it stands on ", (long long)v->row.version);
  ui_date(printed, p->ctx.today);
  ui_meta(p->html, (struct ui_piece[]){UI_HTML(tag), UI_HTML(printed)}, 2);
  struct html *back = html_part(p->html);
  ui_link(back, view_row_url(v, &v->row), "Back to the work on it");
  ui_paragraph(p->html, UI_HTML(back));
  return view_sections(v, db, shown, e);
}

static void get_reading(struct page *p) {
  struct view v = {.p = p};
  if (!page_read(p, show_reading, &v)) page_fail(p);
}

/* --- frozen versions ------------------------------------------------------------------------------------------------------------------------------ */
static void show_frozen(struct html *h, const struct json *part, int level);

static void frozen_fields(struct html *h, const struct json *fields) {
  struct html *list = html_part(h);
  struct buf unanswered;
  buf_init(&unanswered, h->out.arena);
  for (size_t k = 0; fields && k < fields->n; k++) {
    const char *text = json_text(json_get(fields->items[k], "text")),
               *label = json_text(json_get(fields->items[k], "label"));
    if (!text || !*text) {
      buf_printf(&unanswered, "%s%s", unanswered.len ? "; " : "", words_within(h->out.arena, label ? label : ""));
      continue;
    }
    struct html *value = html_part(h);
    ui_prose(value, text, NULL);
    ui_summary_row(list, &(struct ui_summary_row){.key = label, .value = UI_HTML(value)});
  }
  if (html_length(list)) {
    ui_summary_begin(h);
    html_put(h, list);
    ui_summary_end(h);
  }
  if (unanswered.len) ui_hint(h, arena_printf(h->out.arena, "Not answered: %s.", buf_text(&unanswered)));
}

/* A frozen row, as record/snapshot.c lays it down: its sections with their fields' labels and texts, and their parts, which are rows again. */
static void show_frozen(struct html *h, const struct json *part, int level) {
  const struct json *sections = json_get(part, "sections");
  for (size_t i = 0; sections && i < sections->n; i++) {
    const struct json *s = sections->items[i], *fields = json_get(s, "fields"), *parts = json_get(s, "parts");
    const char *title = json_text(json_get(s, "title"));
    if (level > 2) {
      frozen_fields(h, fields);
      continue;
    }
    if ((!fields || !fields->n) && (!parts || !parts->n)) continue;
    ui_section_begin(h, NULL, title ? title : "");
    if (fields && fields->n) frozen_fields(h, fields);
    for (size_t k = 0; parts && k < parts->n; k++) {
      const char *kind = json_text(json_get(parts->items[k], "title"));
      ui_card_begin(h, 3, arena_printf(h->out.arena, "%s %zu", kind ? kind : "Part", k + 1), NULL);
      show_frozen(h, parts->items[k], 3);
      ui_card_end(h);
    }
    ui_section_end(h);
  }
}

static bool show_snapshot(struct db *db, void *arg, struct error *e) {
  struct view *v = arg;
  struct page *p = v->p;
  struct snapshot s;
  if (!view_load(v, db, "Approved version", e)) return false;
  if (!snapshot_get(db, &p->ctx, v->head.permit, v->record, v->row.id, page_id(p, "snapshot"), &s, e)) return false;
  const struct model_state *state = model_state(v->record, s.state);
  p->title = arena_printf(p->arena, "%s: %s, version %lld", v->head.name, v->record->title, (long long)s.version);
  child_subnav(p, &v->head, view_tab(v));
  ui_heading_caption(p->html, v->head.name, v->record->title);
  struct html *tag = html_part(p->html), *when = html_part(p->html);
  ui_tag(tag, s.intact ? "green" : "red",
         s.intact ? "Unchanged since it was approved" : "This version does not match its seal");
  html_textf(when, "%s by %s, ", state ? state->title : "Frozen",
             record_label(db, &p->ctx, p->model, "person", s.by, p->arena));
  ui_instant(when, s.at);
  ui_meta(p->html,
          (struct ui_piece[]){UI_TEXT(arena_printf(p->arena, "Version %lld", (long long)s.version)), UI_HTML(when),
                              UI_HTML(tag)},
          3);
  if (s.withheld) ui_hint(p->html, "Parts that are not shared with you are left out.");
  show_frozen(p->html, json_get(s.parts, "row"), 2);
  struct html *seal = html_part(p->html);
  html_textf(seal, "Seal of version %lld: %s", (long long)s.version, s.hash);
  ui_inset(p->html, UI_HTML(seal));
  return true;
}

static void get_snapshot(struct page *p) {
  struct view v = {.p = p};
  if (!page_read(p, show_snapshot, &v)) page_fail(p);
}

#define ROW "/children/{child:id}/{record:word}/{row:id}"
const struct route record_read_routes[] = {{"GET", ROW "/read", get_reading, NEED_SESSION},
                                           {"GET", ROW "/snapshot/{snapshot:id}", get_snapshot, NEED_SESSION},
                                           {.path = NULL}};
