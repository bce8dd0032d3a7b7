/* kith demo: a small authority with sixty children, their people, schools and plans; and if asked a second one,
 * with five. The same seed and day give the same records. */
#include "exchange/demo.h"

#include <stdio.h>
#include <string.h>

#include "base/ident.h"

static const char *const authority_code = "998", *const authority_name = "Quillshire (demonstration)";
static const char *const second_code = "999", *const second_name = "Farrowdale (demonstration)";
static const char *const password = "synthetic-children";

uint64_t demo_below(struct demo *d, uint64_t n) {
  return random_below(d->random, n);
}

/* Coordinates are in tenths of a mile within the invented postcode area QZ. */
static const struct demo_school schools[DEMO_SCHOOLS] = {
    {"998001", "Larkfield Primary School", "Quillbridge", "QZ1 2AB", 4, 11, 0, 0, 10, 12},
    {"998002", "St Aldhelm's Church of England Primary School", "Quillbridge", "QZ1 4CD", 4, 11, 0, 0, 22, 31},
    {"998003", "Harrow Lane Academy", "Quillbridge", "QZ2 1EF", 11, 16, 0, 0, 35, 14},
    {"998004", "Northgate School", "Osier", "QZ3 7GH", 11, 18, 0, 0, 90, 77},
    {"998005", "The Willows Special School", "Osier", "QZ3 9JK", 4, 18, 0, 0, 95, 70},
    {"998006", "Quillshire College", "Quillbridge", "QZ1 8LM", 16, 19, 0, 0, 18, 20},
    {"998007", "Little Acorns Nursery School", "Osier", "QZ3 1NP", 2, 4, 0, 0, 88, 80}};

static struct record_input input(struct demo *d, const char *record) {
  struct record_input in;
  record_input_init(&in, d->l.arena, load_record(&d->l, record));
  return in;
}
static void set(struct demo *d, struct record_input *in, const char *record, const char *field, const char *text) {
  if (text) load_value(in, load_record(&d->l, record), field, value_text(text));
}
static void set_id(struct demo *d, struct record_input *in, const char *record, const char *field, int64_t id) {
  if (id) load_value(in, load_record(&d->l, record), field, value_int(id));
}
static void set_on(struct demo *d, struct record_input *in, const char *record, const char *field, date_t day) {
  if (day != DATE_NONE) load_value(in, load_record(&d->l, record), field, load_date(d->l.arena, day));
}
static bool put(struct demo *d, const char *record, struct record_input *in, int64_t owner, int64_t *id,
                struct error *e) {
  return load_put(&d->l, record, 0, owner, in, id, e);
}

static bool put_organisation(struct demo *d, const char *kind, const char *name, const char *urn, const char *town,
                             const char *postcode, int64_t *id, struct error *e) {
  struct record_input in = input(d, "organisation");
  set(d, &in, "organisation", "kind", kind), set(d, &in, "organisation", "name", name),
      set(d, &in, "organisation", "urn", urn);
  set(d, &in, "organisation", "town", town), set(d, &in, "organisation", "postcode", postcode);
  return put(d, "organisation", &in, 0, id, e);
}

static bool put_team(struct demo *d, const char *name, int64_t *id, struct error *e) {
  struct record_input in = input(d, "team");
  set(d, &in, "team", "name", name);
  return put(d, "team", &in, 0, id, e);
}

struct post {
  const char *kind, *forenames, *surname, *role;
  int64_t organisation, team;
};

