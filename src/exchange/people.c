/* kith import people: names of children, teams, professionals with their appointments, who works with whom, carers and family. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "exchange/load.h"

enum column {
  ROW,
  CHILD_ID,
  FORENAMES,
  SURNAME,
  KNOWN_AS,
  EMAIL,
  TELEPHONE,
  ROLE,
  ORGANISATION,
  ORGANISATION_KIND,
  URN,
  TEAM,
  RELATIONSHIP,
  PR,
  FROM,
  UNTIL,
  N_COLUMNS
};
static const char *const names[N_COLUMNS] = {"row",           "?child",
                                             "?forenames",    "?surname",
                                             "?known_as",     "?email",
                                             "?telephone",    "?role",
                                             "?organisation", "?organisation_kind",
                                             "?urn",          "?team",
                                             "?relationship", "?parental_responsibility",
                                             "?from",         "?until"};
const char import_people_template[] =
    "row,child,forenames,surname,known_as,email,telephone,role,organisation,organisation_kind,urn,team,relationship,"
    "parental_responsibility,from,until\r\n"
    "name,100000,Ada Mary,O'Neill,Ada,,,,,,,,,,,\r\n"
    "person,,Sam,Okafor,,sam.okafor@council.example,,social_worker,,,,North team,,,01/09/2024,\r\n"
    "person,,Jo,Patel,,j.patel@school.example,,designated_teacher,Hill School,school,130000,,,,01/09/2023,\r\n"
    "works_with,100000,,,,sam.okafor@council.example,,social_worker,,,,North team,,,03/03/2025,\r\n"
    "carer,100000,Lee,Marsh,,lee.marsh@home.example,,foster_carer,,,,,,,03/03/2025,\r\n"
    "family,100000,Mary,O'Neill,,,,,,,,,mother,yes,,\r\n";

enum kind { NAME, PERSON, WORKS_WITH, CARER, FAMILY, N_KINDS };
static const char *const kinds[N_KINDS] = {"name", "person", "works_with", "carer", "family"};
struct line {
  enum kind kind;
  long row;
  const char *cell[N_COLUMNS];
};
struct known {
  struct keys child, person, team, organisation, appointment, involvement, relationship, placement;
};
struct job {
  const char *file;
  struct line *lines;
  size_t n, cap;
  struct known k;
};

/* What each kind of row cannot do without. */
static const enum column needed[N_KINDS][4] = {[NAME] = {CHILD_ID, FORENAMES, SURNAME, 0},
                                               [PERSON] = {SURNAME, EMAIL, ROLE, FROM},
                                               [WORKS_WITH] = {CHILD_ID, EMAIL, ROLE, FROM},
                                               [CARER] = {CHILD_ID, SURNAME, EMAIL, FROM},
                                               [FAMILY] = {CHILD_ID, SURNAME, RELATIONSHIP, 0}};

static bool reject(struct loader *l, const struct job *j, const struct line *x, enum column c, const char *expected) {
  l->report->rejected_rows++;
  return error_cell(&l->report->rejected, j->file, x->row, names[c] + (names[c][0] == '?'), x->cell[c], expected);
}

static bool read_line(struct loader *l, struct job *j, const struct csv_row *row, const long *at, struct line *x) {
  *x = (struct line){.row = row->row_number, .kind = N_KINDS};
  for (int i = 0; i < N_COLUMNS; i++) {
    const char *s = at[i] < 0 ? "" : text_clean(l->arena, row->cells[at[i]], strlen(row->cells[at[i]]));
    x->cell[i] = s && *s ? s : NULL;
  }
  for (int k = 0; k < N_KINDS; k++)
    if (x->cell[ROW] && text_eq_ci(x->cell[ROW], kinds[k])) x->kind = (enum kind)k;
  if (x->kind == N_KINDS) return reject(l, j, x, ROW, "name, person, works_with, carer or family");
  for (int i = 0; i < 4 && needed[x->kind][i]; i++)
    if (!x->cell[needed[x->kind][i]])
      return reject(l, j, x, needed[x->kind][i],
                    arena_printf(l->arena, "a value: a \"%s\" row needs it", kinds[x->kind]));
  return true;
}

