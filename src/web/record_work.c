/* A row that goes through states and is written by several hands, such as a plan: how far it is, who holds it up, what is yours to fill in. */
#include <string.h>

#include "record/query.h"
#include "web/app.h"
#include "web/record_view.h"

/* Types with long answers are shown as cards, the others as a table. */
enum { CARD_FROM_FIELDS = 7 };

/* --- parts ---------------------------------------------------------------------------------------------------------------------------------- */
struct parts {
  struct view *v;
  bool change;
  size_t n;
};

static bool part_card(const struct record_row *row, uint64_t reads, void *arg, struct error *e) {
  struct parts *x = arg;
  struct page *p = x->v->p;
  const struct model_record *r = row->record;
  struct html *actions = html_part(p->html);
  const char *title = record_row_title(p, row), *url = view_row_url(x->v, row);
  (void)reads, (void)e;
  x->n++;
  if (x->change && record_may_fill(x->v->head.permit, r, &r->sections[0], row))
    ui_link_hidden(actions, page_url(p, "%s/edit/%s", url, r->sections[0].id), "Change", title);
  else
    ui_link_hidden(actions, url, "Open", title);
  ui_card_begin(p->html, 3, title, actions);
  ui_summary_begin(p->html);
  for (size_t i = 0; i < r->n_fields; i++) {
    const struct model_field *f = &r->fields[i];
    bool named = r->n_label == 1 && strcmp(f->name, r->label[0]) == 0;
    if (named || row->withheld[i] || row->values[i].type == VALUE_NULL) continue;
    ui_summary_row(p->html, &(struct ui_summary_row){.key = f->label, .value = UI_HTML(record_value_html(p, row, f))});
  }
  ui_summary_end(p->html);
  ui_card_end(p->html);
  child_row_shown(p, &x->v->head, row);
  return true;
}

bool view_parts(struct view *v, struct db *db, const struct model_section *s, bool change, struct error *e) {
  struct page *p = v->p;
  const struct model_record *r = model_record(p->model, s->parts);
  struct parts x = {.v = v, .change = change};
  if (!(permit_reads(v->head.permit) >> r->category_index & 1)) return true;
  if (r->n_fields < CARD_FROM_FIELDS) return view_table(v, db, r, v->row.id, 1, e);
  struct query q = {.record = r, .child = v->head.child, .owner = v->row.id, .limit = 200, .permit = v->head.permit};
  if (!record_list(db, &p->ctx, p->model, &p->actor, &q, part_card, &x, e)) return false;
  if (!x.n) ui_empty(p->html, arena_printf(p->arena, "No %s yet.", words_within(p->arena, r->plural)), NULL, NULL);
  return true;
}

void view_add_part(struct view *v, const struct model_section *s) {
  struct page *p = v->p;
  const struct model_record *part = model_record(p->model, s->parts);
  if (!record_may_fill(v->head.permit, v->record, s, &v->row) || !record_may_create(v->head.permit, part)) return;
  ui_button(p->html, &(struct ui_button){
                         .text = words_add(p->arena, part),
                         .kind = UI_SECONDARY,
                         .href = page_url(p, "%s/%s/new?owner=%s", v->head.url, part->name, page_ref(p, v->row.id))});
}

static bool show_parts(struct view *v, struct db *db, const struct model_section *s, struct error *e) {
  struct page *p = v->p;
  const struct model_record *part = model_record(p->model, s->parts);
  if (!(permit_reads(v->head.permit) >> part->category_index & 1)) return true;
  ui_section_begin(p->html, arena_printf(p->arena, "section-%s", s->id), view_section_title(v, s));
  if (!view_parts(v, db, s, true, e)) return false;
  view_add_part(v, s);
  ui_section_end(p->html);
  return true;
}

/* --- sections as tasks ------------------------------------------------------------------------------------------------------------------------ */
static bool any_given(const struct view *v, const struct model_section *s) {
  for (size_t i = 0; i < s->n_fields; i++)
    if (v->row.values[s->fields[i]->index].type != VALUE_NULL) return true;
  return false;
}

