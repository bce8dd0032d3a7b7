/* The door, one rule at a time, with the shipped roles over hand-made facts. */
#include "guard_world.h"
#include "store_fixture.h"

enum { ADA = 100, BEN = 101, NOBODY = 999, PAT = 1, SCHOOL = 200, HOME = 201, TEAM = 300 };

struct case_state {
  struct fixture *f;
  struct world world;
  struct model model; /* the shipped one with the world's facts */
  struct ctx ctx;
};

static int setup(void **state) {
  struct case_state *s = calloc(1, sizeof *s);
  void *f;
  if (fixture_open(&f) != 0) return -1;
  s->f = f;
  const struct model *shipped;
  if (!model_load(s->f->arena, KITH_SOURCE_ROOT "/model", NULL, &shipped, &s->f->e)) {
    print_error("%s\n", s->f->e.message);
    return -1;
  }
  s->model = *shipped;
  const struct model *plain = world_model(s->f->arena, NULL, 0);
  s->model.facts = plain->facts;
  s->model.n_facts = plain->n_facts;
  s->ctx =
      (struct ctx){.arena = s->f->arena, .today = date_of(2026, 11, 24), .now = instant_parse("2026-11-24T09:00:00Z")};
  world_init(&s->world, s->f->arena);
  world_add(&s->world, FACT_CHILD, (struct fact){.child = ADA});
  world_add(&s->world, FACT_CHILD, (struct fact){.child = BEN});
  *state = s;
  return 0;
}

static int teardown(void **state) {
  struct case_state *s = *state;
  void *f = s->f;
  free(s);
  return fixture_close(&f);
}

static bool store_fn_world(struct db *db, void *arg, struct error *e) {
  struct case_state *s = arg;
  return world_store(db, &s->world, &s->model, e);
}

static void keep(struct case_state *s) {
  if (!store_write(s->f->store, store_fn_world, s, &s->f->e)) fail_msg("%s", s->f->e.message);
}

static struct fact since(struct fact f) {
  if (!f.from) f.from = date_of(2020, 1, 1);
  if (!f.to) f.to = DATE_NONE;
  return f;
}

static void add(struct case_state *s, enum fact_kind kind, struct fact f) {
  world_add(&s->world, kind, since(f));
}

static void appoint(struct case_state *s, int64_t person, const char *role) {
  add(s, FACT_ROLE, (struct fact){.person = person, .role = role, .organisation = SCHOOL, .team = TEAM});
}

struct ask {
  struct case_state *s;
  struct actor who;
  int64_t child;
  const struct permit *permit;
  bool opened;
  struct error e;
};

static bool ask_fn(struct db *db, void *arg, struct error *e) {
  struct ask *x = arg;
  (void)e;
  x->opened = guard_open(db, &x->s->ctx, &x->s->model, &x->who, x->child, &x->permit, &x->e);
  return true;
}

static struct ask ask(struct case_state *s, int64_t person, int64_t child) {
  struct ask x = {.s = s, .who = {.id = person}, .child = child};
  error_init(&x.e, s->f->arena);
  if (!store_read(s->f->store, ask_fn, &x, &s->f->e)) fail_msg("%s", s->f->e.message);
  assert_int_equal(x.opened ? ERR_NONE : ERR_NOT_FOUND, x.e.kind);
  return x;
}

static bool reads(struct case_state *s, int64_t person, int64_t child, const char *category) {
  struct ask x = ask(s, person, child);
  return x.opened && (permit_reads(x.permit) & world_bit(&s->model, category));
}

static bool writes(struct case_state *s, int64_t person, int64_t child, const char *category) {
  struct ask x = ask(s, person, child);
  return x.opened && (permit_writes(x.permit) & world_bit(&s->model, category));
}

/* ---- dates ---- */

