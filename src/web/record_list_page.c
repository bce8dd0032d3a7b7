/* Lists: of one type about a child or of the register, and of all the types that the reader may read. */
#include <stdio.h>
#include <string.h>

#include "web/app.h"
#include "web/export.h"
#include "web/record_view.h"

enum { PAGE = 100, COLUMNS = 8 };

/* The model's list_fields, or the first six that are no prose; the state comes after them. */
static size_t list_columns(const struct model_record *r, size_t out[COLUMNS]) {
  size_t n = 0;
  if (!r->list_fields)
    for (size_t i = 0; i < r->n_fields && n < 6; i++)
      if (r->fields[i].type != FIELD_PROSE && !r->fields[i].retired) out[n++] = i;
  for (const char *s = r->list_fields; s && *s && n < COLUMNS - 1;) {
    char name[64];
    size_t len = strcspn(s, ", ");
    snprintf(name, sizeof name, "%.*s", (int)len, s);
    const struct model_field *f = len ? model_field(r, name) : NULL;
    if (f) out[n++] = (size_t)f->index;
    s += len + strspn(s + len, ", ");
  }
  return n;
}

struct list {
  struct view *v;
  struct ui_table t;
  struct ui_column columns[COLUMNS + 1];
  size_t fields[COLUMNS], n_fields;
};

static bool list_row(const struct record_row *row, uint64_t reads, void *arg, struct error *e) {
  struct list *l = arg;
  struct page *p = l->v->p;
  struct ui_cell cells[COLUMNS + 1] = {0};
  (void)reads, (void)e;
  for (size_t i = 0; i < l->n_fields; i++) {
    const struct model_field *f = &row->record->fields[l->fields[i]];
    const char *text = row->withheld[f->index] ? "Not shown to you" : record_value_text(p, row, f);
    if (!text) text = i ? "" : record_row_title(p, row);
    cells[i] = (struct ui_cell){.text = text, .href = i ? NULL : view_row_url(l->v, row)};
  }
  if (row->record->n_states) {
    struct html *tag = html_part(p->html);
    record_state_tag(tag, row);
    cells[l->n_fields] = (struct ui_cell){.html = tag};
  }
  child_row_shown(p, &l->v->head, row);
  ui_table_row(p->html, &l->t, cells);
  return true;
}

bool view_table(struct view *v, struct db *db, const struct model_record *r, int64_t owner, int64_t page,
                struct error *e) {
  struct list l = {.v = v};
  struct page *p = v->p;
  l.n_fields = list_columns(r, l.fields);
  for (size_t i = 0; i < l.n_fields; i++) l.columns[i] = (struct ui_column){.title = r->fields[l.fields[i]].label};
  if (r->n_states) l.columns[l.n_fields] = (struct ui_column){.title = "State"};
  l.t = (struct ui_table){.caption = r->plural,
                          .caption_hidden = true,
                          .columns = l.columns,
                          .n_columns = l.n_fields + (r->n_states > 0),
                          .row_headers = true,
                          .cards = true,
                          .empty = arena_printf(p->arena, "No %s here yet.", words_within(p->arena, r->plural))};
  struct query q = {.record = r,
                    .child = v->head.child,
                    .owner = owner,
                    .after = (page - 1) * PAGE,
                    .limit = PAGE,
                    .permit = v->head.permit};
  if (!record_list(db, &p->ctx, p->model, &p->actor, &q, list_row, &l, e)) return false;
  ui_table_end(p->html, &l.t);
  return true;
}

static bool show_list(struct db *db, void *arg, struct error *e) {
  struct view *v = arg;
  struct page *p = v->p;
  int64_t n, page = page_id(p, "page") > 1 ? page_id(p, "page") : 1;
  if (!view_load(v, db, NULL, e)) return false;
  const struct model_record *r = v->record;
  bool add = record_may_create(v->head.permit, r);
  if (r->is_child || r->part_of || (!(permit_reads(v->head.permit) >> r->category_index & 1) && !add))
    return error_set(e, ERR_NOT_FOUND, "There is nothing here.");
  struct query q = {.record = r, .child = v->head.child, .permit = v->head.permit};
  if (!record_count(db, &p->ctx, p->model, &p->actor, &q, &n, e)) return false;
  p->title = v->head.own ? r->plural : arena_printf(p->arena, "%s: %s", v->head.name, r->plural);
  p->wide = v->head.child == 0;
  child_subnav(p, &v->head, view_tab(v));
  ui_heading_caption(p->html, v->head.own ? "My record" : v->head.name, r->plural);
  if (r->help) ui_hint(p->html, r->help);
  if (add)
    ui_button(p->html, &(struct ui_button){.text = words_add(p->arena, r),
                                           .href = page_url(p, "%s/%s/new", v->head.url, r->name)});
  if (!view_table(v, db, r, 0, page, e)) return false;
  ui_pagination(p->html, (int)page, (int)((n + PAGE - 1) / PAGE), page_url(p, "%s/%s?page=", v->head.url, r->name), "");
  if (n) export_link(p, page_url(p, "%s/%s", v->head.url, r->name));
  return true;
}

