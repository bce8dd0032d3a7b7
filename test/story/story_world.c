#include "story_world.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"

/* One sentence's corner of the world. */
struct corner {
  struct db *db;
  struct story *story;
  struct error *e;
  struct sentence *s;
  struct record_batch *batch;
  const char *name;         /* of the batch's source */
  int64_t person, someone;  /* the sentence's person, and an adult of no importance */
  int64_t place, elsewhere; /* organisations: the person's, and another */
  int64_t team, other_team;
  int64_t other_child;
  bool ok;
};

static struct arena *arena_of(struct corner *k) {
  return k->story->ctx.arena;
}
static const char *number(struct corner *k, int64_t id) {
  return arena_printf(arena_of(k), "%lld", (long long)id);
}

static const char *day(struct corner *k, int from_today) {
  return date_format(k->story->ctx.today + from_today, arena_alloc(arena_of(k), DATE_TEXT));
}

static const char *minutes(struct corner *k, int from_now) {
  return instant_format(k->story->ctx.now + from_now * INT64_C(60000000), arena_alloc(arena_of(k), INSTANT_TEXT));
}

/* The sentence's word in every text field that is free to hold it. */
static void fill(struct corner *k, const struct model_record *r, struct record_input *in) {
  for (size_t i = 0; i < r->n_fields; i++) {
    const struct model_field *f = &r->fields[i];
    if (in->given[i] || f->retired || f->pattern || f->check || (f->type != FIELD_TEXT && f->type != FIELD_PROSE))
      continue;
    record_input_set(in, r, f->name, value_text(arena_printf(arena_of(k), "%s %s %s", k->s->word, r->name, f->name)));
  }
}

/* A row: pairs of field and text as typed, NULL at the end; a pair with an empty text is left out. */
static int64_t put(struct corner *k, const char *record, int64_t owner, const char *const *pairs) {
  const struct model_record *r = model_record(k->story->env->model, record);
  struct record_input in;
  int64_t id = 0;
  bool changed;
  if (!k->ok) return 0;
  record_input_init(&in, arena_of(k), r);
  for (; pairs[0]; pairs += 2) {
    if (*pairs[1]) k->ok = record_input_parse(&in, r, &k->story->ctx, &pairs[0], &pairs[1], 1, k->e) && k->ok;
  }
  if (r->about == ABOUT_CHILD) fill(k, r, &in);
  k->ok = k->ok && record_batch_put(k->batch, r, 0, owner, &in, &id, &changed, k->e);
  if (k->s->record == r && !k->s->row) k->s->row = id;
  return id;
}
#define PUT(k, record, owner, ...) put(k, record, owner, (const char *const[]){__VA_ARGS__, NULL})

static void begin(struct corner *k, int64_t child) {
  const struct permit *p = guard_system(k->db, &k->story->ctx, k->story->env->model, child, "story");
  k->batch = record_batch_begin(k->db, &k->story->ctx, k->story->env, p, child, "story");
}

static void end(struct corner *k) {
  k->ok = k->ok && record_batch_end(k->batch, k->e);
}

static bool is(const char *a, const char *b) {
  return strcmp(a, b) == 0;
}

/* ---- relations ---- */

static void appointment(struct corner *k, int64_t person, const char *role, const char *to) {
  PUT(k, "appointment", 0, "person", number(k, person), "role", role, "organisation", number(k, k->place), "team",
      number(k, k->team), "from_on", "2020-01-01", "to_on", to);
}

static void involve(struct corner *k, int64_t person, const char *role, int64_t team, const char *from,
                    const char *to) {
  PUT(k, "involvement", 0, "person", number(k, person), "role", role, "team", team ? number(k, team) : "", "from_on",
      from, "to_on", to);
}

static void enrol(struct corner *k, int64_t organisation, const char *from, const char *to) {
  PUT(k, "enrolment", 0, "organisation", number(k, organisation), "from_on", from, "to_on", to);
}

static void place(struct corner *k, int64_t carer, int64_t organisation, const char *from, const char *to) {
  PUT(k, "placement", 0, "carer", carer ? number(k, carer) : "", "organisation", number(k, organisation), "kind", "U4",
      "from_on", from, "to_on", to);
}

