/* Reading a record about a child: its list, and one row with its sections and parts. One set of pages for every type. */
#include <stdio.h>
#include <string.h>

#include "web/app.h"
#include "web/record_view.h"

/* --- list ----------------------------------------------------------------------------------------------------------------------------------- */
/* Columns of a list: the model's list_fields, or the first six; then the state. */
static size_t list_columns(const struct model_record *r, size_t out[8]) {
  size_t n = 0;
  if (!r->list_fields)
    for (size_t i = 0; i < r->n_fields && n < 6; i++)
      if (r->fields[i].type != FIELD_PROSE && !r->fields[i].retired) out[n++] = i;
  for (const char *s = r->list_fields; s && *s && n < 7;) {
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
  struct db *db;
  struct ui_table t;
  struct ui_column columns[9];
  size_t fields[8], n_fields;
};

static bool list_row(const struct record_row *row, uint64_t reads, void *arg, struct error *e) {
  struct list *l = arg;
  struct page *p = l->v->p;
  struct ui_cell cells[9] = {0};
  (void)e;
  for (size_t i = 0; i < l->n_fields; i++) {
    const struct model_field *f = &row->record->fields[l->fields[i]];
    const char *text =
        row->withheld[f->index] ? "Not shown to you" : record_value_text(p, l->db, f, row->values[f->index]);
    cells[i] = (struct ui_cell){.text = text ? text
                                        : i  ? ""
                                             : record_row_title(p, l->db, row),
                                .href = i ? NULL : view_row_url(l->v, row)};
  }
  if (row->record->n_states) {
    struct html *tag = html_part(p->html);
    record_state_tag(tag, row);
    cells[l->n_fields] = (struct ui_cell){.html = tag};
  }
  page_listed(p, row->child, record_bits(row->record, reads), permit_via(l->v->head.permit));
  ui_table_row(p->html, &l->t, cells);
  return true;
}

static bool list_rows(struct view *v, struct db *db, const struct model_record *r, int64_t owner, struct error *e) {
  struct list l = {.v = v, .db = db};
  l.n_fields = list_columns(r, l.fields);
  for (size_t i = 0; i < l.n_fields; i++) l.columns[i] = (struct ui_column){.title = r->fields[l.fields[i]].label};
  if (r->n_states) l.columns[l.n_fields] = (struct ui_column){.title = "State"};
  l.t = (struct ui_table){.caption = r->plural,
                          .caption_hidden = true,
                          .columns = l.columns,
                          .n_columns = l.n_fields + (r->n_states > 0),
                          .empty = arena_printf(v->p->arena, "Nothing is recorded here yet.")};
  struct query q = {.record = r, .child = v->head.child, .owner = owner, .limit = 500};
  if (!record_list(db, &v->p->ctx, v->p->model, &v->p->actor, &q, list_row, &l, e)) return false;
  ui_table_end(v->p->html, &l.t);
  return true;
}

static bool show_list(struct db *db, void *arg, struct error *e) {
  struct view *v = arg;
  struct page *p = v->p;
  v->record = record_of_child(p, page_path(p, "record"), e);
  if (!v->record || v->record->is_child || v->record->part_of)
    return v->record ? error_set(e, ERR_NOT_FOUND, "There is nothing here.") : false;
  if (!child_open(p, db, &v->head, v->record->plural, NULL, NULL, e)) return false;
  if (!(permit_reads(v->head.permit) >> v->record->category_index & 1) && !record_may_create(v->head.permit, v->record))
    return error_set(e, ERR_NOT_FOUND, "There is nothing here.");
  p->title = arena_printf(p->arena, "%s: %s", v->head.name, v->record->plural);
  child_subnav(p, &v->head, strcmp(v->record->name, "pep") == 0 ? "pep" : "records");
  ui_heading_caption(p->html, v->head.name, v->record->plural);
  if (v->record->help) ui_hint(p->html, v->record->help);
  if (!list_rows(v, db, v->record, 0, e)) return false;
  if (record_may_create(v->head.permit, v->record))
    ui_button(p->html, &(struct ui_button){.text = arena_printf(p->arena, "Add: %s", v->record->title),
                                           .href = page_url(p, "%s/%s/new", v->head.url, v->record->name)});
  return true;
}

static void get_list(struct page *p) {
  struct view v = {.p = p};
  if (!page_read(p, show_list, &v)) page_fail(p);
}

/* --- one row --------------------------------------------------------------------------------------------------------------------------------- */
static bool shows_anything(const struct record_row *row, const struct model_section *s) {
  if (s->parts) return true;
  for (size_t i = 0; i < s->n_fields; i++)
    if (!row->withheld[s->fields[i]->index]) return true;
  return false;
}

static void section_done_line(struct view *v, struct db *db, size_t index) {
  instant_t at = v->row.section_done[index];
  struct html *h = v->p->html;
  if (at == INSTANT_NONE) return;
  struct html *piece = html_part(h);
  ui_tag(piece, "green", "Done");
  html_textf(piece, " %s, ",
             record_label(db, &v->p->ctx, v->p->model, "person", v->row.section_done_by[index], v->p->arena));
  ui_instant(piece, at);
  ui_paragraph(h, UI_HTML(piece));
}

static bool show_section(struct view *v, struct db *db, size_t index, const bool *shown, struct error *e) {
  struct page *p = v->p;
  const struct model_section *s = &v->record->sections[index];
  const struct permit *permit = v->head.permit;
  bool fills = record_may_fill(permit, v->record, s, &v->row);
  if (!shows_anything(&v->row, s)) return true;
  ui_section_begin(p->html, arena_printf(p->arena, "section-%s", s->id), s->title ? s->title : v->record->title);
  section_done_line(v, db, index);
  if (s->parts) {
    const struct model_record *part = model_record(p->model, s->parts);
    if (permit_reads(permit) >> part->category_index & 1)
      if (!list_rows(v, db, part, v->row.id, e)) return false;
    if (fills && record_may_create(permit, part))
      ui_button(p->html, &(struct ui_button){.text = arena_printf(p->arena, "Add: %s", part->title),
                                             .kind = UI_SECONDARY,
                                             .href = page_url(p, "%s/%s/new?owner=%s", v->head.url, part->name,
                                                              page_ref(p, v->row.id))});
  } else {
    size_t withheld = record_section_html(p, db, p->html, &v->row, s, shown, NULL, 0);
    if (withheld)
      ui_hint(p->html, withheld == 1 ? "One answer is not shown to you."
                                     : arena_printf(p->arena, "%zu answers are not shown to you.", withheld));
  }
  if (fills && s->n_fields)
    ui_button(p->html,
              &(struct ui_button){.text = arena_printf(p->arena, "Edit: %s", s->title ? s->title : v->record->title),
                                  .kind = UI_SECONDARY,
                                  .href = page_url(p, "%s/edit/%s", view_row_url(v, &v->row), s->id)});
  ui_section_end(p->html);
  return true;
}

static void show_moves(struct view *v) {
  struct page *p = v->p;
  const struct model_transition *moves[16];
  size_t n = record_transitions(v->head.permit, &v->row, moves, 16);
  if (!n) return;
  ui_buttons_begin(p->html);
  for (size_t i = 0; i < n; i++) {
    const struct model_state *to = model_state(v->record, moves[i]->to);
    ui_button(p->html, &(struct ui_button){.text = moves[i]->label ? moves[i]->label : to->title,
                                           .kind = i ? UI_SECONDARY : UI_BUTTON,
                                           .href = page_url(p, "%s/move/%s", view_row_url(v, &v->row), to->id)});
  }
  ui_buttons_end(p->html);
}

static bool show_snapshots(struct view *v, struct db *db, struct error *e) {
  struct page *p = v->p;
  struct snapshot *list;
  size_t n = 0;
  if (!v->record->n_states || !snapshot_list(db, &p->ctx, v->head.permit, v->record, v->row.id, &list, &n, e))
    return !v->record->n_states;
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

static void row_actions(struct view *v) {
  struct page *p = v->p;
  ui_rule(p->html);
  ui_buttons_begin(p->html);
  ui_link(p->html, page_url(p, "%s/history", view_row_url(v, &v->row)), "History of changes");
  if (!v->row.voided && !v->record->is_child && record_may_create(v->head.permit, v->record))
    ui_link(p->html, page_url(p, "%s/void", view_row_url(v, &v->row)), "Recorded by mistake");
  ui_buttons_end(p->html);
}

static bool show_row(struct db *db, void *arg, struct error *e) {
  struct view *v = arg;
  struct page *p = v->p;
  if (!view_load(v, db, "", e)) return false;
  const char *title = record_row_title(p, db, &v->row);
  bool *shown = arena_alloc(p->arena, v->record->n_fields + 1),
       *required = arena_alloc(p->arena, v->record->n_fields + 1);
  if (!record_conditions(db, &p->ctx, v->head.permit, &v->row, shown, required, e)) return false;
  struct ui_crumb *crumbs = (struct ui_crumb *)p->crumbs;
  crumbs[p->n_crumbs - 1].text = title;
  p->title = arena_printf(p->arena, "%s: %s", v->head.name, title);
  child_subnav(p, &v->head, strcmp(v->record->name, "pep") == 0 ? "pep" : "records");
  ui_heading_caption(p->html, arena_printf(p->arena, "%s: %s", v->head.name, v->record->title), title);
  struct html *tags = html_part(p->html);
  record_state_tag(tags, &v->row);
  if (html_length(tags)) ui_paragraph(p->html, UI_HTML(tags));
  if (v->row.owner)
    ui_link(p->html, page_url(p, "%s/%s/%s", v->head.url, v->record->part_of, page_ref(p, v->row.owner)),
            arena_printf(p->arena, "Back to the %s", model_record(p->model, v->record->part_of)->title));
  show_moves(v);
  for (size_t i = 0; i < v->record->n_sections; i++)
    if (!show_section(v, db, i, shown, e)) return false;
  if (!show_snapshots(v, db, e)) return false;
  row_actions(v);
  return true;
}

static void get_row(struct page *p) {
  struct view v = {.p = p};
  if (!page_read(p, show_row, &v)) page_fail(p);
}

/* Every type about a child that the actor may read, with what is there. */
static bool show_records(struct db *db, void *arg, struct error *e) {
  struct view *v = arg;
  struct page *p = v->p;
  static const struct ui_column columns[] = {{.title = "Record"}, {.title = "Entries", .numeric = true}};
  struct ui_table t = {
      .caption = "Records", .caption_hidden = true, .columns = columns, .n_columns = 2, .row_headers = true};
  if (!child_open(p, db, &v->head, "All records", NULL, NULL, e)) return false;
  p->title = arena_printf(p->arena, "%s: all records", v->head.name);
  child_subnav(p, &v->head, "records");
  ui_heading_caption(p->html, v->head.name, "All records");
  for (size_t i = 0; i < p->model->n_records; i++) {
    const struct model_record *r = &p->model->records[i];
    if (r->about != ABOUT_CHILD || r->part_of || !(permit_reads(v->head.permit) >> r->category_index & 1)) continue;
    int64_t n = 0;
    struct query q = {.record = r, .child = v->head.child};
    if (!r->is_child && !record_count(db, &p->ctx, p->model, &p->actor, &q, &n, e)) return false;
    const char *href =
        r->is_child ? page_url(p, "%s/child/%s", v->head.url, v->head.ref) : page_url(p, "%s/%s", v->head.url, r->name);
    ui_table_row(p->html, &t,
                 (struct ui_cell[]){{.text = r->is_child ? r->title : r->plural, .href = href},
                                    {.text = r->is_child ? "1" : arena_printf(p->arena, "%lld", (long long)n)}});
  }
  ui_table_end(p->html, &t);
  return true;
}

static void get_records(struct page *p) {
  struct view v = {.p = p};
  if (!page_read(p, show_records, &v)) page_fail(p);
}

const struct route record_routes[] = {{"GET", "/children/{child:id}/records", get_records, NEED_SESSION},
                                      {"GET", "/children/{child:id}/{record:word}", get_list, NEED_SESSION},
                                      {"GET", "/children/{child:id}/{record:word}/{row:id}", get_row, NEED_SESSION},
                                      {.path = NULL}};