static bool read_lines(struct loader *l, struct job *j, const char *path, struct error *e) {
  struct csv *csv;
  struct csv_row row;
  long at[N_COLUMNS];
  int64_t n = 0;
  if (!import_open(l->arena, path, l->report, &csv, e) || !import_columns(csv, j->file, names, N_COLUMNS, at, e))
    return false;
  for (; csv_next(csv, &row); n++) {
    struct line x;
    if (!import_row_ok(&row, j->file, l->report) || !read_line(l, j, &row, at, &x)) continue;
    j->lines = arena_grow(l->arena, j->lines, &j->cap, j->n + 1, sizeof *j->lines);
    j->lines[j->n++] = x;
  }
  import_read(l->report, "people", n);
  return true;
}

static bool load_known(struct loader *l, struct known *k, struct error *e) {
  struct keys *all[] = {&k->child,       &k->person,      &k->team,         &k->organisation,
                        &k->appointment, &k->involvement, &k->relationship, &k->placement};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) keys_init(all[i], l->arena);
  struct db *db = l->db;
  return keys_load(&k->child, db, "select local_id, id from child where local_id is not null", e) &&
         keys_load(&k->person, db, "select email, id from person where email is not null", e) &&
         keys_load(&k->team, db, "select name, id from team", e) &&
         keys_load(&k->organisation, db, "select coalesce(urn, name), id from organisation", e) &&
         keys_load(
             &k->appointment, db,
             "select cast(person as text), id, role, cast(coalesce(organisation, 0) as text), from_on from appointment",
             e) &&
         keys_load(&k->involvement, db,
                   "select cast(child as text), id, cast(person as text), role, from_on from involvement", e) &&
         keys_load(&k->relationship, db,
                   "select cast(child as text), id, kind, name from relationship where name is not null", e) &&
         keys_load(&k->placement, db, "select cast(child as text), id from placement where to_on is null", e);
}

static const char *number(struct loader *l, int64_t i) {
  return arena_printf(l->arena, "%lld", (long long)i);
}

/* The organisation or team that a row names, made when it is new. 0 when the row names none. */
static bool find_organisation(struct loader *l, struct job *j, const struct line *x, int64_t *id, struct error *e) {
  const char *key = x->cell[URN] ? x->cell[URN] : x->cell[ORGANISATION];
  const struct model_record *r = load_record(l, "organisation");
  struct record_input in;
  *id = key ? keys_get(&j->k.organisation, key) : 0;
  if (!key || *id) return true;
  record_input_init(&in, l->arena, r);
  load_text(l, &in, r, "kind",
            x->cell[ORGANISATION_KIND] ? x->cell[ORGANISATION_KIND]
            : x->cell[URN]             ? "school"
                                       : "authority",
            j->file, x->row, "organisation_kind");
  load_value(&in, r, "name",
             value_text(x->cell[ORGANISATION] ? x->cell[ORGANISATION] : arena_printf(l->arena, "School %s", key)));
  load_text(l, &in, r, "urn", x->cell[URN], j->file, x->row, "urn");
  if (!load_put(l, "organisation", 0, 0, &in, id, e)) return false;
  keys_put(&j->k.organisation, key, *id);
  return true;
}

static bool find_team(struct loader *l, struct job *j, const struct line *x, int64_t *id, struct error *e) {
  const struct model_record *r = load_record(l, "team");
  struct record_input in;
  *id = x->cell[TEAM] ? keys_get(&j->k.team, x->cell[TEAM]) : 0;
  if (!x->cell[TEAM] || *id) return true;
  record_input_init(&in, l->arena, r);
  load_value(&in, r, "name", value_text(x->cell[TEAM]));
  if (!load_put(l, "team", 0, 0, &in, id, e)) return false;
  keys_put(&j->k.team, x->cell[TEAM], *id);
  return true;
}

