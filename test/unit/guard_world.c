#include "guard_world.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"

static const struct {
  const char *name, *columns;
} shapes[FACT_KINDS] = {
    [FACT_ROLE] = {"role", "person role organisation team from_on to_on"},
    [FACT_INVOLVEMENT] = {"involvement", "person child role from_on to_on"},
    [FACT_TEAM] = {"team", "child team from_on to_on"},
    [FACT_ON_ROLL] = {"on_roll", "child organisation from_on to_on"},
    [FACT_PLACED] = {"placed", "child person organisation from_on to_on"},
    [FACT_SELF] = {"self", "child"},
    [FACT_PARENT] = {"parent", "person child from_on to_on"},
    [FACT_CHILD] = {"child", "child"},
    [FACT_LOOKED_AFTER] = {"looked_after", "child from_on to_on"},
    [FACT_RESTRICTION] = {"restriction", "child from_on to_on"},
    [FACT_NAMED] = {"named", "child person from_on to_on"},
    [FACT_CONFLICT] = {"conflict", "person child kind from_on to_on"},
    [FACT_AGREEMENT] = {"agreement", "child from_on to_on"},
    [FACT_SHARED] = {"shared", "child category role person from_on to_on"},
    [FACT_BREAK_GLASS] = {"break_glass", "person child from_at to_at"},
};

void world_init(struct world *w, struct arena *a) {
  *w = (struct world){.arena = a};
}

struct fact *world_add(struct world *w, enum fact_kind kind, struct fact f) {
  w->facts[kind] = arena_grow(w->arena, w->facts[kind], &w->cap[kind], w->n[kind] + 1, sizeof f);
  w->facts[kind][w->n[kind]] = f;
  return &w->facts[kind][w->n[kind]++];
}

struct model *world_model(struct arena *a, const struct model_role *roles, size_t n_roles) {
  static const struct model_category categories[] = {
      {"register", "", 0, 0},     {"daily", "", 1, 1},         {"education_plan", "", 2, 2},
      {"sen", "", 2, 3},          {"sharing", "", 2, 4},       {"care_status", "", 3, 5},
      {"legal", "", 3, 6},        {"placement", "", 3, 7},     {"placement_address", "", 4, 8},
      {"contact", "", 4, 9},      {"family", "", 5, 10},       {"care_history", "", 5, 11},
      {"social_work", "", 5, 12}, {"safeguarding", "", 6, 13}, {"health_needs", "", 7, 14},
      {"health", "", 7, 15},      {"restricted", "", 8, 16}};
  struct model_fact *facts = arena_alloc(a, FACT_KINDS * sizeof *facts);
  for (int i = 0; i < FACT_KINDS; i++) {
    facts[i] = (struct model_fact){shapes[i].name, arena_printf(a, "select * from world_%s", shapes[i].name),
                                   "roles.yaml", i + 1};
  }
  struct model *m = arena_alloc(a, sizeof *m);
  *m = (struct model){.version = "test",
                      .categories = categories,
                      .n_categories = sizeof categories / sizeof categories[0],
                      .roles = roles,
                      .n_roles = n_roles,
                      .facts = facts,
                      .n_facts = FACT_KINDS};
  return m;
}

uint64_t world_bit(const struct model *m, const char *category) {
  return (uint64_t)1 << model_category(m, category)->index;
}

static struct value id(int64_t i) {
  return i ? value_int(i) : VALUE_NONE;
}

static struct value day(struct arena *a, date_t d) {
  return d == DATE_NONE ? VALUE_NONE : value_text(date_format(d, arena_alloc(a, DATE_TEXT)));
}

static struct value column(struct arena *a, const struct fact *f, const char *name) {
  if (strcmp(name, "person") == 0) return id(f->person);
  if (strcmp(name, "child") == 0) return id(f->child);
  if (strcmp(name, "organisation") == 0) return id(f->organisation);
  if (strcmp(name, "team") == 0) return id(f->team);
  if (strcmp(name, "role") == 0) return value_text(f->role);
  if (strcmp(name, "category") == 0) return value_text(f->category);
  if (strcmp(name, "kind") == 0) return value_text(f->kind);
  if (strcmp(name, "from_on") == 0) return day(a, f->from);
  if (strcmp(name, "to_on") == 0) return day(a, f->to);
  if (strcmp(name, "from_at") == 0) return value_int(f->from_at);
  return value_int(f->to_at);
}

static char type_of(const char *name) {
  static const char *const texts = " role category kind from_on to_on ";
  char padded[40] = " ";
  return strstr(texts, strcat(strcat(padded, name), " ")) ? 't' : 'i';
}

struct table {
  const char *name;
  const char *columns[8];
  size_t n;
  const char *insert, *types;
};