static void test_relation_ends_by_itself(void **state) {
  struct case_state *s = *state;
  appoint(s, PAT, "designated_teacher");
  add(s, FACT_ON_ROLL,
      (struct fact){.child = ADA, .organisation = SCHOOL, .from = date_of(2026, 9, 2), .to = date_of(2026, 11, 24)});
  keep(s);
  assert_true(reads(s, PAT, ADA, "education_plan"));
  s->ctx.today = date_of(2026, 11, 25);
  assert_false(ask(s, PAT, ADA).opened);
  s->ctx.today = date_of(2026, 9, 2);
  assert_true(ask(s, PAT, ADA).opened);
  s->ctx.today = date_of(2026, 9, 1);
  assert_false(ask(s, PAT, ADA).opened);
}

static void test_leaver_loses_open_allocation(void **state) {
  struct case_state *s = *state;
  add(s, FACT_ROLE, (struct fact){.person = PAT, .role = "social_worker", .to = date_of(2026, 11, 23)});
  add(s, FACT_INVOLVEMENT, (struct fact){.person = PAT, .child = ADA, .role = "social_worker"});
  keep(s);
  assert_false(ask(s, PAT, ADA).opened);
  s->ctx.today = date_of(2026, 11, 23);
  assert_true(reads(s, PAT, ADA, "social_work"));
}

static void test_unknown_beginning_has_not_begun(void **state) {
  struct case_state *s = *state;
  add(s, FACT_ROLE, (struct fact){.person = PAT, .role = "virtual_school_head", .from = DATE_NONE});
  add(s, FACT_LOOKED_AFTER, (struct fact){.child = ADA});
  keep(s);
  assert_false(ask(s, PAT, ADA).opened);
}

/* ---- refusals ---- */

static void test_absent_and_refused_are_one_answer(void **state) {
  struct case_state *s = *state;
  appoint(s, PAT, "designated_teacher");
  keep(s);
  struct ask absent = ask(s, PAT, NOBODY), refused = ask(s, PAT, BEN);
  assert_false(absent.opened || refused.opened);
  assert_string_equal(absent.e.message, refused.e.message);
  assert_int_equal(absent.e.n_items, refused.e.n_items);
  assert_null(strstr(refused.e.message, "child"));
}

static void test_search_name_only(void **state) {
  struct case_state *s = *state;
  appoint(s, PAT, "social_worker");
  keep(s);
  struct ask x = ask(s, PAT, ADA);
  assert_true(x.opened);
  assert_true(permit_reads(x.permit) == 0 && permit_writes(x.permit) == 0);
  assert_false(permit_has_role(x.permit, "social_worker"));
  assert_string_equal(permit_via(x.permit), "social_worker/authority");
}

static void test_restriction(void **state) {
  struct case_state *s = *state;
  enum { NAMED = 2 };
  for (int64_t p = PAT; p <= NAMED; p++) {
    appoint(s, p, "social_worker");
    add(s, FACT_INVOLVEMENT, (struct fact){.person = p, .child = ADA, .role = "social_worker"});
  }
  add(s, FACT_NAMED, (struct fact){.person = NAMED, .child = ADA});
  keep(s);
  assert_false(reads(s, PAT, ADA, "restricted"));
  assert_true(reads(s, NAMED, ADA, "restricted"));
  assert_true(writes(s, PAT, ADA, "restricted")); /* may restrict */
  add(s, FACT_RESTRICTION, (struct fact){.child = ADA});
  add(s, FACT_BREAK_GLASS,
      (struct fact){.person = PAT, .child = ADA, .from_at = s->ctx.now - 1, .to_at = s->ctx.now + 1});
  keep(s);
  assert_false(ask(s, PAT, ADA).opened);
  assert_true(reads(s, NAMED, ADA, "restricted"));
  assert_string_equal(ask(s, PAT, ADA).e.message, ask(s, PAT, NOBODY).e.message);
}

/* ---- more than one role ---- */

