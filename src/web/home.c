/* Home: what is due, the plans that wait for the reader, then those that wait for others; for a young person, the own plan first. */
#include <string.h>

#include "duty/duty.h"
#include "web/app.h"
#include "web/child_head.h"
#include "web/words.h"

enum { MOST_DUE = 50, MOST_PLANS = 200 };

struct home {
  struct page *p;
  struct db *db;
  const char *const *roles;
  size_t n_roles;
  struct duty_row *due;
  size_t n_due, n_overdue, n_soon;
  struct record_row mine[MOST_PLANS], others[MOST_PLANS];
  const char *todo[MOST_PLANS]; /* beside mine: what is to be done */
  size_t n_mine, n_others;
};

static bool listed(const char *id, const char *const *ids, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (strcmp(id, ids[i]) == 0) return true;
  return false;
}

static bool holds(const struct home *x, const char *const *roles, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (listed(roles[i], x->roles, x->n_roles)) return true;
  return false;
}

/* --- plans ----------------------------------------------------------------------------------------------------------------------------------- */
/* Written by none but those who judge the row (who may freeze it): not asked for before it is theirs to judge. */
static bool judgement(const struct model_record *r, const struct model_section *s) {
  for (size_t k = 0; k < s->n_filled_by; k++) {
    bool judge = false;
    for (size_t i = 0; i < r->n_states; i++)
      for (size_t j = 0; j < r->states[i].n_next; j++) {
        const struct model_transition *way = &r->states[i].next[j];
        if (model_state(r, way->to)->snapshot && listed(s->filled_by[k], way->roles, way->n_roles)) judge = true;
      }
    if (!judge) return false;
  }
  return true;
}

/* What of a plan waits for the reader: a section of theirs that is not done, or taking it on. NULL: nothing. While somebody judges
 * the plan (a next state freezes it) nothing is asked of those who wrote it. */
static const char *todo_of(const struct home *x, const struct record_row *row) {
  const struct model_record *r = row->record;
  const struct model_state *s = model_state(r, row->state);
  bool judged = false;
  for (size_t i = 0; i < s->n_next; i++)
    if (model_state(r, s->next[i].to)->snapshot) judged = true;
  if (judged) return holds(x, s->next[0].roles, s->next[0].n_roles) ? "Read it, then approve it or return it" : NULL;
  const char *section = NULL;
  size_t open = 0;
  for (size_t i = 0; i < r->n_sections; i++)
    if (r->sections[i].n_fields && row->section_done[i] == INSTANT_NONE && !judgement(r, &r->sections[i]) &&
        holds(x, r->sections[i].filled_by, r->sections[i].n_filled_by) && open++ == 0)
      section = r->sections[i].title;
  if (open == 1) return section;
  if (open > 1) return arena_printf(x->p->arena, "%zu sections", open);
  if (s->n_next && holds(x, s->next[0].roles, s->next[0].n_roles))
    return s->next[0].label ? s->next[0].label : model_state(r, s->next[0].to)->title;
  return NULL;
}

static bool sort_plan(const struct record_row *row, uint64_t reads, void *arg, struct error *e) {
  struct home *x = arg;
  (void)reads, (void)e;
  if (!words_in_work(row)) return true;
  const char *todo = todo_of(x, row);
  if (todo) {
    x->todo[x->n_mine] = todo;
    x->mine[x->n_mine++] = *row;
  } else {
    x->others[x->n_others++] = *row;
  }
  return true;
}

static void plan_line(struct home *x, struct ui_table *t, const struct record_row *row, const char *what) {
  struct page *p = x->p;
  struct html *tag = html_part(p->html), *started = html_part(p->html);
  const struct model_field *f = model_field(row->record, "initiated_on");
  record_state_tag(tag, row);
  if (row->values[f->index].type == VALUE_TEXT) ui_date(started, date_parse_iso(row->values[f->index].s));
  ui_table_row(
      p->html, t,
      (struct ui_cell[]){{.text = row->child_name ? row->child_name : page_ref(p, row->child),
                          .href = page_url(p, "/children/%s/pep/%s", page_ref(p, row->child), page_ref(p, row->id))},
                         {.text = what ? what : ""},
                         {.html = tag},
                         {.html = started}});
  page_listed(p, row->child, UINT64_C(1) << row->record->category_index, "list");
}

