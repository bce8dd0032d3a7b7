/* A child: who, care, school, people, the plan, what is due; and who has looked. */
#include <string.h>

#include "duty/duty.h"
#include "web/app.h"
#include "web/child_head.h"

struct overview {
  struct page *p;
  struct child_head head;
  struct db *db;
  const struct model_record *record;
  const char *const *fields;
  size_t n;
  bool link_name;
};

/* One card a current row of a type: its fields in the order given. */
static bool card_row(const struct record_row *row, uint64_t reads, void *arg, struct error *e) {
  struct overview *o = arg;
  struct page *p = o->p;
  (void)reads, (void)e;
  struct html *actions = html_part(p->html);
  const char *url = page_url(p, "%s/%s/%s", o->head.url, row->record->name, page_ref(p, row->id));
  ui_link_hidden(actions, url, "Open", arena_printf(p->arena, " %s", row->record->title));
  ui_card_begin(p->html, 3, row->record->title, actions);
  ui_summary_begin(p->html);
  for (const char *const *name = o->fields; *name; name++) {
    const struct model_field *f = model_field(row->record, *name);
    if (!f || row->withheld[f->index] || row->values[f->index].type == VALUE_NULL) continue;
    ui_summary_row(p->html,
                   &(struct ui_summary_row){.key = f->label,
                                            .value = UI_HTML(record_value_html(p, o->db, f, row->values[f->index]))});
  }
  if (row->state) {
    struct html *tag = html_part(p->html);
    record_state_tag(tag, row);
    ui_summary_row(p->html, &(struct ui_summary_row){.key = "State", .value = UI_HTML(tag)});
  }
  ui_summary_end(p->html);
  ui_card_end(p->html);
  page_listed(p, row->child, record_bits(row->record, reads), permit_via(o->head.permit));
  o->n++;
  return true;
}

static bool cards(struct overview *o, const char *record, const char *const *fields, int limit, const char *empty,
                  struct error *e) {
  struct page *p = o->p;
  o->record = model_record(p->model, record);
  if (!o->record || !(permit_reads(o->head.permit) >> o->record->category_index & 1)) return true;
  o->fields = fields;
  o->n = 0;
  struct query q = {
      .record = o->record, .child = o->head.child, .current_only = o->record->current_from != NULL, .limit = limit};
  if (!record_list(o->db, &p->ctx, p->model, &p->actor, &q, card_row, o, e)) return false;
  if (o->n) return true;
  bool may = record_may_create(o->head.permit, o->record);
  ui_empty(p->html, empty, may ? page_url(p, "%s/%s/new", o->head.url, record) : NULL,
           may ? arena_printf(p->arena, "Add: %s", o->record->title) : NULL);
  return true;
}

static const char *duty_words(enum duty_status s, const char **colour) {
  static const struct {
    const char *words, *colour;
  } all[] = {[DUTY_DUE] = {"Due", "blue"},
             [DUTY_DUE_SOON] = {"Due soon", "yellow"},
             [DUTY_OVERDUE] = {"Overdue", "red"},
             [DUTY_MET] = {"Met", "green"},
             [DUTY_MET_LATE] = {"Met late", "orange"}};
  *colour = all[s].colour;
  return all[s].words;
}

static bool show_duties(struct overview *o, struct error *e) {
  struct page *p = o->p;
  struct duty_row *list;
  size_t n = 0;
  char day[32];
  static const struct ui_column columns[] = {
      {.title = "What"}, {.title = "Due"}, {.title = "State"}, {.title = "Why this date"}};
  struct ui_table t = {.caption = "What is due",
                       .caption_hidden = true,
                       .columns = columns,
                       .n_columns = 4,
                       .row_headers = true,
                       .empty = "Nothing is due."};
  if (!duty_list(o->db, &p->ctx, p->model, &p->actor, o->head.child, false, &list, &n, e)) return false;
  ui_section_begin(p->html, "due", "What is due");
  for (size_t i = 0; i < n && i < 12; i++) {
    const char *colour, *words = duty_words(list[i].status, &colour);
    struct html *tag = html_part(p->html);
    ui_tag(tag, colour, words);
    if (list[i].provisional) html_text(tag, " provisional");
    ui_table_row(p->html, &t,
                 (struct ui_cell[]){{.text = list[i].duty->title},
                                    {.text = arena_strdup(p->arena, date_long(list[i].due_on, day, sizeof day))},
                                    {.html = tag},
                                    {.text = list[i].working}});
  }
  ui_table_end(p->html, &t);
  ui_section_end(p->html);
  return true;
}