static void test_roles_add_up_except_conflicts(void **state) {
  struct case_state *s = *state;
  appoint(s, PAT, "designated_teacher");
  appoint(s, PAT, "social_worker");
  add(s, FACT_ON_ROLL, (struct fact){.child = ADA, .organisation = SCHOOL});
  add(s, FACT_INVOLVEMENT, (struct fact){.person = PAT, .child = ADA, .role = "social_worker"});
  keep(s);
  struct ask x = ask(s, PAT, ADA);
  assert_true(permit_has_role(x.permit, "designated_teacher") && permit_has_role(x.permit, "social_worker"));
  assert_false(permit_has_role(x.permit, "team_manager"));
  assert_true(reads(s, PAT, ADA, "family") && reads(s, PAT, ADA, "contact"));
  add(s, FACT_CONFLICT, (struct fact){.person = PAT, .child = ADA, .kind = "recused"});
  keep(s);
  assert_false(reads(s, PAT, ADA, "family") || reads(s, PAT, ADA, "contact") || writes(s, PAT, ADA, "social_work"));
  assert_true(reads(s, PAT, ADA, "safeguarding") && reads(s, PAT, ADA, "education_plan"));
  add(s, FACT_CONFLICT, (struct fact){.person = PAT, .child = ADA, .kind = "kin"});
  keep(s);
  assert_false(ask(s, PAT, ADA).opened);
}

static void test_kin_who_care_stay_carers(void **state) {
  struct case_state *s = *state;
  appoint(s, PAT, "foster_carer");
  appoint(s, PAT, "social_worker");
  add(s, FACT_PLACED, (struct fact){.child = ADA, .person = PAT});
  add(s, FACT_INVOLVEMENT, (struct fact){.person = PAT, .child = ADA, .role = "social_worker"});
  add(s, FACT_CONFLICT, (struct fact){.person = PAT, .child = ADA, .kind = "kin"});
  keep(s);
  assert_true(reads(s, PAT, ADA, "education_plan") && reads(s, PAT, ADA, "health_needs"));
  assert_false(reads(s, PAT, ADA, "social_work") || reads(s, PAT, ADA, "safeguarding"));
}

static void test_reviewing_officer_of_own_line(void **state) {
  struct case_state *s = *state;
  appoint(s, PAT, "independent_reviewing_officer");
  add(s, FACT_INVOLVEMENT, (struct fact){.person = PAT, .child = ADA, .role = "independent_reviewing_officer"});
  keep(s);
  assert_true(reads(s, PAT, ADA, "social_work"));
  appoint(s, PAT, "team_manager");
  keep(s);
  assert_true(permit_has_role(ask(s, PAT, ADA).permit, "independent_reviewing_officer")); /* of another team */
  add(s, FACT_TEAM, (struct fact){.child = ADA, .team = TEAM});
  keep(s);
  assert_false(permit_has_role(ask(s, PAT, ADA).permit, "independent_reviewing_officer"));
  assert_true(permit_has_role(ask(s, PAT, ADA).permit, "team_manager"));
}

/* ---- agreement ---- */

static void test_agreement_narrows_above_the_floor(void **state) {
  struct case_state *s = *state;
  appoint(s, PAT, "designated_teacher");
  add(s, FACT_ON_ROLL, (struct fact){.child = ADA, .organisation = SCHOOL});
  keep(s);
  assert_true(reads(s, PAT, ADA, "legal"));
  assert_false(reads(s, PAT, ADA, "placement_address"));
  add(s, FACT_AGREEMENT, (struct fact){.child = ADA});
  add(s, FACT_SHARED, (struct fact){.child = ADA, .category = "education_plan", .role = "designated_teacher"});
  add(s, FACT_SHARED, (struct fact){.child = ADA, .category = "placement_address", .person = PAT});
  add(s, FACT_SHARED, (struct fact){.child = ADA, .category = "family", .role = "designated_teacher"});
  keep(s);
  assert_true(reads(s, PAT, ADA, "education_plan") && writes(s, PAT, ADA, "education_plan"));
  assert_true(reads(s, PAT, ADA, "care_status") && reads(s, PAT, ADA, "health_needs"));
  assert_true(reads(s, PAT, ADA, "placement_address"));
  assert_false(reads(s, PAT, ADA, "legal") || reads(s, PAT, ADA, "daily") || writes(s, PAT, ADA, "daily"));
  assert_false(reads(s, PAT, ADA, "family")); /* an agreement gives no more than the role may be given */
}

