/* Random policies over random worlds: guard_open, guard_scope and an oracle written apart give the same answer for
 * every actor, child, category and action. */
#include "guard_world.h"
#include "prop.h"
#include "store_fixture.h"

enum { PERSONS = 5, CHILDREN = 6, ROLES = 6, ORGANISATIONS = 2, TEAMS = 2 };
static const int64_t first_person = 1, first_child = 100, first_organisation = 200, first_team = 300;
static const char *const role_ids[ROLES] = {"role_a", "role_b", "role_c", "role_d", "role_e", "role_f"};

struct random_case {
  struct prop *p;
  struct world world;
  struct model *model;
  struct ctx ctx;
  const char *wrong; /* the first disagreement; told outside the transaction, which a longjmp must not leave */
};

static bool chance(struct prop *p, uint64_t percent) {
  return prop_below(p, 100) < percent;
}

static uint64_t random_bits(struct prop *p, int max_sensitivity, const struct model *m) {
  uint64_t bits = 0;
  for (size_t i = 0; i < m->n_categories; i++) {
    if (m->categories[i].sensitivity <= max_sensitivity && chance(p, 40)) bits |= (uint64_t)1 << i;
  }
  return bits;
}

static struct model_grant random_grant(struct prop *p, const struct model *m, const char *relation) {
  bool emergency = strcmp(relation, "break_glass") == 0;
  struct model_grant g = {.relation = relation, .find = chance(p, 50), .read = random_bits(p, emergency ? 7 : 8, m)};
  if (!emergency && chance(p, 60)) g.write = g.read & random_bits(p, 8, m);
  if (chance(p, 10)) g.read = g.write = 0;
  if (!g.read && !g.write) g.find = true;
  return g;
}

static void random_role(struct prop *p, const struct model *m, struct model_role *r, int index) {
  static const char *const staff[] = {"allocated", "team",        "on_roll",   "placed",      "provided",
                                      "shared",    "break_glass", "authority", "looked_after"};
  static const char *const kinds[] = {"authority", "school", "school", "carer", "partner", "child", "parent"};
  const char *kind = kinds[prop_below(p, 7)];
  bool held = strcmp(kind, "child") != 0 && strcmp(kind, "parent") != 0;
  bool narrowed = strcmp(kind, "school") == 0 || strcmp(kind, "carer") == 0;
  struct model_grant *grants = arena_alloc(p->arena, 4 * sizeof *grants);
  *r = (struct model_role){
      .id = role_ids[index], .kind = kind, .grants = grants, .index = index, .floor = random_bits(p, 8, m)};
  if (held) {
    size_t n = prop_below(p, 4), from = prop_below(p, narrowed ? 7 : 9);
    for (size_t i = 0; i < n; i++)
      grants[r->n_grants++] = random_grant(p, m, staff[(from + i * 2) % (narrowed ? 7 : 9)]);
  } else {
    grants[r->n_grants++] = random_grant(p, m, strcmp(kind, "child") == 0 ? "self" : "parent");
    if (chance(p, 50)) grants[r->n_grants++] = random_grant(p, m, "shared");
  }
  r->aggregate_only = chance(p, 5);
  if (chance(p, 25)) {
    const char **other = arena_alloc(p->arena, sizeof *other);
    *other = role_ids[(index + 1 + (int)prop_below(p, ROLES - 1)) % ROLES];
    r->excludes = other;
    r->n_excludes = 1;
  }
}

/* Ranges about today, so that each edge is met: begins or ends yesterday, today, tomorrow; open; with no beginning. */
static struct fact dated(struct random_case *c, struct fact f) {
  struct prop *p = c->p;
  date_t t = c->ctx.today;
  f.from = chance(p, 8) ? DATE_NONE : t + (chance(p, 70) ? -(date_t)prop_below(p, 3) : (date_t)prop_below(p, 2));
  f.to = chance(p, 50) ? DATE_NONE : t + (date_t)prop_between(p, -1, 2);
  f.from_at = c->ctx.now + prop_between(p, -2, 1);
  f.to_at = c->ctx.now + prop_between(p, -1, 3);
  return f;
}