static bool put_person(struct demo *d, const struct post *x, int64_t *id, struct error *e) {
  struct record_input in = input(d, "person");
  char email[80], *c = email;
  snprintf(email, sizeof email, "%s.%s@quillshire.example", x->forenames, x->surname);
  for (; *c; c++)
    if (*c == ' ' || *c == '\'') *c = '-';
  set(d, &in, "person", "kind", x->kind), set(d, &in, "person", "forenames", x->forenames),
      set(d, &in, "person", "surname", x->surname);
  set(d, &in, "person", "email", arena_strdup(d->l.arena, email));
  if (!put(d, "person", &in, 0, id, e)) return false;
  if (!x->role) return true;
  struct record_input post = input(d, "appointment");
  set_id(d, &post, "appointment", "person", *id), set(d, &post, "appointment", "role", x->role);
  set_id(d, &post, "appointment", "organisation", x->organisation), set_id(d, &post, "appointment", "team", x->team);
  set_on(d, &post, "appointment", "from_on", date_of(date_academic_year(d->today) - 3, 9, 1));
  int64_t made;
  return put(d, "appointment", &post, 0, &made, e);
}

static bool put_schools(struct demo *d, struct error *e) {
  static const char *const teachers[DEMO_SCHOOLS][2] = {
      {"Grace", "Adeyemi"},   {"Huw", "Pritchard"},   {"Jo", "Patel"},     {"Miriam", "Stein"},
      {"Tom", "Fairweather"}, {"Anneke", "de Vries"}, {"Bea", "Lindqvist"}};
  for (int i = 0; i < DEMO_SCHOOLS; i++) {
    struct demo_school *s = &d->schools[i];
    if (!put_organisation(d,
                          i == 5   ? "college"
                          : i == 6 ? "early_years"
                                   : "school",
                          s->name, s->urn, s->town, s->postcode, &s->id, e))
      return false;
    if (!put_person(d,
                    &(struct post){"professional", teachers[i][0], teachers[i][1],
                                   i == 5 ? "college_contact" : "designated_teacher", s->id, 0},
                    &s->teacher, e))
      return false;
  }
  return true;
}

static bool put_register(struct demo *d, struct error *e) {
  static const char *const workers[DEMO_WORKERS][2] = {
      {"Sam", "Okafor"}, {"Ines", "Carvalho"}, {"Darren", "Whitlock"}, {"Farah", "Siddiqui"}};
  static const char *const carers[DEMO_CARERS][2] = {
      {"Lee", "Marsh"},     {"Pauline", "Okoro"},  {"Stephen", "Gale"},    {"Rukhsana", "Mirza"}, {"Jan", "Kowalczyk"},
      {"Denise", "Archer"}, {"Colm", "Byrne"},     {"Yvonne", "St Clair"}, {"Peter", "Holloway"}, {"Abena", "Mensah"},
      {"Ruth", "Goldberg"}, {"Mike", "Trelawney"}, {"Sunita", "Rao"},      {"Carol", "Hobbs"}};
  int64_t council, virtual_school;
  if (!put_organisation(d, "authority", authority_name, NULL, "Quillbridge", "QZ1 1AA", &council, e) ||
      !put_organisation(d, "department", "Quillshire Virtual School", NULL, "Quillbridge", "QZ1 1AA", &virtual_school,
                        e) ||
      !put_organisation(d, "childrens_home", "Beech House", "SC998100", "Osier", "QZ3 5RS", &d->home, e) ||
      !put_team(d, "North team", &d->teams[0], e) || !put_team(d, "South team", &d->teams[1], e) ||
      !put_team(d, "Virtual school", &d->teams[2], e))
    return false;
  if (!put_schools(d, e)) return false;
  for (int i = 0; i < DEMO_WORKERS; i++)
    if (!put_person(
            d, &(struct post){"professional", workers[i][0], workers[i][1], "social_worker", council, d->teams[i / 2]},
            &d->workers[i], e))
      return false;
  for (int i = 0; i < DEMO_CARERS; i++)
    if (!put_person(d, &(struct post){"carer", carers[i][0], carers[i][1], "foster_carer", 0, 0}, &d->carers[i], e))
      return false;
  return put_person(d, &(struct post){"professional", "Moira", "Tennant", "team_manager", council, d->teams[0]},
                    &d->manager, e) &&
         put_person(d, &(struct post){"professional", "Idris", "Bello", "independent_reviewing_officer", council, 0},
                    &d->reviewer, e) &&
         put_person(
             d,
             &(struct post){"professional", "Helen", "Achterberg", "virtual_school_head", virtual_school, d->teams[2]},
             &d->head, e) &&
         put_person(
             d,
             &(struct post){"professional", "Vi", "Castellanos", "virtual_school_adviser", virtual_school, d->teams[2]},
             &d->advisers[0], e) &&
         put_person(
             d, &(struct post){"professional", "Owen", "Marlow", "virtual_school_adviser", virtual_school, d->teams[2]},
             &d->advisers[1], e) &&
         put_person(d, &(struct post){"professional", "Kit", "Sandoval", "class_teacher", d->schools[2].id, 0},
                    &d->class_teacher, e) &&
         put_person(d, &(struct post){"professional", "Ros", "Pickering", "data_officer", council, 0}, &d->officer,
                    e) &&
         put_person(d, &(struct post){"professional", "Gus", "Fenn", "residential_worker", d->home, 0}, &d->home_worker,
                    e) &&
         put_person(d, &(struct post){"family", "Dawn", "Price", NULL, 0, 0}, &d->parent, e);
}