static bool school_kind(struct corner *k, const char *role) {
  return is(model_role(k->story->env->model, role)->kind, "school");
}

static bool relate_dated(struct corner *k, const char *role, const char *relation) {
  static const struct {
    const char *relation, *how;
    int from, to; /* days from today; 0 and 99: long ago, open */
  } dated[] = {{"allocated", "allocated", -400, 99},
               {"allocation_ended", "allocated", -400, -1},
               {"allocation_future", "allocated", 1, 99},
               {"on_roll", "on_roll", -400, 99},
               {"left_school", "on_roll", -400, -1},
               {"not_yet_on_roll", "on_roll", 1, 99},
               {"first_day", "on_roll", 0, 99},
               {"last_day", "on_roll", -400, 0},
               {"other_school", "other_school", -400, 99},
               {"placed", "placed", -400, 99},
               {"placement_ended", "placed", -400, -1},
               {"not_yet_placed", "placed", 1, 99},
               {"other_carer", "other_carer", -400, 99},
               {"provided", "provided", -400, 99},
               {"provided_ended", "provided", -400, -1},
               {"other_home", "other_home", -400, 99},
               {"team", "team", -400, 99},
               {"team_ended", "team", -400, -1},
               {"other_team", "other_team", -400, 99},
               {"unallocated", "unallocated", -400, 99},
               {"other_role_allocated", "other_role", -400, 99}};
  for (size_t i = 0; i < sizeof dated / sizeof dated[0]; i++) {
    if (!is(dated[i].relation, relation)) continue;
    const char *how = dated[i].how, *from = day(k, dated[i].from), *to = dated[i].to == 99 ? "" : day(k, dated[i].to);
    if (is(how, "allocated")) involve(k, k->person, role, 0, from, to);
    if (is(how, "allocated") && school_kind(k, role)) enrol(k, k->place, from, "");
    if (is(how, "unallocated")) involve(k, k->someone, role, 0, from, to);
    if (is(how, "other_role")) involve(k, k->person, "independent_reviewing_officer", 0, from, to);
    if (is(how, "team")) involve(k, k->someone, "social_worker", k->team, from, to);
    if (is(how, "other_team")) involve(k, k->someone, "social_worker", k->other_team, from, to);
    if (is(how, "on_roll")) enrol(k, k->place, from, to);
    if (is(how, "other_school")) enrol(k, k->elsewhere, from, to);
    if (is(how, "placed")) place(k, k->person, k->place, from, to);
    if (is(how, "other_carer")) place(k, k->someone, k->place, from, to);
    if (is(how, "provided")) place(k, 0, k->place, from, to);
    if (is(how, "other_home")) place(k, 0, k->elsewhere, from, to);
    return true;
  }
  return false;
}

static void everything(struct corner *k, const char *role) {
  involve(k, k->person, role, k->team, "2024-01-01", "");
  enrol(k, k->place, "2024-01-01", "");
  place(k, k->person, k->place, "2024-01-01", "");
}

static void glass(struct corner *k, int from, int to) {
  PUT(k, "break_glass", 0, "person", number(k, k->person), "from_at", minutes(k, from), "to_at", minutes(k, to));
}

static void parent_of(struct corner *k, const char *restricted) {
  PUT(k, "relationship", 0, "kind", "mother", "person", number(k, k->person), "contact_restricted", restricted,
      "from_on", "2012-05-01");
}

static void relate(struct corner *k, const char *role, const char *relation) {
  if (relate_dated(k, role, relation)) return;
  if (is(relation, "broke_glass")) return glass(k, -30, 30);
  if (is(relation, "glass_expired")) return glass(k, -60, -1);
  if (is(relation, "glass_future")) return glass(k, 1, 60);
  if (is(relation, "appointment_ended")) return everything(k, role);
  if (is(relation, "parent")) return parent_of(k, "");
  if (is(relation, "contact_restricted")) return parent_of(k, "yes");
  if (is(relation, "allocated_left_school")) {
    involve(k, k->person, role, 0, "2024-01-01", "");
    return enrol(k, k->place, "2024-01-01", day(k, -1));
  }
  static const char *const plain[] = {
      "none", "self", "other_child", "other_parent", "looked_after", "not_looked_after", "ceased", "authority"};
  for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
    if (is(plain[i], relation)) return; /* by what the child is, or by nothing */
  }
  k->ok = error_cell(k->e, k->s->file, k->s->line, "relation", relation, "a relation that story_world.c knows");
}

