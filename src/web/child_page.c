/* A child: who, care, school, people, the plan, what is due. */
#include <string.h>

#include "duty/duty.h"
#include "web/app.h"
#include "web/child_head.h"
#include "web/words.h"

struct overview {
  struct page *p;
  struct child_head head;
  struct db *db;
  struct ui_table table;
  const char *const *fields; /* of the facts being shown */
  const char *since;         /* looked after since */
  bool in_work;              /* a plan is being worked on */
};

static const char *row_url(struct overview *o, const struct record_row *row) {
  return page_url(o->p, "%s/%s/%s", o->head.url, row->record->name, page_ref(o->p, row->id));
}

static const char *text_of(struct overview *o, const struct record_row *row, const char *field) {
  const struct model_field *f = model_field(row->record, field);
  const char *text = f ? record_value_text(o->p, row, f) : NULL;
  return text ? text : "";
}

static struct html *date_of_row(struct overview *o, const struct record_row *row, const char *field) {
  const struct model_field *f = model_field(row->record, field);
  struct html *h = html_part(o->p->html);
  if (!row->withheld[f->index] && row->values[f->index].type == VALUE_TEXT)
    ui_date(h, date_parse_iso(row->values[f->index].s));
  return h;
}

static bool reads(const struct overview *o, const char *record) {
  return permit_reads(o->head.permit) >> model_record(o->p->model, record)->category_index & 1;
}

/* Calls fn for each current row of a type, when the reader may read it. */
static bool each(struct overview *o, const char *record, int limit, query_fn *fn, struct error *e) {
  struct page *p = o->p;
  const struct model_record *r = model_record(p->model, record);
  struct query q = {.record = r,
                    .child = o->head.child,
                    .current_only = r->current_from != NULL,
                    .limit = limit,
                    .permit = o->head.permit};
  return !reads(o, record) || record_list(o->db, &p->ctx, p->model, &p->actor, &q, fn, o, e);
}

static void list_links(struct overview *o, const char *record, const char *plural) {
  struct page *p = o->p;
  struct html *all = html_part(p->html), *add = html_part(p->html);
  const struct model_record *r = model_record(p->model, record);
  bool may = record_may_create(o->head.permit, r);
  ui_link(all, page_url(p, "%s/%s", o->head.url, record), arena_printf(p->arena, "All %s", plural));
  ui_link(add, page_url(p, "%s/%s/new", o->head.url, record), words_add(p->arena, r));
  ui_meta(p->html, (struct ui_piece[]){UI_HTML(all), UI_HTML(add)}, may ? 2 : 1);
}

/* --- what is due -------------------------------------------------------------------------------------------------------------------------- */
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

static struct html *due_when(struct overview *o, const struct duty_row *d) {
  struct html *h = html_part(o->p->html);
  bool open = d->status != DUTY_MET && d->status != DUTY_MET_LATE;
  if (open)
    ui_date_near(h, d->due_on, o->p->ctx.today);
  else
    ui_date(h, d->due_on);
  if (d->provisional) html_text(h, ", provisional");
  if (d->working) {
    html_raw(h, "\n");
    ui_details(h, "Why this date", UI_TEXT(d->working));
  }
  return h;
}

static bool show_duties(struct overview *o, struct error *e) {
  struct page *p = o->p;
  struct duty_row *list;
  size_t n = 0;
  static const struct ui_column columns[] = {
      {.title = "What"}, {.title = "Who sees to it"}, {.title = "Due"}, {.title = "State"}};
  struct ui_table t = {.caption = "Duties, the most pressing first",
                       .caption_hidden = true,
                       .columns = columns,
                       .n_columns = 4,
                       .row_headers = true,
                       .cards = true,
                       .empty = "Nothing is due."};
  if (!duty_list_child(o->db, &p->ctx, o->head.permit, false, &list, &n, e)) return false;
  ui_section_begin(p->html, "due", "What is due");
  for (size_t i = 0; i < n && i < 12; i++) {
    const char *colour, *words = duty_words(list[i].status, &colour);
    struct html *tag = html_part(p->html);
    ui_tag(tag, colour, words);
    ui_table_row(p->html, &t,
                 (struct ui_cell[]){{.text = list[i].duty->title},
                                    {.text = words_role(p, list[i].duty->owner)},
                                    {.html = due_when(o, &list[i])},
                                    {.html = tag}});
  }
  ui_table_end(p->html, &t);
  ui_section_end(p->html);
  return true;
}

/* --- plans, schools, people ------------------------------------------------------------------------------------------------------------------ */
static bool plan_row(const struct record_row *row, uint64_t bits, void *arg, struct error *e) {
  struct overview *o = arg;
  struct page *p = o->p;
  struct html *tag = html_part(p->html);
  const char *waits = words_waits(p, row), *started = text_of(o, row, "initiated_on");
  (void)bits, (void)e;
  record_state_tag(tag, row);
  if (words_in_work(row)) o->in_work = true;
  ui_table_row(p->html, &o->table,
               (struct ui_cell[]){
                   {.text = *started ? arena_printf(p->arena, "Plan of %s", started) : "Plan", .href = row_url(o, row)},
                   {.html = tag},
                   {.text = waits ? waits : ""},
                   {.html = date_of_row(o, row, "next_review_on")}});
  child_row_shown(p, &o->head, row);
  return true;
}