/* --- children -------------------------------------------------------------------------------------------------------------------------------- */
static int school_for(struct demo *d, int age, bool special) {
  if (age < 3) return -1;
  if (special && age >= 5) return 4;
  if (age < 5) return 6;
  if (age < 11) return (int)demo_below(d, 2);
  return age < 16 ? 2 + (int)demo_below(d, 2) : 5;
}

static const struct demo_name *given_name(const struct demo *d, const struct demo_child *c, size_t i) {
  return c->girl ? &demo_girls[(i + d->names) % demo_n_girls] : &demo_boys[(i + d->names) % demo_n_boys];
}

/* Who the child is and since when. The first few carry the stories of the demonstration. */
static void make_child(struct demo *d, size_t i) {
  struct demo_child *c = &d->children[i];
  bool twin = i == 7, sibling = i == 9;
  c->girl = i == 0 || (i > 5 && demo_below(d, 2));
  const struct demo_name *first = given_name(d, c, i);
  c->forenames = first->text;
  c->surname = twin || sibling ? d->children[i - 1].surname
                               : demo_surnames[(i * 7 + d->names + demo_below(d, 3)) % demo_n_surnames].text;
  c->age = i == 0   ? 13
           : i == 1 ? 15
           : i == 2 ? 8
           : i == 3 ? 16
           : twin   ? d->children[i - 1].age
                    : (int)demo_below(d, 18);
  c->born = twin ? d->children[i - 1].born : date_add_years(d->today, -c->age) - (date_t)demo_below(d, 360) - 1;
  c->age = date_age(c->born, d->today);
  c->ehcp = demo_below(d, 3) == 0;
  c->worker = i < 2 ? 0 : (int)(i % DEMO_WORKERS), c->adviser = (int)(i % 2);
  c->school = i == 0 ? 2 : school_for(d, c->age, c->ehcp && demo_below(d, 2));
  int64_t life = d->today - c->born;
  date_t ago = i == 4 ? 4 : i == 5 ? 11 : 30 + (date_t)demo_below(d, 1800);
  c->entered = d->today - (ago < life ? ago : (date_t)(life > 20 ? life - 10 : life));
  c->left = i >= 52 ? c->entered + (d->today - c->entered) / 2 : DATE_NONE;
  c->local_id = arena_printf(d->l.arena, "Q%05zu", 10000 + i * 7);
  c->carer = d->carers[i % DEMO_CARERS];
}

static bool put_upn(struct demo *d, const struct demo_child *c, size_t i, struct error *e) {
  char rest[40], upn[44];
  if (c->age < 4) return true;
  snprintf(rest, sizeof rest, "998%04d%02d%03d", 2000 + c->school, (date_academic_year(c->born) + 5) % 100,
           (int)(i % 1000));
  snprintf(upn, sizeof upn, "%c%s", upn_check_letter(rest), rest);
  struct record_input in = input(d, "identifier");
  int64_t id;
  set(d, &in, "identifier", "scheme", "upn"), set(d, &in, "identifier", "value", arena_strdup(d->l.arena, upn));
  return put(d, "identifier", &in, 0, &id, e);
}