static void show_plans(struct home *x, bool mine) {
  const struct ui_column columns[] = {
      {.title = "Child"}, {.title = mine ? "What to do" : "Waits for"}, {.title = "State"}, {.title = "Started"}};
  struct page *p = x->p;
  struct ui_table t = {.caption = mine ? "Plans that wait for you" : "Plans that wait for somebody else",
                       .caption_hidden = true,
                       .columns = columns,
                       .n_columns = 4,
                       .row_headers = true,
                       .cards = true,
                       .empty = mine ? "No plan waits for you. Plans appear here when a part of them is yours to fill "
                                       "in, to take on or to approve."
                                     : "No plan waits for anybody else."};
  ui_section_begin(p->html, mine ? "for-you" : "for-others",
                   mine ? "Plans waiting for you" : "Plans waiting for others");
  for (size_t i = 0; i < (mine ? x->n_mine : x->n_others); i++)
    plan_line(x, &t, mine ? &x->mine[i] : &x->others[i], mine ? x->todo[i] : words_waits(p, &x->others[i]));
  ui_table_end(p->html, &t);
  ui_section_end(p->html);
}

/* --- what is due -------------------------------------------------------------------------------------------------------------------------------- */
static bool load_due(struct home *x, struct error *e) {
  struct page *p = x->p;
  if (!duty_list(x->db, &p->ctx, p->model, &p->actor, 0, true, &x->due, &x->n_due, e)) return false;
  x->n_overdue = x->n_soon = 0;
  for (size_t i = 0; i < x->n_due; i++) {
    x->n_overdue += x->due[i].status == DUTY_OVERDUE;
    x->n_soon += x->due[i].status == DUTY_DUE_SOON;
  }
  return true;
}

static void show_due(struct home *x) {
  struct page *p = x->p;
  static const struct ui_column columns[] = {
      {.title = "Child"}, {.title = "What"}, {.title = "Who sees to it"}, {.title = "Due"}, {.title = "State"}};
  struct ui_table t = {.caption = "Duties, the most pressing first",
                       .caption_hidden = true,
                       .columns = columns,
                       .n_columns = 5,
                       .row_headers = true,
                       .cards = true,
                       .empty = "Nothing is due."};
  ui_section_begin(p->html, "due", "Due and overdue");
  for (size_t i = 0; i < x->n_due && i < MOST_DUE; i++) {
    const struct duty_row *d = &x->due[i];
    struct html *tag = html_part(p->html), *when = html_part(p->html);
    bool late = d->status == DUTY_OVERDUE, soon = d->status == DUTY_DUE_SOON;
    ui_tag(tag, late ? "red" : soon ? "yellow" : "blue", late ? "Overdue" : soon ? "Due soon" : "Due");
    ui_date_near(when, d->due_on, p->ctx.today);
    ui_table_row(p->html, &t,
                 (struct ui_cell[]){{.text = record_label(x->db, &p->ctx, p->model, "child", d->child, p->arena),
                                     .href = page_url(p, "/children/%s", page_ref(p, d->child))},
                                    {.text = d->duty->title},
                                    {.text = words_role(p, d->duty->owner)},
                                    {.html = when},
                                    {.html = tag}});
    page_listed(p, d->child, UINT64_C(1) << d->duty->category_index, "list");
  }
  ui_table_end(p->html, &t);
  if (x->n_due > MOST_DUE) ui_hint(p->html, arena_printf(p->arena, "The %d most pressing of %zu.", MOST_DUE, x->n_due));
  ui_section_end(p->html);
}

static void show_figures(struct home *x) {
  struct page *p = x->p;
  const char *number[3] = {arena_printf(p->arena, "%zu", x->n_overdue), arena_printf(p->arena, "%zu", x->n_soon),
                           arena_printf(p->arena, "%zu", x->n_mine)};
  ui_figures_begin(p->html);
  ui_figure(p->html, number[0], "overdue", "#due");
  ui_figure(p->html, number[1], "due soon", "#due");
  ui_figure(p->html, number[2], x->n_mine == 1 ? "plan waiting for you" : "plans waiting for you", "#for-you");
  ui_figures_end(p->html);
}

/* --- a young person's own first page: few words, large links --------------------------------------------------------------------------------- */
struct own {
  struct page *p;
  const struct permit *permit;
  struct record_row plan;
  const struct model_section *section; /* of that plan, theirs to write */
};

static bool own_plan(const struct record_row *row, uint64_t reads, void *arg, struct error *e) {
  struct own *o = arg;
  (void)reads, (void)e;
  for (size_t i = 0; i < row->record->n_sections && !o->section; i++)
    if (row->record->sections[i].n_fields && record_may_fill(o->permit, row->record, &row->record->sections[i], row)) {
      o->plan = *row;
      o->section = &row->record->sections[i];
    }
  return true;
}