static void test_agreement_does_not_bind_the_authority(void **state) {
  struct case_state *s = *state;
  appoint(s, PAT, "social_worker");
  add(s, FACT_INVOLVEMENT, (struct fact){.person = PAT, .child = ADA, .role = "social_worker"});
  add(s, FACT_AGREEMENT, (struct fact){.child = ADA});
  keep(s);
  assert_true(reads(s, PAT, ADA, "family") && reads(s, PAT, ADA, "daily"));
}

static void test_parent_sees_what_is_released(void **state) {
  struct case_state *s = *state;
  add(s, FACT_PARENT, (struct fact){.person = PAT, .child = ADA});
  keep(s);
  assert_true(ask(s, PAT, ADA).opened);
  assert_true(permit_reads(ask(s, PAT, ADA).permit) == 0);
  add(s, FACT_SHARED, (struct fact){.child = ADA, .category = "education_plan", .role = "parent"});
  add(s, FACT_SHARED, (struct fact){.child = ADA, .category = "social_work", .person = PAT});
  keep(s);
  assert_true(reads(s, PAT, ADA, "education_plan"));
  assert_false(reads(s, PAT, ADA, "daily") || reads(s, PAT, ADA, "social_work") ||
               reads(s, PAT, BEN, "education_plan"));
}

/* ---- emergency ---- */

static void test_break_glass_lasts_its_time(void **state) {
  struct case_state *s = *state;
  appoint(s, PAT, "director_of_childrens_services");
  add(s, FACT_BREAK_GLASS, (struct fact){.person = PAT, .child = ADA, .from_at = s->ctx.now, .to_at = s->ctx.now + 60});
  keep(s);
  struct ask x = ask(s, PAT, ADA);
  assert_true(x.opened && permit_reads(x.permit) && permit_writes(x.permit) == 0);
  assert_false(permit_has_role(x.permit, "director_of_childrens_services"));
  assert_false(reads(s, PAT, ADA, "restricted"));
  assert_true(reads(s, PAT, ADA, "safeguarding"));
  s->ctx.now += 60;
  assert_false(ask(s, PAT, ADA).opened);
  s->ctx.now -= 61;
  assert_false(ask(s, PAT, ADA).opened);
}

/* ---- permits ---- */

struct validity {
  struct case_state *s;
  const struct permit *old;
  bool now, other_child, none, later, system;
};

static bool validity_fn(struct db *db, void *arg, struct error *e) {
  struct validity *v = arg;
  struct error w;
  error_init(&w, v->s->f->arena);
  if (v->old) {
    v->later = permit_valid(v->old, db, ADA, &w);
    return true;
  }
  const struct permit *p;
  if (!guard_open(db, &v->s->ctx, &v->s->model, &(struct actor){.id = PAT, .purpose = "visit"}, ADA, &p, e))
    return false;
  v->now = permit_valid(p, db, ADA, &w);
  v->other_child = permit_valid(p, db, BEN, &w);
  v->none = permit_valid(NULL, db, ADA, &w);
  const struct permit *system = guard_system(db, &v->s->ctx, &v->s->model, BEN, "import");
  v->system = permit_valid(system, db, BEN, &w) && permit_is_system(system) &&
              permit_has_role(system, "social_worker") && permit_actor(system)->id == 0 &&
              permit_reads(system) == permit_writes(system) &&
              (permit_writes(system) & world_bit(&v->s->model, "restricted"));
  v->old = p;
  return true;
}