static int64_t one_of(struct prop *p, int64_t first, int n) {
  return first + prop_between(p, 0, n - 1);
}

static void random_fact(struct random_case *c, enum fact_kind kind) {
  struct prop *p = c->p;
  struct fact f = {.person = one_of(p, first_person, PERSONS),
                   .child = one_of(p, first_child, CHILDREN),
                   .organisation = one_of(p, first_organisation, ORGANISATIONS),
                   .team = one_of(p, first_team, TEAMS),
                   .role = role_ids[prop_below(p, ROLES)],
                   .category = c->model->categories[prop_below(p, c->model->n_categories)].id,
                   .kind = chance(p, 50) ? "kin" : "recused"};
  if (chance(p, 30)) f.organisation = 0;
  if (kind == FACT_ROLE && chance(p, 30)) f.team = 0;
  if (kind == FACT_PLACED && chance(p, 50)) f.person = 0;
  if (kind == FACT_SHARED && chance(p, 50))
    f.role = NULL;
  else if (kind == FACT_SHARED && chance(p, 70))
    f.person = 0;
  world_add(&c->world, kind, dated(c, f));
}

static void random_world(struct random_case *c) {
  static const int many[FACT_KINDS] = {
      [FACT_ROLE] = 12,     [FACT_INVOLVEMENT] = 14, [FACT_TEAM] = 5,        [FACT_ON_ROLL] = 7, [FACT_PLACED] = 7,
      [FACT_PARENT] = 6,    [FACT_LOOKED_AFTER] = 5, [FACT_RESTRICTION] = 2, [FACT_NAMED] = 4,   [FACT_CONFLICT] = 3,
      [FACT_AGREEMENT] = 4, [FACT_SHARED] = 20,      [FACT_BREAK_GLASS] = 6};
  for (int kind = 0; kind < FACT_KINDS; kind++) {
    for (uint64_t i = prop_below(c->p, (uint64_t)many[kind] + 1); i > 0; i--) random_fact(c, (enum fact_kind)kind);
  }
  for (int64_t i = 0; i < CHILDREN; i++) {
    world_add(&c->world, FACT_CHILD, (struct fact){.child = first_child + i});
    if (chance(c->p, 70)) world_add(&c->world, FACT_SELF, (struct fact){.child = first_child + i});
  }
}

static bool oracle(struct random_case *c, int64_t actor, int64_t child, int category, enum guard_action action) {
  return oracle_may(&c->world, c->model, actor, child, category, action, c->ctx.today, c->ctx.now);
}

static bool oracle_any(struct random_case *c, int64_t actor, int64_t child, enum guard_action action) {
  for (size_t k = 0; k < c->model->n_categories; k++) {
    if (oracle(c, actor, child, (int)k, action)) return true;
  }
  return false;
}

static void same(struct random_case *c, const char *what, bool asked, int64_t actor, int64_t child, int category,
                 enum guard_action action) {
  static const char *const actions[] = {"find", "read", "write"};
  bool expected = category < 0 && action != GUARD_FIND ? oracle_any(c, actor, child, action)
                                                       : oracle(c, actor, child, category, action);
  if (asked == expected || c->wrong) return;
  c->wrong = arena_printf(c->p->arena, "%s: actor %d child %d %s %s: %s", what, (int)actor, (int)child, actions[action],
                          category < 0 ? "any" : c->model->categories[category].id,
                          asked ? "given, refused by the rule" : "refused, given by the rule");
}

/* find first: a child who may be read or written may be found, so that FIND decides whether there is a permit at all.
 */