static bool put_placements(struct demo *d, const struct demo_child *c, size_t i, struct error *e) {
  static const char *const kinds[] = {"U6", "U6", "U6", "U4", "U1", "U3", "K2", "U5"};
  int n = 1 + (int)demo_below(d, 3);
  date_t end = c->left == DATE_NONE ? d->today : c->left, span = (end - c->entered) / n;
  if (span < 14) n = 1, span = end - c->entered;
  for (int k = 0; k < n; k++) {
    struct record_input in = input(d, "placement");
    const char *kind = c->age < 8 ? "U6" : kinds[(i + (size_t)k) % 8];
    bool last = k == n - 1, home = strcmp(kind, "K2") == 0;
    int x = (int)demo_below(d, 200), y = (int)demo_below(d, 200), dx = x - 20, dy = y - 20, square = dx * dx + dy * dy,
        miles = 0;
    while ((miles + 1) * (miles + 1) <= square) miles++; /* whole tenths of a mile from the family home at (20, 20) */
    int64_t id;
    set(d, &in, "placement", "kind", kind), set(d, &in, "placement", "provider", home ? "PR4" : "PR1");
    set_on(d, &in, "placement", "from_on", c->entered + k * span),
        set_on(d, &in, "placement", "to_on", last ? c->left : c->entered + (k + 1) * span);
    set(d, &in, "placement", "postcode", arena_printf(d->l.arena, "QZ%d %dXY", 1 + x / 70, y % 10));
    set_id(d, &in, "placement", "distance_miles", miles);
    if (home)
      set_id(d, &in, "placement", "organisation", d->home);
    else
      set_id(d, &in, "placement", "carer", last ? c->carer : d->carers[(i + 3 + (size_t)k) % DEMO_CARERS]);
    set(d, &in, "placement", "reason_new_episode", k ? "P" : "S");
    if (!last) set(d, &in, "placement", "reason_change", k ? "CARPL" : "LAREQ");
    if (!put(d, "placement", &in, 0, &id, e)) return false;
  }
  return true;
}

static bool put_involved(struct demo *d, int64_t person, const char *role, int64_t team, date_t from, date_t to,
                         struct error *e) {
  struct record_input in = input(d, "involvement");
  int64_t id;
  set(d, &in, "involvement", "role", role), set_id(d, &in, "involvement", "person", person),
      set_id(d, &in, "involvement", "team", team);
  set_on(d, &in, "involvement", "from_on", from), set_on(d, &in, "involvement", "to_on", to);
  return put(d, "involvement", &in, 0, &id, e);
}