static struct table table_of(struct arena *a, enum fact_kind kind) {
  struct table t = {.name = arena_printf(a, "world_%s", shapes[kind].name)};
  char *rest = arena_strdup(a, shapes[kind].columns);
  struct buf names, values, types;
  buf_init(&names, a);
  buf_init(&values, a);
  buf_init(&types, a);
  for (char *c = strtok_r(rest, " ", &rest); c; c = strtok_r(NULL, " ", &rest)) {
    t.columns[t.n++] = c;
    buf_printf(&names, "%s, ", c);
    buf_printf(&values, "$%zu, ", t.n);
    buf_char(&types, type_of(c));
  }
  t.insert =
      arena_printf(a, "insert into %s (%sid) values (%s$%zu)", t.name, buf_text(&names), buf_text(&values), t.n + 1);
  buf_char(&types, 'i');
  t.types = buf_text(&types);
  return t;
}

static bool table_make(struct db *db, struct arena *a, const struct table *t, struct error *e) {
  struct store_column *columns = arena_alloc(a, (t->n + 1) * sizeof *columns);
  struct store_index *indexes = arena_alloc(a, t->n * sizeof *indexes);
  size_t n_indexes = 0;
  columns[0] = (struct store_column){"id", STORE_INTEGER, true};
  for (size_t i = 0; i < t->n; i++) {
    columns[i + 1] =
        (struct store_column){t->columns[i], type_of(t->columns[i]) == 't' ? STORE_TEXT : STORE_INTEGER, false};
    if (type_of(t->columns[i]) == 'i') {
      indexes[n_indexes++] =
          (struct store_index){arena_printf(a, "%s_%s", t->name, t->columns[i]), t->columns[i], false, NULL};
    }
  }
  struct store_table table = {.name = t->name,
                              .columns = columns,
                              .n_columns = t->n + 1,
                              .primary_key = "id",
                              .indexes = indexes,
                              .n_indexes = n_indexes};
  return db_ensure_table(db, &table, e);
}

/* The facts of guard.h have no id: the views leave it out. */
static void fact_select(struct arena *a, const struct table *t, struct model_fact *f) {
  struct buf b;
  buf_init(&b, a);
  for (size_t i = 0; i < t->n; i++) buf_printf(&b, "%s%s", i ? ", " : "select ", t->columns[i]);
  buf_printf(&b, " from %s", t->name);
  f->select = buf_text(&b);
}

bool world_store(struct db *db, const struct world *w, const struct model *m, struct error *e) {
  struct arena *a = w->arena;
  for (int kind = 0; kind < FACT_KINDS; kind++) {
    struct table t = table_of(a, (enum fact_kind)kind);
    fact_select(a, &t, (struct model_fact *)&m->facts[kind]);
    if (!table_make(db, a, &t, e)) return false;
    sql_run(db_sql(db, arena_printf(a, "delete from %s", t.name), ""));
    struct stmt *q = db_sql(db, t.insert, t.types);
    for (size_t i = 0; i < w->n[kind]; i++) {
      for (size_t c = 0; c < t.n; c++) sql_value(q, (int)c + 1, column(a, &w->facts[kind][i], t.columns[c]));
      sql_int(q, (int)t.n + 1, (int64_t)i + 1);
      if (!sql_run(q)) break;
    }
  }
  return guard_ensure(db, e) && db_ok(db, e) && guard_apply(db, m, e);
}

/* ---- the oracle ---- */

struct question {
  const struct world *w;
  const struct model *m;
  int64_t actor, child;
  date_t today;
  instant_t now;
};

static bool current(const struct fact *f, date_t today) {
  return f->from != DATE_NONE && f->from <= today && (f->to == DATE_NONE || today <= f->to);
}

#define EACH(q, K, f) for (const struct fact *f = (q)->w->facts[K]; f && f < (q)->w->facts[K] + (q)->w->n[K]; f++)

static bool exists(const struct question *q, enum fact_kind kind,
                   bool (*match)(const struct question *, const struct fact *, const struct fact *),
                   const struct fact *with) {
  EACH(q, kind, f) {
    if (f->child == q->child && current(f, q->today) && match(q, f, with)) return true;
  }
  return false;
}

static bool any(const struct question *q, const struct fact *f, const struct fact *h) {
  return (void)q, (void)f, (void)h, true;
}
static bool mine(const struct question *q, const struct fact *f, const struct fact *h) {
  return (void)h, f->person == q->actor;
}
static bool same_team(const struct question *q, const struct fact *f, const struct fact *h) {
  return (void)q, f->team && f->team == h->team;
}
static bool same_place(const struct question *q, const struct fact *f, const struct fact *h) {
  return (void)q, f->organisation && f->organisation == h->organisation;
}
static bool allocated(const struct question *q, const struct fact *f, const struct fact *h) {
  return f->person == q->actor && strcmp(f->role, h->role) == 0;
}
static bool conflicted(const struct question *q, const struct fact *f, const struct fact *h) {
  return f->person == q->actor && strcmp(f->kind, h->kind) == 0;
}