/* ---- situations ---- */

static void agree(struct corner *k, const char *how, const char *categories) {
  bool ended = is(how, "agreement_ended");
  int64_t owner =
      PUT(k, "sharing_agreement", 0, "from_on", "2025-01-01", "to_on", ended ? day(k, -1) : "", "basis", "child");
  const char *role = is(how, "agreement_other") ? "ehc_caseworker" : is(how, "agreement_person") ? "" : k->s->role;
  const char *person = is(how, "agreement_person") ? number(k, k->person) : "";
  char *list = arena_strdup(arena_of(k), categories), *save = NULL;
  for (char *c = strtok_r(list, ",", &save); c; c = strtok_r(NULL, ",", &save)) {
    PUT(k, "sharing_item", owner, "category", c, "role", role, "person", person, "allow",
        is(how, "agreement_denied") ? "no" : "yes");
  }
  if (is(how, "agreement_denied")) PUT(k, "sharing_item", owner, "category", "daily", "role", role, "allow", "yes");
}

static void restrict_child(struct corner *k, const char *named_to) {
  int64_t owner = PUT(k, "restriction", 0, "from_on", "2025-01-01", "reason", "court_order");
  int64_t who = k->s->actor == k->person && named_to ? k->person : k->someone;
  PUT(k, "restriction_named", owner, "person", number(k, who), "from_on", "2025-01-01", "to_on",
      named_to ? named_to : "");
}

static void situation(struct corner *k, char *word) {
  char *rest = word, *how = strsep(&rest, ":");
  if (is(how, "-") || is(how, "restriction_ended")) return; /* an ended one stands in every record */
  if (is(how, "restricted")) return restrict_child(k, NULL);
  if (is(how, "restricted_named")) return restrict_child(k, "");
  if (is(how, "named_ended")) return restrict_child(k, day(k, -1));
  if (is(how, "kin") || is(how, "recused")) {
    PUT(k, "conflict_of_interest", 0, "person", number(k, k->person), "kind", how, "from_on", "2025-01-01");
    return;
  }
  if (rest && is(how, "also")) {
    char *role = strsep(&rest, "/");
    return relate(k, role, rest ? rest : "");
  }
  static const char *const agreements[] = {"agreement", "agreement_other", "agreement_person", "agreement_ended",
                                           "agreement_denied"};
  for (size_t i = 0; rest && i < 5; i++) {
    if (is(how, agreements[i])) return agree(k, how, rest);
  }
  k->ok = error_cell(k->e, k->s->file, k->s->line, "situation", how, "a situation that story_world.c knows");
}

static void situations(struct corner *k, void (*each)(struct corner *, char *)) {
  char *rest = arena_strdup(arena_of(k), k->s->situation);
  while (rest && k->ok) each(k, strsep(&rest, "+"));
}

/* Second appointments stand in the register, before the child. */
static void also_appointed(struct corner *k, char *word) {
  if (strncmp(word, "also:", 5) != 0) return;
  char *rest = word + 5;
  appointment(k, k->person, strsep(&rest, "/"), "");
}

/* ---- the corner ---- */

static int64_t organisation(struct corner *k, const char *name) {
  return PUT(k, "organisation", 0, "name", name, "kind", "school");
}

static void build_register(struct corner *k) {
  begin(k, 0);
  k->place = organisation(k, "Place");
  k->elsewhere = organisation(k, "Elsewhere");
  k->team = PUT(k, "team", 0, "name", "Team");
  k->other_team = PUT(k, "team", 0, "name", "Other team");
  k->person = PUT(k, "person", 0, "surname", "Person", "kind", "professional");
  k->someone = PUT(k, "person", 0, "surname", "Someone", "kind", "professional");
  const char *kind = model_role(k->story->env->model, k->s->role)->kind;
  if (!is(kind, "child") && !is(kind, "parent")) {
    appointment(k, k->person, k->s->role, is(k->s->relation, "appointment_ended") ? day(k, -1) : "");
  }
  appointment(k, k->someone, "social_worker", "");
  situations(k, also_appointed);
  end(k);
}