static bool put_school(struct demo *d, const struct demo_child *c, struct error *e) {
  static const char *const years[] = {"R", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13"};
  int year = date_national_curriculum_year(c->born, d->today);
  struct record_input in = input(d, "enrolment");
  int64_t id;
  if (c->school < 0) return true;
  date_t from = date_of(date_academic_year(d->today) - (int)demo_below(d, 2), 9, 3);
  set_id(d, &in, "enrolment", "organisation", d->schools[c->school].id), set(d, &in, "enrolment", "kind", "main");
  if (year >= 0 && year <= 13)
    set(d, &in, "enrolment", "year_group", years[year]),
        set(d, &in, "enrolment", "class_name",
            arena_printf(d->l.arena, "%s%c", years[year], 'A' + (char)demo_below(d, 3)));
  set_on(d, &in, "enrolment", "from_on", from);
  return put(d, "enrolment", &in, 0, &id, e);
}

static bool put_family(struct demo *d, const struct demo_child *c, size_t i, struct error *e) {
  struct record_input mother = input(d, "relationship"), sibling = input(d, "relationship");
  int64_t id;
  set(d, &mother, "relationship", "kind", "mother");
  if (i == 2 && d->parent)
    set_id(d, &mother, "relationship", "person", d->parent);
  else
    set(d, &mother, "relationship", "name",
        arena_printf(d->l.arena, "%s %s", demo_girls[(i + 5) % demo_n_girls].text, c->surname));
  set_id(d, &mother, "relationship", "parental_responsibility", 1),
      set_on(d, &mother, "relationship", "pr_from_on", c->born);
  if (!put(d, "relationship", &mother, 0, &id, e)) return false;
  if (i != 7 && i != 9) return true;
  set(d, &sibling, "relationship", "kind", "sibling"),
      set_id(d, &sibling, "relationship", "sibling", d->children[i - 1].id);
  return put(d, "relationship", &sibling, 0, &id, e);
}

/* One child's whereabouts are known to a named few only. */
static bool put_restriction(struct demo *d, size_t i, struct error *e) {
  struct record_input in = input(d, "restriction"), named = input(d, "restriction_named");
  int64_t id, row;
  if (i != 12) return true;
  set(d, &in, "restriction", "reason", "court_order"), set_on(d, &in, "restriction", "from_on", d->today - 60),
      set_on(d, &in, "restriction", "review_on", d->today + 30);
  if (!put(d, "restriction", &in, 0, &id, e)) return false;
  set_id(d, &named, "restriction_named", "person", d->manager),
      set_on(d, &named, "restriction_named", "from_on", d->today - 60);
  return put(d, "restriction_named", &named, id, &row, e);
}

static bool put_child(struct demo *d, size_t i, struct error *e) {
  static const char *const statuses[] = {"C2", "C2", "C2", "C1", "V2", "E1"};
  struct demo_child *c = &d->children[i];
  struct record_input in = input(d, "child"), period = input(d, "care_period"), legal = input(d, "legal_status");
  int64_t id;
  set(d, &in, "child", "local_id", c->local_id), set(d, &in, "child", "forenames", c->forenames),
      set(d, &in, "child", "surname", c->surname);
  set_on(d, &in, "child", "date_of_birth", c->born), set(d, &in, "child", "sex", c->girl ? "F" : "M");
  set(d, &in, "child", "ethnicity", given_name(d, c, i)->ethnicity);
  set(d, &period, "care_period", "need", demo_below(d, 3) ? "N1" : "N4"),
      set_on(d, &period, "care_period", "became_looked_after_on", c->entered);
  if (c->left != DATE_NONE)
    set_on(d, &period, "care_period", "ended_on", c->left), set(d, &period, "care_period", "reason_ended", "E4A");
  set(d, &legal, "legal_status", "status", statuses[i % 6]), set_on(d, &legal, "legal_status", "from_on", c->entered),
      set_on(d, &legal, "legal_status", "to_on", c->left);
  if (!load_begin(&d->l, 0, e) || !put(d, "child", &in, 0, &c->id, e)) return false;
  return put_upn(d, c, i, e) && put(d, "care_period", &period, 0, &id, e) &&
         put(d, "legal_status", &legal, 0, &id, e) && put_placements(d, c, i, e) && put_school(d, c, e) &&
         put_family(d, c, i, e) &&
         put_involved(d, d->workers[c->worker], "social_worker", d->teams[c->worker / 2], c->entered, c->left, e) &&
         put_involved(d, d->advisers[c->adviser], "virtual_school_adviser", d->teams[2], c->entered, c->left, e) &&
         put_involved(d, d->reviewer, "independent_reviewing_officer", 0, c->entered, c->left, e) &&
         put_restriction(d, i, e) && load_end(&d->l, e);
}

static void begin_again(struct demo *d) {
  random_free(d->random);
  d->random = random_seeded(d->seed);
  d->n = 0;
}

static bool fill(struct loader *l, void *arg, struct error *e) {
  struct demo *d = arg;
  (void)l;
  begin_again(d);
  memcpy(d->schools, schools, sizeof schools);
  if (!load_begin(&d->l, 0, e) || !put_register(d, e) || !load_end(&d->l, e)) return false;
  for (; d->n < 60; d->n++) {
    make_child(d, d->n);
    if (!put_child(d, d->n, e)) return false;
  }
  return true;
}

/* --- the second authority: a neighbour whose children go to a school of the first ------------------------------------------------------------ */
static bool put_second_register(struct demo *d, struct error *e) {
  struct demo_school *school = &d->schools[3];
  int64_t council, worker, adviser, carer;
  if (!put_organisation(d, "authority", second_name, NULL, "Farrow", "QZ9 1AA", &council, e) ||
      !put_organisation(d, "school", school->name, school->urn, school->town, school->postcode, &school->id, e) ||
      !put_team(d, "Children in care", &d->teams[0], e) ||
      !put_person(d, &(struct post){"professional", "Miriam", "Stein", "designated_teacher", school->id, 0},
                  &school->teacher, e) ||
      !put_person(d, &(struct post){"professional", "Nia", "Prosser", "social_worker", council, d->teams[0]}, &worker,
                  e) ||
      !put_person(d, &(struct post){"professional", "Bram", "Oduya", "virtual_school_adviser", council, 0}, &adviser,
                  e) ||
      !put_person(d, &(struct post){"professional", "Esme", "Calder", "independent_reviewing_officer", council, 0},
                  &d->reviewer, e) ||
      !put_person(d, &(struct post){"carer", "Wilf", "Tanner", "foster_carer", 0, 0}, &carer, e))
    return false;
  d->teams[1] = d->teams[2] = d->teams[0];
  d->advisers[0] = d->advisers[1] = adviser;
  for (int i = 0; i < DEMO_WORKERS; i++) d->workers[i] = worker;
  for (int i = 0; i < DEMO_CARERS; i++) d->carers[i] = carer;
  return put_organisation(d, "childrens_home", "Alder House", "SC999100", "Farrow", "QZ9 5RS", &d->home, e);
}

static bool fill_second(struct loader *l, void *arg, struct error *e) {
  struct demo *d = arg;
  (void)l;
  begin_again(d);
  memcpy(d->schools, schools, sizeof schools);
  if (!load_begin(&d->l, 0, e) || !put_second_register(d, e) || !load_end(&d->l, e)) return false;
  for (; d->n < 5; d->n++) {
    struct demo_child *c = &d->children[d->n];
    make_child(d, d->n);
    c->born = date_add_years(d->today, -12 - (int)d->n % 3) - 40;
    c->age = date_age(c->born, d->today);
    c->school = 3;
    if (!put_child(d, d->n, e)) return false;
  }
  return true;
}

/* --- accounts ------------------------------------------------------------------------------------------------------------------------------------ */
static bool add_user(struct demo *d, struct demo_user *u, size_t *n, const char *username, const char *name,
                     const char *who, int64_t actor, struct error *e) {
  struct store *dir = d->l.engine->directory;
  int64_t account;
  u[(*n)++] = (struct demo_user){username, password, who};
  return account_create(dir, d->l.ctx, username, name, password, &account, e) &&
         membership_add(dir, d->l.ctx, account, d->l.authority->code, actor, e);
}

static bool add_users(struct demo *d, struct demo_user **users, size_t *n, struct error *e) {
  struct demo_user *u = arena_alloc(d->l.arena, 16 * sizeof *u);
  *users = u;
  *n = 0;
  return add_user(d, u, n, "sam", "Sam Okafor, social worker", "social worker, North team", d->workers[0], e) &&
         add_user(d, u, n, "jo", "Jo Patel, designated teacher", "designated teacher at Harrow Lane Academy",
                  d->schools[2].teacher, e) &&
         add_user(d, u, n, "vi", "Vi Castellanos, virtual school adviser", "virtual school adviser", d->advisers[0],
                  e) &&
         add_user(d, u, n, "helen", "Helen Achterberg, virtual school head", "virtual school head", d->head, e) &&
         add_user(d, u, n, "amelia", arena_printf(d->l.arena, "%s, young person", d->children[0].forenames),
                  "young person, 13", d->children[0].id, e) &&
         add_user(d, u, n, "lee", "Lee Marsh, foster carer", "foster carer", d->carers[0], e) &&
         add_user(d, u, n, "moira", "Moira Tennant, team manager", "team manager, North team", d->manager, e) &&
         add_user(d, u, n, "idris", "Idris Bello, reviewing officer", "independent reviewing officer", d->reviewer,
                  e) &&
         add_user(d, u, n, "dawn", "Dawn Price, mother", "a mother", d->parent, e) &&
         add_user(d, u, n, "kit", "Kit Sandoval, class teacher", "class teacher: sees no child's status",
                  d->class_teacher, e) &&
         add_user(d, u, n, "ros", "Ros Pickering, data officer", "data officer", d->officer, e);
}

/* An authority, filled; the engine stays open for its accounts. */
static bool make_one(struct arena *a, const struct engine_options *open, const char *code, const char *name,
                     load_fn *filling, struct demo *d, struct error *e) {
  struct engine *g;
  struct ctx *c = arena_alloc(a, sizeof *c);
  struct import_report *report = arena_alloc(a, sizeof *report);
  static const struct import_options options;
  if (!engine_init_authority(a, open, code, name, true, e) || !engine_open(a, open, &g, e)) return false;
  ctx_init(c, a, g->random);
  import_report_init(report, a);
  d->today = c->today;
  loader_init(&d->l, g, engine_authority(g, code), c, "demonstration", &options, report);
  bool ok = load_run(&d->l, filling, d, e) && demo_plans(d, e);
  random_free(d->random);
  d->random = NULL;
  return ok;
}

static bool close_one(struct demo *d, bool ok, struct error *e) {
  if (!d->l.engine) return false;
  ok = ok && engine_sign_heads((struct engine *)d->l.engine, d->l.ctx, e);
  engine_close((struct engine *)d->l.engine);
  return ok;
}

/* The teacher of both, who has an account by now, and a social worker. */
static bool add_second_users(struct demo *d, struct demo_user *users, size_t *n, struct error *e) {
  struct store *dir = d->l.engine->directory;
  struct account miriam;
  return account_find(dir, d->l.ctx, "miriam", &miriam, e) &&
         membership_add(dir, d->l.ctx, miriam.id, second_code, d->schools[3].teacher, e) &&
         add_user(d, users, n, "nia", "Nia Prosser", "social worker, the other authority", d->workers[0], e);
}

bool demo_make(struct arena *a, const struct engine_options *eo, const struct demo_options *o, struct demo_user **users,
               size_t *n_users, struct error *e) {
  struct engine_options open = *eo;
  struct demo *d = arena_alloc(a, sizeof *d), *second = arena_alloc(a, sizeof *second);
  bool two = strcmp(o->profile, "two") == 0;
  if (!two && strcmp(o->profile, "small") != 0)
    return error_set(e, ERR_INPUT, "The profile is small (60 children) or two (and a second authority with 5).");
  open.seed = d->seed = second->seed = o->seed;
  second->names = 30;
  bool ok = make_one(a, &open, authority_code, authority_name, fill, d, e) && add_users(d, users, n_users, e);
  if (ok && two)
    ok = add_user(d, *users, n_users, "miriam", "Miriam Stein",
                  "designated teacher at Northgate School, for two authorities", d->schools[3].teacher, e);
  ok = close_one(d, ok, e);
  if (!ok || !two) return ok;
  ok = make_one(a, &open, second_code, second_name, fill_second, second, e) &&
       add_second_users(second, *users, n_users, e);
  return close_one(second, ok, e);
}