static void test_permit_belongs_to_its_transaction(void **state) {
  struct case_state *s = *state;
  appoint(s, PAT, "social_worker");
  keep(s);
  struct validity v = {.s = s};
  if (!store_write(s->f->store, validity_fn, &v, &s->f->e)) fail_msg("%s", s->f->e.message);
  assert_true(v.now && v.system);
  assert_false(v.other_child || v.none || permit_is_system(v.old));
  assert_int_equal(permit_child(v.old), ADA);
  assert_string_equal(permit_actor(v.old)->purpose, "visit");
  assert_ptr_equal(permit_model(v.old), &s->model);
  if (!store_write(s->f->store, validity_fn, &v, &s->f->e)) fail_msg("%s", s->f->e.message);
  assert_false(v.later);
}

static void test_system_only_by_guard_system(void **state) {
  struct case_state *s = *state;
  appoint(s, 0, "social_worker"); /* a row without a person */
  add(s, FACT_INVOLVEMENT, (struct fact){.child = ADA, .role = "social_worker"});
  keep(s);
  assert_false(ask(s, 0, ADA).opened);
  assert_false(ask(s, -1, ADA).opened);
  assert_false(ask(s, 0, 0).opened);
}

static bool roles_fn(struct db *db, void *arg, struct error *e) {
  struct ask *x = arg;
  const char *const *roles;
  size_t n;
  if (!guard_roles(db, &x->s->ctx, &x->s->model, &x->who, &roles, &n, e)) return false;
  struct buf b;
  buf_init(&b, x->s->f->arena);
  for (size_t i = 0; i < n; i++) buf_printf(&b, "%s ", roles[i]);
  error_set(&x->e, ERR_NONE, "%s", buf_text(&b));
  return true;
}

static const char *roles_of(struct case_state *s, int64_t person) {
  struct ask x = {.s = s, .who = {.id = person}};
  error_init(&x.e, s->f->arena);
  if (!store_read(s->f->store, roles_fn, &x, &s->f->e)) fail_msg("%s", s->f->e.message);
  return x.e.message;
}

static void test_register_and_roles(void **state) {
  struct case_state *s = *state;
  enum { PARENT = 2, OFFICER = 3, SUPPLIER = 4 };
  appoint(s, PAT, "designated_teacher");
  appoint(s, PAT, "foster_carer");
  add(s, FACT_ROLE, (struct fact){.person = PAT, .role = "senco", .to = date_of(2026, 11, 1)});
  appoint(s, OFFICER, "data_officer");
  appoint(s, SUPPLIER, "support_supplier");
  add(s, FACT_PARENT, (struct fact){.person = PARENT, .child = ADA});
  add(s, FACT_SELF, (struct fact){.child = ADA});
  keep(s);
  assert_true(reads(s, PAT, 0, "register"));
  assert_false(writes(s, PAT, 0, "register"));
  assert_true(writes(s, OFFICER, 0, "register"));
  assert_false(ask(s, PARENT, 0).opened || ask(s, SUPPLIER, 0).opened || ask(s, ADA, 0).opened);
  assert_true(permit_has_role(ask(s, PAT, 0).permit, "foster_carer"));
  assert_false(permit_has_role(ask(s, PAT, 0).permit, "senco"));
  assert_string_equal(roles_of(s, PAT), "designated_teacher foster_carer ");
  assert_string_equal(roles_of(s, PARENT), "parent ");
  assert_string_equal(roles_of(s, ADA), "young_person ");
  assert_string_equal(roles_of(s, 0), "");
}

/* ---- policy and facts ---- */

static bool apply_fn(struct db *db, void *arg, struct error *e) {
  return guard_ensure(db, e) && guard_apply(db, arg, e);
}

static void refuses(struct case_state *s, struct model *m, const char *says) {
  error_clear(&s->f->e);
  assert_false(store_write(s->f->store, apply_fn, m, &s->f->e));
  assert_int_equal(s->f->e.kind, ERR_INPUT);
  assert_true(s->f->e.n_items > 0);
  if (!strstr(s->f->e.items[0].message, says)) fail_msg("“%s” does not say “%s”", s->f->e.items[0].message, says);
}