static void get_list(struct page *p) {
  struct view v = {.p = p};
  if (!page_read(p, show_list, &v)) page_fail(p);
}

/* --- every type ------------------------------------------------------------------------------------------------------------------------------- */
static bool show_types(struct view *v, struct db *db, enum model_about about, struct error *e) {
  struct page *p = v->p;
  static const struct ui_column columns[] = {
      {.title = "Record"}, {.title = "What it is"}, {.title = "Entries", .numeric = true}};
  struct ui_table t = {.caption = "Kinds of record",
                       .caption_hidden = true,
                       .columns = columns,
                       .n_columns = 3,
                       .row_headers = true,
                       .cards = true};
  for (size_t i = 0; i < p->model->n_records; i++) {
    const struct model_record *r = &p->model->records[i];
    if (r->about != about || r->part_of || !(permit_reads(v->head.permit) >> r->category_index & 1)) continue;
    int64_t n = 1;
    struct query q = {.record = r, .child = v->head.child, .permit = v->head.permit};
    if (!r->is_child && !record_count(db, &p->ctx, p->model, &p->actor, &q, &n, e)) return false;
    const char *href =
        r->is_child ? page_url(p, "%s/child/%s", v->head.url, v->head.ref) : page_url(p, "%s/%s", v->head.url, r->name);
    ui_table_row(p->html, &t,
                 (struct ui_cell[]){{.text = r->is_child ? "The child's own record" : r->plural, .href = href},
                                    {.text = r->help ? r->help : ""},
                                    {.text = arena_printf(p->arena, "%lld", (long long)n)}});
  }
  ui_table_end(p->html, &t);
  return true;
}

static bool show_records(struct db *db, void *arg, struct error *e) {
  struct view *v = arg;
  struct page *p = v->p;
  if (!child_open(p, db, &v->head, "All records", NULL, NULL, e)) return false;
  p->title = v->head.own ? "Everything recorded about me" : arena_printf(p->arena, "%s: all records", v->head.name);
  child_subnav(p, &v->head, "records");
  ui_heading_caption(p->html, v->head.own ? "My record" : v->head.name,
                     v->head.own ? "Everything recorded about me" : "All records");
  return show_types(v, db, ABOUT_CHILD, e);
}

static void get_records(struct page *p) {
  struct view v = {.p = p};
  if (!page_read(p, show_records, &v)) page_fail(p);
}

static bool show_register(struct db *db, void *arg, struct error *e) {
  struct view *v = arg;
  struct page *p = v->p;
  if (!child_open(p, db, &v->head, NULL, NULL, NULL, e)) return false;
  p->title = "Register";
  ui_heading(p->html, 1, "l", "Register");
  ui_text(p->html,
          "Organisations, teams and people that work with children. Records about a child refer to what stands here.");
  return show_types(v, db, ABOUT_NONE, e);
}

static void get_register(struct page *p) {
  struct view v = {.p = p};
  if (!page_read(p, show_register, &v)) page_fail(p);
}

#define LIST_INPUTS                    \
  {                                    \
    { "page", INPUT_NUMBER, 0, false } \
  }
const struct route record_list_routes[] = {
    {"GET", "/children/{child:id}/records", get_records, NEED_SESSION},
    {"GET", "/children/{child:id}/{record:word}", get_list, NEED_SESSION, .inputs = LIST_INPUTS},
    {"GET", "/register", get_register, NEED_SESSION},
    {"GET", "/register/{record:word}", get_list, NEED_SESSION, .inputs = LIST_INPUTS},
    {.path = NULL}};