static bool any_readable(const struct view *v, const struct model_section *s) {
  for (size_t i = 0; i < s->n_fields; i++)
    if (!v->row.withheld[s->fields[i]->index]) return true;
  return false;
}

static bool part_count(struct view *v, struct db *db, const struct model_section *s, int64_t *n, struct error *e) {
  struct page *p = v->p;
  struct query q = {
      .record = model_record(p->model, s->parts), .child = v->head.child, .owner = v->row.id, .permit = v->head.permit};
  return record_count(db, &p->ctx, p->model, &p->actor, &q, n, e);
}

/* The state of one section, as the reader meets it: an own draft first. */
static bool status_of(struct view *v, struct db *db, size_t index, bool mine, struct ui_task *t, struct error *e) {
  struct page *p = v->p;
  const struct model_section *s = &v->record->sections[index];
  struct draft d;
  bool draft = false;
  if (s->parts) {
    int64_t n;
    const struct model_record *part = model_record(p->model, s->parts);
    if (!part_count(v, db, s, &n, e)) return false;
    t->status = n == 0 ? "None yet"
                       : arena_printf(p->arena, "%lld %s", (long long)n,
                                      words_within(p->arena, n == 1 ? part->title : part->plural));
    t->colour = n == 0 && mine ? "blue" : NULL;
    return true;
  }
  if (mine && !draft_get(db, &p->ctx, v->head.permit, v->record->name, v->row.id, 0, s->id, &d, &draft, e))
    return false;
  bool done = v->row.section_done[index] != INSTANT_NONE;
  t->status = draft ? "Draft kept" : done ? "Done" : any_given(v, s) ? "In work" : "Not started";
  t->colour = draft ? "yellow" : done ? "green" : any_given(v, s) ? "teal" : mine ? "blue" : "grey";
  return true;
}

static bool show_tasks(struct view *v, struct db *db, bool mine, struct error *e) {
  struct page *p = v->p;
  const struct model_record *r = v->record;
  struct ui_task *tasks = arena_alloc(p->arena, (r->n_sections + 1) * sizeof *tasks);
  const char *url = view_row_url(v, &v->row);
  size_t n = 0;
  for (size_t i = 0; i < r->n_sections; i++) {
    const struct model_section *s = &r->sections[i];
    const struct model_record *part = s->parts ? model_record(p->model, s->parts) : NULL;
    bool readable = part ? permit_reads(v->head.permit) >> part->category_index & 1 : any_readable(v, s);
    if (record_may_fill(v->head.permit, r, s, &v->row) != mine || (!mine && !readable)) continue;
    struct ui_task *t = &tasks[n++];
    *t = (struct ui_task){.name = view_section_title(v, s),
                          .hint = mine ? s->help : words_roles(p, s->filled_by, s->n_filled_by),
                          .href = part   ? page_url(p, "#section-%s", s->id)
                                  : mine ? page_url(p, "%s/edit/%s", url, s->id)
                                         : page_url(p, "%s/read#section-%s", url, s->id)};
    if (!status_of(v, db, i, mine, t, e)) return false;
  }
  if (!n && !mine) return true;
  if (!n) {
    ui_section_begin(p->html, "nothing-yours", "For you to fill in");
    ui_hint(p->html, "Nothing here is yours to fill in now.");
    ui_section_end(p->html);
    return true;
  }
  ui_section_begin(p->html, mine ? "yours" : "others", mine ? "For you to fill in" : "Filled in by others");
  ui_task_list(p->html, tasks, n);
  ui_section_end(p->html);
  return true;
}