static void show_identity(struct overview *o) {
  static const char *const names[] = {"local_id",  "date_of_birth",  "sex",       "gender",
                                      "ethnicity", "first_language", "nhs_number"};
  struct page *p = o->p;
  const struct record_row *row = &o->head.row;
  if (!o->head.readable) return ui_hint(p->html, "You may know of this child, but not open the record.");
  ui_summary_begin(p->html);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const struct model_field *f = model_field(row->record, names[i]);
    if (!f || row->withheld[f->index] || row->values[f->index].type == VALUE_NULL) continue;
    struct html *value = record_value_html(p, o->db, f, row->values[f->index]);
    if (strcmp(names[i], "date_of_birth") == 0)
      html_textf(value, " (aged %d)", date_age(date_parse_iso(row->values[f->index].s), p->ctx.today));
    ui_summary_row(p->html, &(struct ui_summary_row){.key = f->label, .value = UI_HTML(value)});
  }
  ui_summary_end(p->html);
}

static bool show_child(struct db *db, void *arg, struct error *e) {
  static const char *const
      care[] = {"became_looked_after_on", "need", NULL},
      *const legal[] = {"status", "from_on", NULL}, *const place[] = {"kind",  "from_on",  "organisation",
                                                                      "carer", "postcode", "distance_miles",
                                                                      NULL},
      *const school[] = {"organisation", "year_group", "class_name", "from_on", NULL},
      *const person[] = {"role", "person", "team", "from_on", NULL},
      *const family[] = {"kind", "person", "sibling", "name", "parental_responsibility", "contact_restricted", NULL},
      *const plan[] = {"initiated_on", "meeting_on", "next_review_on", NULL};
  struct overview *o = arg;
  struct page *p = o->p;
  o->db = db;
  if (!child_open(p, db, &o->head, NULL, NULL, NULL, e)) return false;
  p->title = o->head.name;
  child_subnav(p, &o->head, "overview");
  ui_heading(p->html, 1, "xl", p->actor.id == o->head.child ? "My record" : o->head.name);
  ui_columns_begin(p->html, "two-thirds");
  show_identity(o);
  if (!show_duties(o, e)) return false;
  ui_heading(p->html, 2, "m", "Education plan");
  if (!cards(o, "pep", plan, 1, "No education plan has been started.", e)) return false;
  ui_heading(p->html, 2, "m", "School");
  if (!cards(o, "enrolment", school, 4, "No school is recorded today.", e)) return false;
  ui_columns_next(p->html, "one-third");
  if (!cards(o, "care_period", care, 1, "Not looked after today.", e) ||
      !cards(o, "legal_status", legal, 2, "No legal status is recorded today.", e) ||
      !cards(o, "placement", place, 2, "No placement is recorded today.", e) ||
      !cards(o, "involvement", person, 8, "Nobody is recorded as working with this child.", e) ||
      !cards(o, "relationship", family, 8, "No family is recorded.", e))
    return false;
  ui_columns_end(p->html);
  return true;
}

static void get_child(struct page *p) {
  struct overview o = {.p = p};
  if (!page_read(p, show_child, &o)) page_fail(p);
}

/* --- who has looked ---------------------------------------------------------------------------------------------------------------------------- */
struct who {
  struct page *p;
  struct child_head head;
  struct access_view seen[100];
  const char *names[100];
  int n;
};

