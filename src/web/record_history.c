/* The history of a row, or of one of its fields: who, when, why, and what it was before. */
#include <string.h>

#include "web/app.h"
#include "web/record_view.h"

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

/* One question out of all that the reader may see. */
static void choose_field(struct view *v, const char *field) {
  struct page *p = v->p;
  const struct model_record *r = v->record;
  struct ui_option *options = arena_alloc(p->arena, (r->n_fields + 1) * sizeof *options);
  size_t n = 0;
  for (size_t i = 0; i < r->n_fields; i++)
    if (!v->row.withheld[i] && !r->fields[i].retired)
      options[n++] = (struct ui_option){.value = r->fields[i].name, .label = r->fields[i].label};
  if (n < 2) return;
  ui_form_begin(p->html, &(struct ui_form){.action = page_url(p, "%s/history", view_row_url(v, &v->row)), .get = true});
  ui_select(p->html, &(struct ui_field){.name = "field",
                                        .label = "Show the history of",
                                        .value = field,
                                        .options = options,
                                        .n_options = n,
                                        .empty_option = "Everything"});
  ui_button(p->html, &(struct ui_button){.text = "Show", .kind = UI_SECONDARY});
  ui_form_end(p->html);
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
  child_subnav(p, &v->head, view_tab(v));
  ui_heading_caption(p->html, arena_printf(p->arena, "%s: %s", v->head.name, view_row_name(v)),
                     f ? arena_printf(p->arena, "History: %s", f->label) : "History of changes");
  choose_field(v, field);
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

#define HISTORY_INPUTS                \
  {                                   \
    { "field", INPUT_WORD, 0, false } \
  }
const struct route record_history_routes[] = {
    {"GET", "/children/{child:id}/{record:word}/{row:id}/history", get_history, NEED_SESSION, .inputs = HISTORY_INPUTS},
    {"GET", "/register/{record:word}/{row:id}/history", get_history, NEED_SESSION, .inputs = HISTORY_INPUTS},
    {.path = NULL}};