/* --- how far it is ------------------------------------------------------------------------------------------------------------------------------ */
/* Why it stands where it stands, when the last move gave a reason: whoever mends it must see that first. */
static bool show_reason(struct view *v, struct db *db, struct error *e) {
  struct page *p = v->p;
  struct change_view *list;
  size_t n = 0;
  char day[40];
  if (!words_in_work(&v->row) || strcmp(v->row.state, v->record->states[0].id) == 0) return true;
  if (!record_history(db, &p->ctx, v->head.permit, v->record, v->row.id, "_state", &list, &n, e)) return false;
  if (!n || !list[0].reason) return true;
  const struct model_state *s = model_state(v->record, v->row.state);
  ui_warning(p->html, arena_printf(p->arena, "%s by %s on %s", s->title, list[0].by_name,
                                   date_long(instant_london_date(list[0].at), day, sizeof day)));
  struct html *why = html_part(p->html);
  ui_prose(why, list[0].reason, NULL);
  ui_inset(p->html, UI_HTML(why));
  return true;
}

/* The way on is the first that the state names; the others stand beside it, and so does reading. */
static void show_moves(struct view *v) {
  struct page *p = v->p;
  const struct model_transition *moves[16];
  size_t n = record_transitions(v->head.permit, &v->row, moves, 16);
  const struct model_state *now = v->row.state ? model_state(v->record, v->row.state) : NULL;
  ui_buttons_begin(p->html);
  for (size_t i = 0; i < n; i++) {
    const struct model_state *to = model_state(v->record, moves[i]->to);
    bool way_on = now && (moves[i] == now->next || to->snapshot) && !to->final;
    ui_button(p->html, &(struct ui_button){.text = moves[i]->label ? moves[i]->label : to->title,
                                           .kind = way_on ? UI_BUTTON : UI_SECONDARY,
                                           .href = page_url(p, "%s/move/%s", view_row_url(v, &v->row), to->id)});
  }
  if (!v->head.own)
    ui_button(p->html, &(struct ui_button){.text = "Read or print it",
                                           .kind = UI_SECONDARY,
                                           .href = page_url(p, "%s/read", view_row_url(v, &v->row))});
  ui_buttons_end(p->html);
}

static void show_where(struct view *v) {
  struct page *p = v->p;
  struct ui_piece items[2];
  size_t n = 0;
  struct html *tag = html_part(p->html);
  const char *waits = words_waits(p, &v->row);
  record_state_tag(tag, &v->row);
  items[n++] = UI_HTML(tag);
  if (waits) items[n++] = UI_TEXT(arena_printf(p->arena, "Waits for: %s", words_within(p->arena, waits)));
  ui_meta(p->html, items, n);
}

static bool show_versions(struct view *v, struct db *db, struct error *e) {
  struct page *p = v->p;
  struct snapshot *list;
  size_t n = 0;
  if (!snapshot_list(db, &p->ctx, v->head.permit, v->record, v->row.id, &list, &n, e)) return false;
  if (!n) return true;
  ui_section_begin(p->html, "versions", "Approved versions");
  struct ui_piece *items = arena_alloc(p->arena, n * sizeof *items);
  for (size_t i = 0; i < n; i++) {
    struct html *line = html_part(p->html);
    ui_link(line, page_url(p, "%s/snapshot/%s", view_row_url(v, &v->row), page_ref(p, list[i].id)),
            arena_printf(p->arena, "Version %lld", (long long)list[i].version));
    html_text(line, ", ");
    ui_instant(line, list[i].at);
    items[i] = UI_HTML(line);
  }
  ui_list(p->html, true, items, n);
  ui_section_end(p->html);
  return true;
}

bool view_work(struct view *v, struct db *db, const bool *shown, struct error *e) {
  struct page *p = v->p;
  show_where(v);
  if (!show_reason(v, db, e)) return false;
  show_moves(v);
  if (!show_versions(v, db, e)) return false;
  if (!words_in_work(&v->row)) return view_sections(v, db, shown, e);
  if (v->head.own) return show_tasks(v, db, true, e) && view_sections(v, db, shown, e);
  ui_columns_begin(p->html, "one-half");
  if (!show_tasks(v, db, true, e)) return false;
  ui_columns_next(p->html, "one-half");
  if (!show_tasks(v, db, false, e)) return false;
  ui_columns_end(p->html);
  for (size_t i = 0; i < v->record->n_sections; i++)
    if (v->record->sections[i].parts && !show_parts(v, db, &v->record->sections[i], e)) return false;
  return true;
}
