/* The list of children, and finding a child. */
#include <stdlib.h>
#include <string.h>

#include "web/app.h"
#include "web/child_head.h"
#include "web/export.h"

enum { PAGE = 50, MOST_FOUND = 50, MOST_ROWS = 1000 };

/* --- what stands beside each child in a list: one query a type, laid beside the children by number ------------------------------------- */
struct beside {
  int64_t child;
  const char *text;
  const struct html *html;
};
struct beside_list {
  struct page *p;
  const char *field;
  struct beside *at;
  size_t n;
};

static bool beside_row(const struct record_row *row, uint64_t reads, void *arg, struct error *e) {
  struct beside_list *b = arg;
  (void)reads, (void)e;
  for (size_t i = 0; i < b->n; i++)
    if (b->at[i].child == row->child) return true; /* the first in the type's order stands */
  struct beside *x = &b->at[b->n++];
  *x = (struct beside){.child = row->child};
  if (b->field) {
    const struct model_field *f = model_field(row->record, b->field);
    x->text = record_value_text(b->p, row, f);
  } else {
    struct html *tag = html_part(b->p->html);
    record_state_tag(tag, row);
    x->html = tag;
  }
  return true;
}

/* Current rows of a type over all children that the actor may see: text of a field, or the state when field is NULL. */
static bool beside_load(struct page *p, struct db *db, const char *record, const char *field, struct beside_list *out,
                        struct error *e) {
  const struct model_record *r = model_record(p->model, record);
  *out = (struct beside_list){.p = p, .field = field, .at = arena_alloc(p->arena, MOST_ROWS * sizeof *out->at)};
  struct query q = {.record = r, .current_only = r->current_from != NULL, .limit = MOST_ROWS};
  return record_list(db, &p->ctx, p->model, &p->actor, &q, beside_row, out, e);
}

static const struct beside *beside_of(const struct beside_list *b, int64_t child) {
  static const struct beside none;
  for (size_t i = 0; i < b->n; i++)
    if (b->at[i].child == child) return &b->at[i];
  return &none;
}

/* --- children ------------------------------------------------------------------------------------------------------------------------------ */
struct children {
  struct page *p;
  struct beside_list schools, plans;
  struct ui_table t;
};

static bool child_line(const struct record_row *row, uint64_t reads, void *arg, struct error *e) {
  struct children *c = arg;
  struct page *p = c->p;
  const struct model_field *born = model_field(row->record, "date_of_birth"),
                           *local = model_field(row->record, "local_id");
  const char *age = "";
  (void)e;
  if (!row->withheld[born->index] && row->values[born->index].type == VALUE_TEXT)
    age = arena_printf(p->arena, "%d", date_age(date_parse_iso(row->values[born->index].s), p->ctx.today));
  const struct beside *school = beside_of(&c->schools, row->id), *plan = beside_of(&c->plans, row->id);
  ui_table_row(
      p->html, &c->t,
      (struct ui_cell[]){{.text = child_name_of(p, row), .href = page_url(p, "/children/%s", page_ref(p, row->id))},
                         {.text = age},
                         {.text = row->withheld[local->index] ? "" : row->values[local->index].s},
                         {.text = school->text},
                         {.html = plan->html}});
  page_listed(p, row->id, record_bits(row->record, reads) & (UINT64_C(1) << row->record->category_index), "list");
  return true;
}

static bool show_children(struct db *db, void *arg, struct error *e) {
  static const struct ui_column columns[] = {{.title = "Name"},
                                             {.title = "Age", .numeric = true},
                                             {.title = "Local number"},
                                             {.title = "School"},
                                             {.title = "Latest plan"}};
  struct page *p = arg;
  struct children c = {.p = p};
  int64_t n, from = page_id(p, "page");
  int page = from > 1 ? (int)from : 1;
  struct query q = {.record = model_record(p->model, "child"), .after = (int64_t)(page - 1) * PAGE, .limit = PAGE};
  p->title = "Children", p->section = "children", p->wide = true;
  ui_heading(p->html, 1, "l", "Children");
  if (!record_count(db, &p->ctx, p->model, &p->actor, &q, &n, e)) return false;
  if (!beside_load(p, db, "enrolment", "organisation", &c.schools, e) || !beside_load(p, db, "pep", NULL, &c.plans, e))
    return false;
  c.t = (struct ui_table){.caption = arena_printf(p->arena, "%lld %s", (long long)n, n == 1 ? "child" : "children"),
                          .columns = columns,
                          .n_columns = 5,
                          .row_headers = true,
                          .cards = true,
                          .empty =
                              "No child is on your list today. Children appear here when you are allocated to them, "
                              "when they come on roll at your school, or when they are placed with you."};
  if (!record_list(db, &p->ctx, p->model, &p->actor, &q, child_line, &c, e)) return false;
  ui_table_end(p->html, &c.t);
  ui_pagination(p->html, page, (int)((n + PAGE - 1) / PAGE), "/children?page=", "");
  if (n) export_link(p, "/children");
  return true;
}

static void get_children(struct page *p) {
  if (!page_read(p, show_children, p)) page_fail(p);
}

/* --- finding a child: by POST, so that no name stands in an address or a log -------------------------------------------------------------- */
static bool show_found(struct db *db, void *arg, struct error *e) {
  static const struct ui_column columns[] = {
      {.title = "Name"}, {.title = "Born"}, {.title = "Local number"}, {.title = "Why"}};
  struct page *p = arg;
  struct found *list;
  size_t n = 0;
  const char *text = page_input(p, "q");
  p->title = "Search", p->section = "children";
  ui_heading(p->html, 1, "l", "Search");
  if (!*text) {
    ui_empty(p->html, "Type a name, a date of birth, a local number, a UPN or an NHS number in the box above.", NULL,
             NULL);
    return true;
  }
  if (!record_search(db, &p->ctx, p->model, &p->actor, text, MOST_FOUND, &list, &n, e)) return false;
  struct ui_table t = {
      .caption = arena_printf(p->arena, n == 1 ? "%zu child found" : "%zu children found", n),
      .columns = columns,
      .n_columns = 4,
      .row_headers = true,
      .cards = true,
      .empty = "No child that you may see fits. Try a part of the name, another spelling or the date of birth."};
  for (size_t i = 0; i < n; i++) {
    struct html *born = html_part(p->html);
    ui_date(born, list[i].born);
    ui_table_row(p->html, &t,
                 (struct ui_cell[]){{.text = list[i].name && *list[i].name ? list[i].name : page_ref(p, list[i].child),
                                     .href = page_url(p, "/children/%s", page_ref(p, list[i].child))},
                                    {.html = born},
                                    {.text = list[i].local_id},
                                    {.text = list[i].why}});
    page_listed(p, list[i].child, UINT64_C(1) << model_record(p->model, "child")->category_index, "search");
  }
  ui_table_end(p->html, &t);
  return true;
}

static void post_search(struct page *p) {
  if (!page_read(p, show_found, p)) page_fail(p);
}

const struct route list_routes[] = {
    {"GET", "/children", get_children, NEED_SESSION, .inputs = {{"page", INPUT_NUMBER, 0, false}}},
    {"POST", "/search", post_search, NEED_SESSION, .inputs = {{"q", INPUT_LINE, 200, false}}},
    {.path = NULL}};
