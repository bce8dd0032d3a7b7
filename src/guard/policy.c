/* The policy as rows, and the facts as views: what guard_apply keeps in the store. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "guard/may.h"

bool guard_ensure(struct db *db, struct error *e) {
  static const struct store_column columns[] = {{"role", STORE_TEXT, true},           {"relation", STORE_TEXT, true},
                                                {"action", STORE_INTEGER, true},      {"category", STORE_TEXT, true},
                                                {"sensitivity", STORE_INTEGER, true}, {"narrows", STORE_INTEGER, true},
                                                {"staff", STORE_INTEGER, true}};
  static const struct store_index indexes[] = {{"guard_policy_relation", "relation, role", false, NULL}};
  static const struct store_table table = {.name = "guard_policy",
                                           .columns = columns,
                                           .n_columns = sizeof columns / sizeof columns[0],
                                           .primary_key = "role, relation, action, category",
                                           .clustered = true,
                                           .indexes = indexes,
                                           .n_indexes = 1};
  return db_ensure_table(db, &table, e);
}

/* What the model must supply; the columns in this order are those of guard.h. */
static const struct shape {
  const char *name, *columns;
} shapes[] = {
    {"role", "person, role, organisation, team, from_on, to_on"},
    {"involvement", "person, child, role, from_on, to_on"},
    {"team", "child, team, from_on, to_on"},
    {"on_roll", "child, organisation, from_on, to_on"},
    {"placed", "child, person, organisation, from_on, to_on"},
    {"self", "child"},
    {"parent", "person, child, from_on, to_on"},
    {"child", "child"},
    {"looked_after", "child, from_on, to_on"},
    {"restriction", "child, from_on, to_on"},
    {"named", "child, person, from_on, to_on"},
    {"conflict", "person, child, kind, from_on, to_on"},
    {"agreement", "child, from_on, to_on"},
    {"shared", "child, category, role, person, from_on, to_on"},
    {"break_glass", "person, child, from_at, to_at"},
};
enum { N_SHAPES = sizeof shapes / sizeof shapes[0] };

static bool staff_kind(const char *kind) {
  return strcmp(kind, "authority") == 0 || strcmp(kind, "school") == 0 || strcmp(kind, "partner") == 0 ||
         strcmp(kind, "system") == 0;
}

static bool narrowed_kind(const char *kind) {
  return strcmp(kind, "school") == 0 || strcmp(kind, "carer") == 0;
}

static bool wrong(struct error *e, const char *role, const char *relation, const char *expected) {
  return error_cell(e, "roles.yaml", 0, role, relation, expected);
}

/* What no policy may say, whatever an overlay tries. */
static bool grant_check(const struct model *m, const struct model_role *r, const struct model_grant *g,
                        struct error *e) {
  const struct relation *rel = relation_find(g->relation);
  if (!rel || rel->reach == REACH_REGISTER) {
    return wrong(e, r->id, g->relation,
                 "a relation: allocated, team, on_roll, placed, provided, parent, self, authority, "
                 "looked_after, shared or break_glass");
  }
  if (!g->find && !g->read && !g->write)
    return wrong(e, r->id, g->relation, "a grant that gives something: find, read or write");
  bool held = strcmp(g->relation, "parent") != 0 && strcmp(g->relation, "self") != 0;
  if (held && rel->reach != REACH_SHARED && (strcmp(r->kind, "child") == 0 || strcmp(r->kind, "parent") == 0)) {
    return wrong(e, r->id, g->relation, "for a role of kind child or parent: self, parent or shared");
  }
  if (!held && strcmp(r->kind, "child") != 0 && strcmp(r->kind, "parent") != 0) {
    return wrong(e, r->id, g->relation,
                 "self and parent for roles of kind child or parent only: they need no appointment");
  }
  if (rel->reach == REACH_WIDE && narrowed_kind(r->kind)) {
    return wrong(e, r->id, g->relation,
                 "a relation to the child itself: roles of kind school or carer see no whole authority");
  }
  for (size_t i = 0; i < m->n_categories; i++) {
    uint64_t bit = (uint64_t)1 << i;
    if (rel->reach != REACH_EMERGENCY || !((g->read | g->write) & bit)) continue;
    if (m->categories[i].sensitivity > 7)
      return wrong(e, r->id, g->relation, "categories S1 to S7: S8 is for the named only");
    if (g->write & bit) return wrong(e, r->id, g->relation, "to read only");
  }
  return true;
}

struct apply {
  struct db *db;
  const struct model *model;
};