static int64_t build_child(struct corner *k, const char *word) {
  const char *keep = k->s->word;
  k->s->word = word;
  begin(k, 0);
  int64_t id = PUT(k, "child", 0, "local_id", word, "date_of_birth", "2012-05-01");
  end(k);
  k->s->word = keep;
  return id;
}

/* Rows that every child has: one at least of each record type, old ones where an open one would decide. */
static void build_rows(struct corner *k) {
  const struct model *m = k->story->env->model;
  if (!is(k->s->relation, "not_looked_after")) {
    PUT(k, "care_period", 0, "became_looked_after_on", "2023-02-01", "ended_on",
        is(k->s->relation, "ceased") ? day(k, -1) : "");
  }
  enrol(k, k->elsewhere, "2019-09-01", "2020-07-20");
  place(k, k->someone, k->elsewhere, "2020-02-01", "2020-06-01");
  involve(k, k->someone, "social_worker", 0, "2020-02-01", "2020-06-01");
  PUT(k, "relationship", 0, "kind", "father", "from_on", "2012-05-01");
  int64_t old = PUT(k, "restriction", 0, "from_on", "2021-01-01", "to_on", "2021-06-01", "reason", "other");
  PUT(k, "restriction_named", old, "person", number(k, k->someone), "from_on", "2021-01-01", "to_on", "2021-06-01");
  int64_t agreed = PUT(k, "sharing_agreement", 0, "from_on", "2021-01-01", "to_on", "2021-06-01", "basis", "child");
  PUT(k, "sharing_item", agreed, "category", "daily", "role", "class_teacher", "allow", "yes");
  int64_t pep = PUT(k, "pep", 0, "initiated_on", "2026-10-01");
  PUT(k, "pep_target", pep, "area", "literacy");
  PUT(k, "pep_action", pep, "due_on", "2026-12-01");
  static const char *const done[] = {
      "child",       "care_period",          "enrolment",         "placement",    "involvement", "relationship",
      "restriction", "restriction_named",    "sharing_agreement", "sharing_item", "pep",         "pep_target",
      "pep_action",  "conflict_of_interest", "break_glass"};
  for (size_t i = 0; i < m->n_records; i++) {
    bool made = m->records[i].about == ABOUT_NONE || m->records[i].part_of != NULL;
    for (size_t d = 0; d < sizeof done / sizeof done[0]; d++) made |= is(done[d], m->records[i].name);
    if (!made) put(k, m->records[i].name, 0, (const char *const[]){NULL});
  }
}

static void build_corner(struct corner *k) {
  struct sentence *s = k->s;
  s->row = 0;
  build_register(k);
  s->child = build_child(k, s->word);
  if (s->record && s->record->is_child) s->row = s->child;
  k->other_child = 0;
  if (is(s->relation, "other_child") || is(s->relation, "other_parent")) {
    k->other_child = build_child(k, arena_printf(arena_of(k), "%sother", s->word));
  }
  s->actor = is(s->relation, "self") ? s->child : is(s->relation, "other_child") ? k->other_child : k->person;
  begin(k, s->child);
  relate(k, s->role, s->relation); /* first, so that record.field means the row of the relation where there is one */
  situations(k, situation);
  build_rows(k);
  end(k);
  if (is(s->relation, "other_parent")) {
    begin(k, k->other_child);
    parent_of(k, "");
    end(k);
  }
}

void story_init(struct story *s, struct arena *a, const struct record_env *env, struct random *r) {
  *s = (struct story){.ctx = {.arena = a, .random = r}, .env = env};
  s->ctx.now = clock_now();
  s->ctx.today = instant_london_date(s->ctx.now);
}

bool story_build(struct db *db, struct story *s, struct error *e) {
  for (size_t i = 0; i < s->n; i++) {
    s->sentences[i].word = arena_printf(s->ctx.arena, "zq%zu%c", i + 1, s->sentences[i].file[0]);
    struct corner k = {.db = db, .story = s, .e = e, .s = &s->sentences[i], .ok = true};
    build_corner(&k);
    if (!k.ok || !db_ok(db, e)) return false;
  }
  return true;
}