static bool put_person(struct loader *l, struct job *j, const struct line *x, const char *kind, int64_t *id,
                       struct error *e) {
  const struct model_record *r = load_record(l, "person");
  struct record_input in;
  record_input_init(&in, l->arena, r);
  load_value(&in, r, "kind", value_text(kind));
  load_value(&in, r, "forenames", value_text(x->cell[FORENAMES]));
  load_value(&in, r, "surname", value_text(x->cell[SURNAME]));
  load_text(l, &in, r, "email", x->cell[EMAIL], j->file, x->row, "email");
  load_text(l, &in, r, "telephone", x->cell[TELEPHONE], j->file, x->row, "telephone");
  *id = keys_get(&j->k.person, x->cell[EMAIL]);
  if (!load_put(l, "person", *id, 0, &in, id, e)) return false;
  keys_put(&j->k.person, x->cell[EMAIL], *id);
  return true;
}

/* Dates as typed on the row; a row whose dates are no dates is rejected whole. */
static bool put_dates(struct loader *l, struct job *j, const struct line *x, struct record_input *in,
                      const struct model_record *r) {
  bool good = load_text(l, in, r, "from_on", x->cell[FROM], j->file, x->row, "from");
  good = load_text(l, in, r, "to_on", x->cell[UNTIL], j->file, x->row, "until") && good;
  if (!good) l->report->rejected_rows++;
  return good;
}

static const char *from_of(const struct record_input *in, const struct model_record *r) {
  return in->values[model_field(r, "from_on")->index].s;
}

static bool put_appointment(struct loader *l, struct job *j, const struct line *x, int64_t person, struct error *e) {
  const struct model_record *r = load_record(l, "appointment");
  struct record_input in;
  int64_t organisation, team;
  record_input_init(&in, l->arena, r);
  if (!load_text(l, &in, r, "role", x->cell[ROLE] ? x->cell[ROLE] : "foster_carer", j->file, x->row, "role"))
    return l->report->rejected_rows++, true;
  if (!put_dates(l, j, x, &in, r)) return true;
  if (!find_organisation(l, j, x, &organisation, e) || !find_team(l, j, x, &team, e)) return false;
  load_value(&in, r, "person", value_int(person));
  if (organisation) load_value(&in, r, "organisation", value_int(organisation));
  if (team) load_value(&in, r, "team", value_int(team));
  const char *key = arena_printf(l->arena, "%lld\n%s\n%lld\n%s", (long long)person,
                                 in.values[model_field(r, "role")->index].s, (long long)organisation, from_of(&in, r));
  int64_t id = keys_get(&j->k.appointment, key);
  if (!load_put(l, "appointment", id, 0, &in, &id, e)) return false;
  keys_put(&j->k.appointment, key, id);
  return true;
}

static bool register_line(struct loader *l, struct job *j, const struct line *x, struct error *e) {
  int64_t person;
  if (x->kind == NAME || x->kind == FAMILY) return true;
  if (x->kind == WORKS_WITH) {
    int64_t team;
    return find_team(l, j, x, &team, e);
  }
  return put_person(l, j, x, x->kind == CARER ? "carer" : "professional", &person, e) &&
         put_appointment(l, j, x, person, e);
}

static bool put_name(struct loader *l, struct job *j, const struct line *x, int64_t child, struct error *e) {
  const struct model_record *r = load_record(l, "child");
  struct record_input in;
  record_input_init(&in, l->arena, r);
  bool good = load_text(l, &in, r, "forenames", x->cell[FORENAMES], j->file, x->row, "forenames");
  good = load_text(l, &in, r, "surname", x->cell[SURNAME], j->file, x->row, "surname") && good;
  good = load_text(l, &in, r, "known_as", x->cell[KNOWN_AS], j->file, x->row, "known_as") && good;
  if (!good) return l->report->rejected_rows++, true;
  return load_put(l, "child", child, 0, &in, NULL, e);
}