static bool keep(const struct access_view *v, void *arg, struct error *e) {
  struct who *w = arg;
  (void)e;
  if (w->n < 100) {
    w->seen[w->n] = *v;
    w->seen[w->n].via = arena_strdup(w->p->arena, v->via);
    w->seen[w->n++].outcome = arena_strdup(w->p->arena, v->outcome);
  }
  return true;
}

static bool read_accesses(struct db *db, void *arg, struct error *e) {
  struct who *w = arg;
  w->n = 0;
  return access_of_child(db, w->p->arena, w->head.child, 0, 100, keep, w, e);
}

static bool open_and_name(struct db *db, void *arg, struct error *e) {
  struct who *w = arg;
  struct page *p = w->p;
  if (!child_open(p, db, &w->head, "Who has looked", NULL, NULL, e)) return false;
  bool own = p->actor.id == w->head.child;
  if (!own && !permit_has_role(w->head.permit, "social_worker") && !permit_has_role(w->head.permit, "team_manager") &&
      !permit_has_role(w->head.permit, "virtual_school_head"))
    return error_set(e, ERR_NOT_FOUND, "There is nothing here.");
  for (int i = 0; i < w->n; i++)
    w->names[i] = w->seen[i].actor == w->head.child
                      ? "The child"
                      : record_label(db, &p->ctx, p->model, "person", w->seen[i].actor, p->arena);
  return true;
}

static const char *categories_words(struct page *p, uint64_t bits) {
  struct buf b;
  buf_init(&b, p->arena);
  for (size_t i = 0; i < p->model->n_categories; i++)
    if (bits >> p->model->categories[i].index & 1)
      buf_printf(&b, "%s%s", b.len ? ", " : "", p->model->categories[i].title);
  return buf_text(&b);
}

static const char *roles_words(struct page *p, const char *via) {
  struct buf b;
  buf_init(&b, p->arena);
  for (const char *s = via; s && *s;) {
    size_t n = strcspn(s, "/,");
    const struct model_role *r = model_role(p->model, arena_strndup(p->arena, s, n));
    buf_printf(&b, "%s%s", b.len ? ", " : "", r ? r->title : "Kith itself");
    s += strcspn(s, ",");
    s += strspn(s, ", ");
  }
  return buf_text(&b);
}

static void draw_accesses(struct who *w) {
  struct page *p = w->p;
  static const struct ui_column columns[] = {
      {.title = "When"}, {.title = "Who"}, {.title = "As"}, {.title = "What they saw"}};
  struct ui_table t = {
      .caption = "Newest first", .columns = columns, .n_columns = 4, .empty = "Nobody has looked yet."};
  bool own = p->actor.id == w->head.child;
  p->title = arena_printf(p->arena, "%s: who has looked", own ? "My record" : w->head.name);
  child_subnav(p, &w->head, "who");
  ui_heading_caption(p->html, own ? "My record" : w->head.name,
                     own ? "Who has looked at my record" : "Who has looked at this record");
  ui_text(p->html,
          "Every time somebody opens this record it is written down here, before they see it. Nobody can take it out "
          "again.");
  for (int i = 0; i < w->n; i++) {
    struct html *when = html_part(p->html);
    ui_instant(when, w->seen[i].at);
    ui_table_row(p->html, &t,
                 (struct ui_cell[]){{.html = when},
                                    {.text = w->names[i]},
                                    {.text = roles_words(p, w->seen[i].via)},
                                    {.text = categories_words(p, w->seen[i].categories)}});
  }
  ui_table_end(p->html, &t);
}

static void get_who(struct page *p) {
  struct who *w = arena_alloc(p->arena, sizeof *w);
  w->p = p;
  if (!page_read(p, open_and_name, w)) return page_fail(p); /* the door first */
  if (!store_read(p->authority->access, read_accesses, w, &p->error) || !page_read(p, open_and_name, w))
    return page_fail(p);
  draw_accesses(w);
}

const struct route child_routes[] = {{"GET", "/children/{child:id}", get_child, NEED_SESSION},
                                     {"GET", "/children/{child:id}/who", get_who, NEED_SESSION},
                                     {.path = NULL}};