static void check_open(struct random_case *c, struct db *db, int64_t actor, int64_t child) {
  const struct permit *permit;
  struct error e;
  error_init(&e, c->ctx.arena);
  struct actor who = {.id = actor};
  bool opened = guard_open(db, &c->ctx, c->model, &who, child, &permit, &e);
  if (!opened && e.kind != ERR_NOT_FOUND) c->wrong = e.message;
  same(c, "open", opened, actor, child, -1, GUARD_FIND);
  for (size_t k = 0; opened && k < c->model->n_categories; k++) {
    uint64_t bit = (uint64_t)1 << k;
    same(c, "open", (permit_reads(permit) & bit) != 0, actor, child, (int)k, GUARD_READ);
    same(c, "open", (permit_writes(permit) & bit) != 0, actor, child, (int)k, GUARD_WRITE);
  }
}

static void check_scope(struct random_case *c, struct db *db, int64_t actor, int category, enum guard_action action) {
  struct arena *a = c->ctx.arena;
  struct actor who = {.id = actor};
  const char *scope = guard_scope(db, &c->ctx, c->model, &who, "t.child", category, action, 2);
  struct stmt *q = db_sql(db, arena_printf(a, "select t.child from world_child t where t.child > $1 and %s", scope),
                          "i" GUARD_TYPES);
  sql_int(q, 1, 0);
  guard_bind(q, 2, &c->ctx, &who);
  bool seen[CHILDREN] = {false};
  while (sql_row(q)) seen[col_int(q, 0) - first_child] = true;
  for (int i = 0; i < CHILDREN; i++) same(c, "scope", seen[i], actor, first_child + i, category, action);
}

static bool check_all(struct db *db, void *arg, struct error *e) {
  struct random_case *c = arg;
  for (int64_t actor = first_person; actor < first_person + PERSONS + CHILDREN; actor++) {
    int64_t who = actor < first_person + PERSONS ? actor : first_child + actor - first_person - PERSONS;
    for (int64_t child = first_child; child < first_child + CHILDREN; child++) check_open(c, db, who, child);
    check_scope(c, db, who, -1, GUARD_FIND);
    check_scope(c, db, who, -1, GUARD_READ);
    check_scope(c, db, who, -1, GUARD_WRITE);
    int k = (int)prop_below(c->p, c->model->n_categories);
    for (int i = 0; i < 4; i++) {
      check_scope(c, db, who, (k + 5 * i) % (int)c->model->n_categories, GUARD_READ);
      check_scope(c, db, who, (k + 5 * i) % (int)c->model->n_categories, GUARD_WRITE);
    }
  }
  return db_ok(db, e);
}

static bool store_world(struct db *db, void *arg, struct error *e) {
  struct random_case *c = arg;
  return world_store(db, &c->world, c->model, e);
}

static struct fixture *fixture;

static void check(struct prop *p) {
  struct random_case c = {.p = p};
  struct model_role *roles = arena_alloc(p->arena, ROLES * sizeof *roles);
  static int models; /* each has a version of its own, as different models do: statements are kept by it */
  c.model = world_model(p->arena, roles, ROLES);
  c.model->version = arena_printf(p->arena, "test %d", ++models);
  for (int i = 0; i < ROLES; i++) random_role(p, c.model, &roles[i], i);
  c.ctx = (struct ctx){.arena = p->arena, .today = date_of(2026, 11, 24), .now = instant_parse("2026-11-24T09:00:00Z")};
  world_init(&c.world, p->arena);
  random_world(&c);
  struct error e;
  error_init(&e, p->arena);
  if (!store_write(fixture->store, store_world, &c, &e)) {
    print_error("%s %s\n", e.message, e.n_items ? e.items[0].message : "");
    prop_assert(p, false);
  }
  if (!store_read(fixture->store, check_all, &c, &e)) c.wrong = e.message;
  if (c.wrong) print_error("%s\n", c.wrong);
  prop_assert(p, !c.wrong);
}

static void test_agree(void **state) {
  fixture = *state;
  const char *cases = getenv("KITH_CASES");
  prop_run("guard", cases ? atoi(cases) : 60, check);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_agree, fixture_open, fixture_close)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