static bool show_plans(struct overview *o, struct error *e) {
  static const struct ui_column columns[] = {
      {.title = "Plan"}, {.title = "State"}, {.title = "Waits for"}, {.title = "Next review"}};
  struct page *p = o->p;
  const struct model_record *r = model_record(p->model, "pep");
  struct ui_table t = {
      .caption = "Education plans",
      .caption_hidden = true,
      .columns = columns,
      .n_columns = 4,
      .row_headers = true,
      .cards = true,
      .empty = o->head.own ? "You have no education plan yet." : "No education plan has been started."};
  if (!reads(o, "pep")) return true;
  o->table = t;
  ui_section_begin(p->html, "plan", o->head.own ? "My education plan" : "Education plan");
  if (!each(o, "pep", 3, plan_row, e)) return false;
  ui_table_end(p->html, &o->table);
  if (!o->in_work && record_may_create(o->head.permit, r))
    ui_button(p->html,
              &(struct ui_button){.text = words_add(p->arena, r), .href = page_url(p, "%s/pep/new", o->head.url)});
  ui_section_end(p->html);
  return true;
}

static bool school_row(const struct record_row *row, uint64_t bits, void *arg, struct error *e) {
  struct overview *o = arg;
  (void)bits, (void)e;
  ui_table_row(o->p->html, &o->table,
               (struct ui_cell[]){{.text = text_of(o, row, "organisation"), .href = row_url(o, row)},
                                  {.text = text_of(o, row, "year_group")},
                                  {.text = text_of(o, row, "class_name")},
                                  {.html = date_of_row(o, row, "from_on")}});
  child_row_shown(o->p, &o->head, row);
  return true;
}

static bool person_row(const struct record_row *row, uint64_t bits, void *arg, struct error *e) {
  struct overview *o = arg;
  (void)bits, (void)e;
  ui_table_row(o->p->html, &o->table,
               (struct ui_cell[]){{.text = text_of(o, row, "person"), .href = row_url(o, row)},
                                  {.text = text_of(o, row, "role")},
                                  {.text = text_of(o, row, "team")},
                                  {.html = date_of_row(o, row, "from_on")}});
  child_row_shown(o->p, &o->head, row);
  return true;
}

static bool family_row(const struct record_row *row, uint64_t bits, void *arg, struct error *e) {
  struct overview *o = arg;
  struct html *notes = html_part(o->p->html);
  const char *name = text_of(o, row, "person");
  (void)bits, (void)e;
  if (!*name) name = text_of(o, row, "sibling");
  if (!*name) name = text_of(o, row, "name");
  if (strcmp(text_of(o, row, "contact_restricted"), "Yes") == 0) ui_tag(notes, "red", "Contact restricted");
  ui_table_row(o->p->html, &o->table,
               (struct ui_cell[]){{.text = *name ? name : "Name not recorded", .href = row_url(o, row)},
                                  {.text = text_of(o, row, "kind")},
                                  {.text = text_of(o, row, "parental_responsibility")},
                                  {.html = notes}});
  child_row_shown(o->p, &o->head, row);
  return true;
}

static const struct list_shape {
  const char *record, *heading, *own_heading, *plural, *empty, *columns[4];
  query_fn *fn;
  int limit;
} lists[] = {
    {"enrolment",
     "School",
     "My school",
     "schools",
     "No school is recorded today.",
     {"School", "Year", "Class", "Since"},
     school_row,
     4},
    {"involvement",
     "People involved",
     "People who work with me",
     "people involved",
     "Nobody is recorded as working with this child.",
     {"Name", "Role", "Team", "Since"},
     person_row,
     12},
    {"relationship",
     "Family",
     "My family",
     "relationships",
     "No family is recorded.",
     {"Name", "Relationship", "Parental responsibility", "Contact"},
     family_row,
     12},
};

static bool show_list(struct overview *o, const struct list_shape *s, struct error *e) {
  struct page *p = o->p;
  struct ui_column columns[4];
  if (!reads(o, s->record)) return true;
  for (int i = 0; i < 4; i++) columns[i] = (struct ui_column){.title = s->columns[i]};
  struct ui_table t = {.caption = arena_printf(p->arena, "%s today", s->heading),
                       .caption_hidden = true,
                       .columns = columns,
                       .n_columns = 4,
                       .row_headers = true,
                       .cards = true,
                       .empty = s->empty};
  o->table = t;
  ui_section_begin(p->html, s->record, o->head.own ? s->own_heading : s->heading);
  if (!each(o, s->record, s->limit, s->fn, e)) return false;
  ui_table_end(p->html, &o->table);
  list_links(o, s->record, s->plural);
  ui_section_end(p->html);
  return true;
}