static void with_fact(struct case_state *s, const char *select, const char *says) {
  struct model m = s->model;
  struct model_fact *facts = arena_copy(s->f->arena, m.facts, m.n_facts * sizeof *facts);
  for (size_t i = 0; i < m.n_facts; i++) {
    if (strcmp(facts[i].name, "team") == 0) facts[i].select = select;
  }
  m.facts = facts;
  refuses(s, &m, says);
}

static void test_facts_are_checked(void **state) {
  struct case_state *s = *state;
  keep(s);
  struct model m = s->model;
  m.n_facts = FACT_TEAM;
  refuses(s, &m, "child, team, from_on, to_on");
  with_fact(s, "select child, team, from_on from world_team", "child, team, from_on, to_on");
  with_fact(s, "select child, team, from_on, to_on, id from world_team", "child, team, from_on, to_on");
  with_fact(s, "select child, team, from_on, to_on from no_such_view", "child, team, from_on, to_on");
  appoint(s, PAT, "social_worker");
  keep(s); /* nothing of it was kept */
  assert_true(ask(s, PAT, ADA).opened);
}

static void with_grant(struct case_state *s, const char *kind, struct model_grant g, const char *says) {
  struct model m = s->model;
  struct model_role role = {.id = "local_role", .kind = kind, .grants = &g, .n_grants = 1};
  m.roles = &role;
  m.n_roles = 1;
  refuses(s, &m, says);
}

static void test_grants_are_checked(void **state) {
  struct case_state *s = *state;
  keep(s);
  uint64_t daily = world_bit(&s->model, "daily"), restricted = world_bit(&s->model, "restricted");
  with_grant(s, "authority", (struct model_grant){.relation = "neighbour", .find = true}, "allocated, team, on_roll");
  with_grant(s, "authority", (struct model_grant){.relation = "register", .find = true}, "allocated, team, on_roll");
  with_grant(s, "school", (struct model_grant){.relation = "authority", .read = daily}, "no whole authority");
  with_grant(s, "carer", (struct model_grant){.relation = "looked_after", .read = daily}, "no whole authority");
  with_grant(s, "authority", (struct model_grant){.relation = "break_glass", .read = restricted},
             "S8 is for the named");
  with_grant(s, "authority", (struct model_grant){.relation = "break_glass", .read = daily, .write = daily},
             "to read only");
  with_grant(s, "parent", (struct model_grant){.relation = "allocated", .read = daily}, "self, parent or shared");
  with_grant(s, "authority", (struct model_grant){.relation = "self", .read = daily}, "kind child or parent");
  with_grant(s, "authority", (struct model_grant){.relation = "team"}, "find, read or write");
}

static void test_shipped_policy(void **state) {
  struct case_state *s = *state;
  assert_int_equal(s->model.n_categories, 17);
  assert_int_equal(s->model.n_roles, 35);
  for (size_t i = 0; i < s->model.n_roles; i++) {
    const struct model_role *r = &s->model.roles[i];
    assert_non_null(r->source);
    for (size_t j = 0; j < r->n_grants; j++) assert_true((r->grants[j].write & ~r->grants[j].read) == 0);
  }
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {T(test_relation_ends_by_itself),
                                     T(test_leaver_loses_open_allocation),
                                     T(test_unknown_beginning_has_not_begun),
                                     T(test_absent_and_refused_are_one_answer),
                                     T(test_search_name_only),
                                     T(test_restriction),
                                     T(test_roles_add_up_except_conflicts),
                                     T(test_kin_who_care_stay_carers),
                                     T(test_reviewing_officer_of_own_line),
                                     T(test_agreement_narrows_above_the_floor),
                                     T(test_agreement_does_not_bind_the_authority),
                                     T(test_parent_sees_what_is_released),
                                     T(test_break_glass_lasts_its_time),
                                     T(test_permit_belongs_to_its_transaction),
                                     T(test_system_only_by_guard_system),
                                     T(test_register_and_roles),
                                     T(test_facts_are_checked),
                                     T(test_grants_are_checked),
                                     T(test_shipped_policy)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