static bool put_involvement(struct loader *l, struct job *j, const struct line *x, int64_t child, struct error *e) {
  const struct model_record *r = load_record(l, "involvement");
  struct record_input in;
  int64_t person = keys_get(&j->k.person, x->cell[EMAIL]);
  record_input_init(&in, l->arena, r);
  if (!person)
    return reject(l, j, x, EMAIL, "the email of a person who is in the register or in a \"person\" row"), true;
  if (!load_text(l, &in, r, "role", x->cell[ROLE], j->file, x->row, "role")) return l->report->rejected_rows++, true;
  if (!put_dates(l, j, x, &in, r)) return true;
  load_value(&in, r, "person", value_int(person));
  if (x->cell[TEAM]) load_value(&in, r, "team", value_int(keys_get(&j->k.team, x->cell[TEAM])));
  const char *key = arena_printf(l->arena, "%lld\n%lld\n%s\n%s", (long long)child, (long long)person,
                                 in.values[model_field(r, "role")->index].s, from_of(&in, r));
  int64_t id = keys_get(&j->k.involvement, key);
  if (!load_put(l, "involvement", id, 0, &in, &id, e)) return false;
  keys_put(&j->k.involvement, key, id);
  return true;
}

/* A carer row names who has care of the child today: the open placement gets its carer. */
static bool put_carer(struct loader *l, struct job *j, const struct line *x, int64_t child, struct error *e) {
  const struct model_record *r = load_record(l, "placement");
  struct record_input in;
  int64_t placement = keys_get(&j->k.placement, number(l, child));
  if (!placement) return reject(l, j, x, CHILD_ID, "a child with an open placement"), true;
  record_input_init(&in, l->arena, r);
  load_value(&in, r, "carer", value_int(keys_get(&j->k.person, x->cell[EMAIL])));
  return load_put(l, "placement", placement, 0, &in, NULL, e);
}

static bool put_family(struct loader *l, struct job *j, const struct line *x, int64_t child, struct error *e) {
  const struct model_record *r = load_record(l, "relationship");
  struct record_input in;
  record_input_init(&in, l->arena, r);
  if (!load_text(l, &in, r, "kind", x->cell[RELATIONSHIP], j->file, x->row, "relationship"))
    return l->report->rejected_rows++, true;
  if (!put_dates(l, j, x, &in, r)) return true;
  const char *name = arena_printf(l->arena, "%s%s%s", x->cell[FORENAMES] ? x->cell[FORENAMES] : "",
                                  x->cell[FORENAMES] ? " " : "", x->cell[SURNAME]);
  load_value(&in, r, "name", value_text(name));
  load_text(l, &in, r, "parental_responsibility", x->cell[PR], j->file, x->row, "parental_responsibility");
  const char *key =
      arena_printf(l->arena, "%s\n%s\n%s", number(l, child), in.values[model_field(r, "kind")->index].s, name);
  return load_put(l, "relationship", keys_get(&j->k.relationship, key), 0, &in, NULL, e);
}

static bool child_line(struct loader *l, struct job *j, const struct line *x, int64_t child, struct error *e) {
  switch (x->kind) {
  case NAME:
    return put_name(l, j, x, child, e);
  case WORKS_WITH:
    return put_involvement(l, j, x, child, e);
  case CARER:
    return put_carer(l, j, x, child, e);
  case FAMILY:
    return put_family(l, j, x, child, e);
  default:
    return true;
  }
}

static int by_child(const void *pa, const void *pb) {
  const struct line *a = pa, *b = pb;
  int c = strcmp(a->cell[CHILD_ID] ? a->cell[CHILD_ID] : "", b->cell[CHILD_ID] ? b->cell[CHILD_ID] : "");
  return c ? c : a->row < b->row ? -1 : a->row > b->row;
}