static void put(struct db *db, const struct model_role *r, const char *relation, enum guard_action action,
                const struct model_category *k) {
  struct stmt *q =
      db_sql(db,
             "insert into guard_policy (role, relation, action, category, sensitivity, narrows, staff) values "
             "($1, $2, $3, $4, $5, $6, $7) on conflict (role, relation, action, category) do nothing",
             "ttitiii");
  bool narrows = k && narrowed_kind(r->kind) && k->sensitivity >= 1 && k->sensitivity <= 5 &&
                 !(r->floor & ((uint64_t)1 << k->index));
  sql_text(q, 1, r->id);
  sql_text(q, 2, relation);
  sql_int(q, 3, action);
  sql_text(q, 4, k ? k->id : "");
  sql_int(q, 5, k ? k->sensitivity : 0);
  sql_int(q, 6, narrows);
  sql_int(q, 7, staff_kind(r->kind));
  sql_run(q);
}

static void put_grant(struct db *db, const struct model *m, const struct model_role *r, const struct model_grant *g) {
  put(db, r, g->relation, GUARD_FIND, NULL);
  for (size_t i = 0; i < m->n_categories; i++) {
    uint64_t bit = (uint64_t)1 << i;
    if (g->read & bit) put(db, r, g->relation, GUARD_READ, &m->categories[i]);
    if (g->write & bit) put(db, r, g->relation, GUARD_WRITE, &m->categories[i]);
  }
}

static bool apply_policy(struct db *db, const struct model *m, struct error *e) {
  sql_run(db_sql(db, "delete from guard_policy", ""));
  const struct model_category *public = model_category(m, "register");
  for (size_t i = 0; i < m->n_roles; i++) {
    const struct model_role *r = &m->roles[i];
    if (public && (r->register_read || r->register_write)) put(db, r, "register", GUARD_READ, public);
    if (public && r->register_write) put(db, r, "register", GUARD_WRITE, public);
    for (size_t j = 0; j < r->n_grants; j++) {
      if (!grant_check(m, r, &r->grants[j], e)) return false;
      if (!r->aggregate_only) put_grant(db, m, r, &r->grants[j]);
    }
  }
  return db_ok(db, e);
}

static const struct model_fact *fact_find(const struct model *m, const char *name) {
  for (size_t i = 0; i < m->n_facts; i++) {
    if (strcmp(m->facts[i].name, name) == 0) return &m->facts[i];
  }
  return NULL;
}

struct fact_view {
  const struct shape *shape;
  const struct model_fact *fact;
  struct arena *arena;
};

/* Asks and forgets; what is asked for is whether it can be asked. */
static void ask(struct db *db, const char *sql) {
  struct stmt *q = db_sql(db, sql, "");
  while (sql_row(q)) continue;
}

/* Makes the view; then its columns by name, and (a union has as many on both sides) no others. */
static bool fact_make(struct db *db, void *arg, struct error *e) {
  const struct fact_view *v = arg;
  struct arena *a = v->arena;
  const char *name = arena_printf(a, "fact_%s", v->shape->name), *columns = v->shape->columns;
  struct buf nulls;
  if (!db_ensure_view(db, name, v->fact->select, e)) return false;
  ask(db, arena_printf(a, "select 1 as one from (select %s from %s) u where 1 = 0", columns, name));
  buf_init(&nulls, a);
  buf_str(&nulls, "null");
  for (; *columns; columns++) {
    if (*columns == ',') buf_str(&nulls, ", null");
  }
  ask(db, arena_printf(a, "select 1 as one from (select * from %s union all select %s) u where 1 = 0", name,
                       buf_text(&nulls)));
  return db_ok(db, e);
}

static bool apply_fact(struct db *db, const struct model *m, const struct shape *s, struct error *e) {
  struct arena *a = arena_new();
  struct fact_view v = {.shape = s, .fact = fact_find(m, s->name), .arena = a};
  const char *expected = arena_printf(e->arena, "a select with the columns %s", s->columns);
  bool ok = false;
  struct error why;
  error_init(&why, a);
  if (!v.fact) {
    error_cell(e, "roles.yaml", 0, arena_printf(e->arena, "facts: %s", s->name), NULL, expected);
  } else if (db_savepoint(db, fact_make, &v, &why)) {
    ok = true;
  } else if (why.kind == ERR_RETRY) {
    error_set(e, ERR_RETRY, "%s", why.message);
  } else {
    error_cell(e, v.fact->file, v.fact->line, arena_printf(e->arena, "facts: %s", s->name),
               arena_strdup(e->arena, why.message), expected);
  }
  arena_free(a);
  return ok;
}

bool guard_apply(struct db *db, const struct model *m, struct error *e) {
  bool ok = true;
  for (size_t i = 0; i < N_SHAPES; i++) ok &= apply_fact(db, m, &shapes[i], e);
  return ok && apply_policy(db, m, e);
}