/* Does appointment h bring its holder into this relation to the child? */
static bool brings(const struct question *q, const struct fact *h, const struct model_role *r, const char *relation) {
  if (strcmp(relation, "team") == 0) return exists(q, FACT_TEAM, same_team, h);
  if (strcmp(relation, "on_roll") == 0) return exists(q, FACT_ON_ROLL, same_place, h);
  if (strcmp(relation, "placed") == 0) return exists(q, FACT_PLACED, mine, h);
  if (strcmp(relation, "provided") == 0) return exists(q, FACT_PLACED, same_place, h);
  if (strcmp(relation, "looked_after") == 0) return exists(q, FACT_LOOKED_AFTER, any, h);
  if (strcmp(relation, "allocated") == 0) {
    return exists(q, FACT_INVOLVEMENT, allocated, h) &&
           (strcmp(r->kind, "school") != 0 || exists(q, FACT_ON_ROLL, same_place, h));
  }
  if (strcmp(relation, "authority") == 0) {
    EACH(q, FACT_CHILD, f) {
      if (f->child == q->child) return true;
    }
  }
  if (strcmp(relation, "break_glass") == 0) {
    EACH(q, FACT_BREAK_GLASS, f) {
      if (f->child == q->child && f->person == q->actor && f->from_at <= q->now && q->now < f->to_at) return true;
    }
  }
  return false;
}

static bool stands(const struct question *q, const struct model_role *r, const char *relation) {
  if (strcmp(relation, "parent") == 0) return exists(q, FACT_PARENT, mine, NULL);
  if (strcmp(relation, "self") == 0) {
    EACH(q, FACT_SELF, f) {
      if (f->child == q->child && q->child == q->actor) return true;
    }
    return false;
  }
  EACH(q, FACT_ROLE, h) {
    if (h->person == q->actor && current(h, q->today) && strcmp(h->role, r->id) == 0 && brings(q, h, r, relation))
      return true;
  }
  return false;
}

static bool near(const char *relation) {
  return strcmp(relation, "authority") != 0 && strcmp(relation, "looked_after") != 0 &&
         strcmp(relation, "break_glass") != 0 && strcmp(relation, "shared") != 0;
}

static bool stands_near(const struct question *q, const struct model_role *r) {
  for (size_t i = 0; i < r->n_grants; i++) {
    if (near(r->grants[i].relation) && stands(q, r, r->grants[i].relation)) return true;
  }
  return false;
}

static bool shares(const struct question *q, const struct model_role *r, const char *category) {
  EACH(q, FACT_SHARED, f) {
    bool to_me = (f->role && strcmp(f->role, r->id) == 0) || f->person == q->actor;
    if (f->child == q->child && current(f, q->today) && to_me && strcmp(f->category, category) == 0) return true;
  }
  return false;
}

static bool is_kind(const struct model_role *r, const char *kind) {
  return strcmp(r->kind, kind) == 0;
}

/* What takes away, whatever was granted. */
static bool withheld(const struct question *q, const struct model_role *r, int category, enum guard_action action) {
  int s = category < 0 ? 0 : q->m->categories[category].sensitivity;
  bool named = exists(q, FACT_NAMED, mine, NULL);
  if (!named && ((s == 8 && action != GUARD_WRITE) || exists(q, FACT_RESTRICTION, any, NULL))) return true;
  bool staff = !is_kind(r, "carer") && !is_kind(r, "child") && !is_kind(r, "parent");
  if (staff && exists(q, FACT_CONFLICT, conflicted, &(struct fact){.kind = "kin"})) return true;
  if ((s == 4 || s == 5) && exists(q, FACT_CONFLICT, conflicted, &(struct fact){.kind = "recused"})) return true;
  for (size_t i = 0; i < r->n_excludes; i++) {
    if (stands_near(q, model_role(q->m, r->excludes[i]))) return true;
  }
  if ((is_kind(r, "school") || is_kind(r, "carer")) && s >= 1 && s <= 5 && !(r->floor & ((uint64_t)1 << category))) {
    return exists(q, FACT_AGREEMENT, any, NULL) && !shares(q, r, q->m->categories[category].id);
  }
  return false;
}

static bool grants(const struct question *q, const struct model_role *r, const struct model_grant *g, int category,
                   enum guard_action action) {
  uint64_t given = action == GUARD_READ ? g->read : g->write;
  if (action == GUARD_FIND ? !(g->find || g->read || g->write) : !(given & ((uint64_t)1 << category))) return false;
  if (r->aggregate_only || withheld(q, r, action == GUARD_FIND ? -1 : category, action)) return false;
  if (strcmp(g->relation, "shared") == 0) {
    return action != GUARD_FIND && stands_near(q, r) && shares(q, r, q->m->categories[category].id);
  }
  return stands(q, r, g->relation);
}

bool oracle_may(const struct world *w, const struct model *m, int64_t actor, int64_t child, int category,
                enum guard_action action, date_t today, instant_t now) {
  struct question q = {w, m, actor, child, today, now};
  for (size_t i = 0; i < m->n_roles; i++) {
    for (size_t j = 0; j < m->roles[i].n_grants; j++) {
      if (grants(&q, &m->roles[i], &m->roles[i].grants[j], category, action)) return true;
    }
  }
  return false;
}