/* --- facts beside --------------------------------------------------------------------------------------------------------------------------- */
static void facts(struct overview *o, const struct record_row *row, const char *title, const char *href) {
  struct page *p = o->p;
  ui_facts_begin(p->html, title, href);
  for (const char *const *name = o->fields; *name; name++) {
    const struct model_field *f = model_field(row->record, *name);
    if (!f || row->withheld[f->index] || row->values[f->index].type == VALUE_NULL) continue;
    struct html *value = record_value_html(p, row, f);
    if (strcmp(*name, "date_of_birth") == 0)
      html_textf(value, " (aged %d)", date_age(date_parse_iso(row->values[f->index].s), p->ctx.today));
    ui_fact(p->html, f->label, UI_HTML(value));
  }
  ui_facts_end(p->html);
}

static bool facts_row(const struct record_row *row, uint64_t bits, void *arg, struct error *e) {
  struct overview *o = arg;
  (void)bits, (void)e;
  facts(o, row, row->record->title, row_url(o, row));
  child_row_shown(o->p, &o->head, row);
  return true;
}

static bool show_facts(struct overview *o, struct error *e) {
  static const char
      *const who[] = {"date_of_birth", "sex", "gender", "ethnicity", "first_language", "nhs_number", NULL},
             *const care[] = {"became_looked_after_on", "need", NULL}, *const legal[] = {"status", "from_on", NULL},
             *const place[] = {"kind", "from_on", "organisation", "carer", "postcode", "distance_miles", NULL};
  static const struct {
    const char *record;
    const char *const *fields;
    int limit;
  } all[] = {{"placement", place, 2}, {"care_period", care, 1}, {"legal_status", legal, 2}};
  if (o->head.readable) {
    o->fields = who;
    facts(o, &o->head.row, o->head.own ? "About me" : "About the child",
          page_url(o->p, "%s/child/%s", o->head.url, o->head.ref));
  }
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    o->fields = all[i].fields;
    if (!each(o, all[i].record, all[i].limit, facts_row, e)) return false;
  }
  return true;
}

/* --- head ------------------------------------------------------------------------------------------------------------------------------------- */
static bool care_row(const struct record_row *row, uint64_t bits, void *arg, struct error *e) {
  struct overview *o = arg;
  (void)bits, (void)e;
  o->since = text_of(o, row, "became_looked_after_on");
  return true;
}

static bool show_head(struct overview *o, struct error *e) {
  struct page *p = o->p;
  struct ui_piece items[4];
  size_t n = 0;
  const struct record_row *row = &o->head.row;
  ui_heading(p->html, 1, "xl", o->head.own ? "My record" : o->head.name);
  if (!o->head.readable) {
    ui_hint(p->html, "You may know of this child, but not open the record.");
    return true;
  }
  const struct model_field *born = model_field(row->record, "date_of_birth");
  if (!row->withheld[born->index] && row->values[born->index].type == VALUE_TEXT)
    items[n++] =
        UI_TEXT(arena_printf(p->arena, "Aged %d", date_age(date_parse_iso(row->values[born->index].s), p->ctx.today)));
  if (*text_of(o, row, "local_id"))
    items[n++] = UI_TEXT(arena_printf(p->arena, "Number %s", text_of(o, row, "local_id")));
  if (!each(o, "care_period", 1, care_row, e)) return false;
  if (o->since) {
    struct html *tag = html_part(p->html);
    ui_tag(tag, "teal", arena_printf(p->arena, "Looked after since %s", o->since));
    items[n++] = UI_HTML(tag);
  }
  ui_meta(p->html, items, n);
  return true;
}

static bool show_child(struct db *db, void *arg, struct error *e) {
  struct overview *o = arg;
  struct page *p = o->p;
  o->db = db;
  o->in_work = false, o->since = NULL;
  if (!child_open(p, db, &o->head, NULL, NULL, NULL, e)) return false;
  p->title = o->head.own ? "My record" : o->head.name;
  child_subnav(p, &o->head, "overview");
  if (!show_head(o, e)) return false;
  ui_columns_begin(p->html, "two-thirds");
  if (!o->head.own && !show_duties(o, e)) return false;
  if (!show_plans(o, e)) return false;
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
    if (!show_list(o, &lists[i], e)) return false;
  ui_columns_next(p->html, "one-third");
  if (!show_facts(o, e)) return false;
  if (o->head.own) ui_link(p->html, page_url(p, "%s/records", o->head.url), "Everything that is recorded about me");
  ui_columns_end(p->html);
  return true;
}

static void get_child(struct page *p) {
  struct overview o = {.p = p};
  if (!page_read(p, show_child, &o)) page_fail(p);
}

const struct route child_routes[] = {{"GET", "/children/{child:id}", get_child, NEED_SESSION}, {.path = NULL}};