static bool apply(struct loader *l, void *arg, struct error *e) {
  struct job *j = arg;
  if (!load_known(l, &j->k, e) || !load_begin(l, 0, e)) return false;
  for (size_t i = 0; i < j->n; i++)
    if (!register_line(l, j, &j->lines[i], e)) return false;
  if (!load_end(l, e)) return false;
  for (size_t i = 0; i < j->n;) { /* lines are sorted by child: one ledger entry each */
    const char *local = j->lines[i].cell[CHILD_ID];
    size_t end = i;
    while (end < j->n &&
           strcmp(j->lines[end].cell[CHILD_ID] ? j->lines[end].cell[CHILD_ID] : "", local ? local : "") == 0)
      end++;
    int64_t child = local ? keys_get(&j->k.child, local) : 0;
    if (local && !child)
      for (size_t k = i; k < end; k++) reject(l, j, &j->lines[k], CHILD_ID, "the local number of a child who is here");
    if (child && !load_begin(l, child, e)) return false;
    for (size_t k = i; child && k < end; k++)
      if (!child_line(l, j, &j->lines[k], child, e)) return false;
    if (child && !load_end(l, e)) return false;
    i = end;
  }
  return true;
}

bool import_people(const struct engine *g, const struct authority *a, const struct ctx *c, const char *const *paths,
                   size_t n, const struct import_options *o, struct import_report *r, struct error *e) {
  struct job j = {0};
  struct loader l;
  if (n != 1) return error_set(e, ERR_INPUT, "give one file; --template prints its columns");
  loader_init(&l, g, a, c, paths[0], o, r);
  j.file = l.source;
  if (!read_lines(&l, &j, paths[0], e)) return false;
  if (j.n) qsort(j.lines, j.n, sizeof *j.lines, by_child);
  return load_run(&l, apply, &j, e);
}

struct register_one {
  struct job job;
  struct line line;
  int64_t actor;
};

static bool apply_one(struct loader *l, void *arg, struct error *e) {
  struct register_one *x = arg;
  if (!load_known(l, &x->job.k, e) || !load_begin(l, 0, e)) return false;
  if (!put_person(l, &x->job, &x->line, "professional", &x->actor, e) ||
      !put_appointment(l, &x->job, &x->line, x->actor, e))
    return false;
  if (!l->report->rejected.n_items) return load_end(l, e);
  const struct error_item *it = &l->report->rejected.items[0];
  return error_field(e, it->column, it->value, "%s", it->expected);
}

bool people_register(const struct engine *g, const struct authority *a, const struct ctx *c,
                     const struct person_spec *s, int64_t *actor, struct error *e) {
  struct register_one x = {.job.file = "user add"};
  struct import_options o = {0};
  struct import_report r;
  struct loader l;
  import_report_init(&r, c->arena);
  loader_init(&l, g, a, c, x.job.file, &o, &r);
  x.line = (struct line){.kind = PERSON, .row = 0};
  const char **cell = x.line.cell;
  cell[FORENAMES] = s->forenames, cell[SURNAME] = s->surname, cell[EMAIL] = s->email, cell[TELEPHONE] = s->telephone,
  cell[ROLE] = s->role;
  cell[ORGANISATION] = s->organisation, cell[URN] = s->urn, cell[TEAM] = s->team, cell[FROM] = s->from,
  cell[UNTIL] = s->until;
  if (!load_run(&l, apply_one, &x, e)) return false;
  *actor = x.actor;
  return true;
}

struct find {
  const char *email, *local_id;
  int64_t id;
};

static bool find_one(struct db *db, void *arg, struct error *e) {
  struct find *f = arg;
  struct stmt *q = f->email ? db_sql(db, "select id from person where email = $1", "t")
                            : db_sql(db, "select id from child where local_id = $1", "t");
  sql_text(q, 1, f->email ? f->email : f->local_id);
  f->id = sql_row(q) ? col_int(q, 0) : 0;
  sql_end(q);
  return db_ok(db, e);
}

bool people_find(const struct engine *g, const struct authority *a, const struct ctx *c, const char *email,
                 const char *local_id, int64_t *actor, struct error *e) {
  struct find f = {email, local_id, 0};
  (void)g, (void)c;
  if (!store_read(a->main, find_one, &f, e)) return false;
  *actor = f.id;
  return true;
}