static void ask_for_views(struct own *o) {
  struct page *p = o->p;
  if (!o->section) return;
  bool done = o->plan.section_done[o->section - o->plan.record->sections] != INSTANT_NONE;
  struct html *call = html_part(p->html);
  ui_heading(call, 2, "m", o->section->title);
  ui_text(call, done ? "You have written this for your plan. You can change it until the plan is approved."
                     : "Your plan is being made now. What you write here is part of it, in your own words, and nobody "
                       "else can change it.");
  ui_button(call, &(struct ui_button){.text = done ? "Change what I wrote" : "Say what I think",
                                      .href = page_url(p, "/children/%s/pep/%s/edit/%s", page_ref(p, p->actor.id),
                                                       page_ref(p, o->plan.id), o->section->id)});
  ui_inset(p->html, UI_HTML(call));
}

static bool show_own(struct page *p, struct db *db, struct error *e) {
  const char *me = page_ref(p, p->actor.id);
  struct record_row row;
  struct own o = {.p = p};
  struct query q = {.record = model_record(p->model, "pep"), .child = p->actor.id, .limit = 5};
  if (!page_open(p, db, p->actor.id, &o.permit, e)) return false;
  q.permit = o.permit;
  if (!record_get(db, &p->ctx, o.permit, model_record(p->model, "child"), p->actor.id, &row, e) ||
      !record_list(db, &p->ctx, p->model, &p->actor, &q, own_plan, &o, e))
    return false;
  page_shown(p, o.permit, UINT64_C(1) << row.record->category_index);
  p->own = true;
  ui_heading(p->html, 1, "xl", arena_printf(p->arena, "Hello, %s", child_name_of(p, &row)));
  ask_for_views(&o);
  const struct ui_task tasks[] = {{.name = "My education plan",
                                   .href = page_url(p, "/children/%s/pep", me),
                                   .hint = "What school and everybody else will do, and by when"},
                                  {.name = "My record",
                                   .href = page_url(p, "/children/%s", me),
                                   .hint = "My school, where I live, who works with me"},
                                  {.name = "Who has looked at my record",
                                   .href = page_url(p, "/children/%s/who", me),
                                   .hint = "Every person, each time"}};
  ui_task_list(p->html, tasks, 3);
  return true;
}

/* --- the page ------------------------------------------------------------------------------------------------------------------------------------ */
static void show_roles(struct home *x) {
  struct page *p = x->p;
  struct buf held;
  buf_init(&held, p->arena);
  for (size_t i = 0; i < x->n_roles; i++) {
    const struct model_role *r = model_role(p->model, x->roles[i]);
    if (r) buf_printf(&held, "%s%s", held.len ? ", " : "", r->title);
  }
  ui_hint(p->html, held.len ? buf_text(&held) : "You see only what is yours to see.");
}

static void show_register(struct home *x) {
  struct page *p = x->p;
  for (size_t i = 0; i < x->n_roles; i++) {
    const struct model_role *r = model_role(p->model, x->roles[i]);
    if (!r || !r->register_read) continue;
    ui_section_begin(p->html, "register", "Register");
    struct html *line = html_part(p->html);
    ui_link(line, "/register",
            r->register_write ? "Look up or change organisations, teams and people"
                              : "Look up organisations, teams and people");
    ui_paragraph(p->html, UI_HTML(line));
    ui_section_end(p->html);
    return;
  }
}

static bool show_home(struct db *db, void *arg, struct error *e) {
  struct home *x = arg;
  struct page *p = x->p;
  struct query q = {.record = model_record(p->model, "pep"), .limit = MOST_PLANS};
  x->db = db, x->n_mine = x->n_others = 0;
  p->title = "Home", p->section = "home";
  if (!guard_roles(db, &p->ctx, p->model, &p->actor, &x->roles, &x->n_roles, e)) return false;
  for (size_t i = 0; i < x->n_roles; i++)
    if (strcmp(x->roles[i], "young_person") == 0) return show_own(p, db, e);
  if (!load_due(x, e) || !record_list(db, &p->ctx, p->model, &p->actor, &q, sort_plan, x, e)) return false;
  ui_heading(p->html, 1, "l", "My work");
  show_roles(x);
  show_figures(x);
  show_due(x);
  show_plans(x, true);
  if (x->n_others) show_plans(x, false);
  show_register(x);
  return true;
}

static void get_home(struct page *p) {
  struct home *x = arena_alloc(p->arena, sizeof *x);
  x->p = p;
  if (!page_read(p, show_home, x)) page_fail(p);
}

const struct route home_routes[] = {{"GET", "/", get_home, NEED_SESSION}, {.path = NULL}};
