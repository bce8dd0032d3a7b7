#include "guard/guard.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "guard/may.h"

struct permit {
  struct db *db;
  uint64_t transaction;
  int64_t child;
  struct actor who;
  const struct model *model;
  bool system;
  uint64_t reads, writes;
  const char **roles;
  size_t n_roles;
  const char *via;
};

/* One answer for a child who is not there and for one who is not the actor's. */
static bool not_found(struct error *e) {
  return error_set(e, ERR_NOT_FOUND,
                   "There is nothing here that you may see. Check the link, or ask whoever gave it to you.");
}

static struct permit *permit_new(struct db *db, const struct ctx *c, const struct model *m, const struct actor *who,
                                 int64_t child) {
  struct permit *p = arena_alloc(c->arena, sizeof *p);
  *p = (struct permit){.db = db, .transaction = db_transaction(db), .child = child, .who = *who, .model = m, .via = ""};
  p->who.purpose = who->purpose ? arena_strdup(c->arena, who->purpose) : "";
  return p;
}

static bool has(const char *const *list, size_t n, const char *s) {
  for (size_t i = 0; i < n; i++) {
    if (strcmp(list[i], s) == 0) return true;
  }
  return false;
}

/* Rows of the decision (role, relation, category, action) folded into a permit. */
struct fold {
  struct arena *arena;
  struct permit *permit;
  const char **via; /* "role/relation" */
  size_t n_via, cap_via, cap_roles;
};

static void fold_row(struct fold *f, struct stmt *q) {
  struct permit *p = f->permit;
  const char *role = col_text(q, 0), *relation = col_text(q, 1), *category = col_text(q, 2);
  enum guard_action action = (enum guard_action)col_int(q, 3);
  const char *via = arena_printf(f->arena, "%s/%s", role, relation);
  if (!has(f->via, f->n_via, via)) {
    f->via = arena_grow(f->arena, f->via, &f->cap_via, f->n_via + 1, sizeof *f->via);
    f->via[f->n_via++] = via;
  }
  if (action == GUARD_FIND) return;
  const struct model_category *k = model_category(p->model, category);
  if (!k) return; /* a category that this model does not know opens nothing */
  uint64_t bit = (uint64_t)1 << k->index;
  if (action == GUARD_READ) p->reads |= bit;
  if (action == GUARD_WRITE) p->writes |= bit;
  if (strcmp(relation, "break_glass") == 0 || has(p->roles, p->n_roles, role)) return;
  p->roles = arena_grow(f->arena, p->roles, &f->cap_roles, p->n_roles + 1, sizeof *p->roles);
  p->roles[p->n_roles++] = arena_strdup(f->arena, role);
}

static void fold_via(struct fold *f) {
  struct buf b;
  buf_init(&b, f->arena);
  for (size_t i = 0; i < f->n_via; i++) {
    if (i) buf_str(&b, ", ");
    buf_str(&b, f->via[i]);
  }
  f->permit->via = buf_text(&b);
}

struct opening {
  struct arena *arena;
  const struct model *model;
};

static const char *open_text(const void *arg) {
  const struct opening *o = arg;
  struct buf b;
  buf_init(&b, o->arena);
  buf_str(&b, "select y.role, y.relation, y.category, y.action from (");
  may_sql(&b, &(struct may){.model = o->model, .child = "$4", .first = 1, .category = -1, .action = -1});
  buf_str(&b, ") y order by y.role, y.relation, y.action, y.category");
  return buf_text(&b);
}

/* The text hangs on the model's roles alone, and is long: it is written once a connection. */
static struct stmt *open_statement(struct db *db, struct arena *a, const struct model *m) {
  const char *name = arena_printf(a, "@guard_open %s", m->version);
  return db_sql_named(db, name, GUARD_TYPES "i", open_text, &(struct opening){a, m});
}

static const char register_sql[] =
    "select p.role, p.relation, p.category, p.action from fact_role h cross join guard_policy p where h.person = $1 "
    "and "
    "h.from_on <= $2 and (h.to_on is null or h.to_on >= $2) and p.role = h.role and p.relation = 'register' order by "
    "p.role, p.action";

bool guard_open(struct db *db, const struct ctx *c, const struct model *m, const struct actor *who, int64_t child,
                const struct permit **out, struct error *e) {
  *out = NULL;
  if (who->id <= 0 || child < 0) return not_found(e);
  struct permit *p = permit_new(db, c, m, who, child);
  struct fold f = {.arena = c->arena, .permit = p};
  struct stmt *q = child ? open_statement(db, c->arena, m) : db_sql(db, register_sql, "it");
  if (child) {
    guard_bind(q, 1, c, who);
    sql_int(q, 4, child);
  } else {
    sql_int(q, 1, who->id);
    sql_text(q, 2, date_format(c->today, arena_alloc(c->arena, DATE_TEXT)));
  }
  while (sql_row(q)) fold_row(&f, q);
  if (!db_ok(db, e)) return false;
  if (f.n_via == 0) return not_found(e);
  fold_via(&f);
  if (child == 0) {
    const char *const *held;
    if (!guard_roles(db, c, m, who, &held, &p->n_roles, e)) return false;
    p->roles = (const char **)held;
  }
  *out = p;
  return true;
}

const struct permit *guard_system(struct db *db, const struct ctx *c, const struct model *m, int64_t child,
                                  const char *purpose) {
  struct permit *p = permit_new(db, c, m, &(struct actor){.purpose = purpose}, child);
  p->system = true;
  p->reads = p->writes = m->n_categories < 64 ? ((uint64_t)1 << m->n_categories) - 1 : ~(uint64_t)0;
  p->via = "system";
  return p;
}

int64_t permit_child(const struct permit *p) {
  return p->child;
}
const struct actor *permit_actor(const struct permit *p) {
  return &p->who;
}
const struct model *permit_model(const struct permit *p) {
  return p->model;
}
bool permit_is_system(const struct permit *p) {
  return p->system;
}
uint64_t permit_reads(const struct permit *p) {
  return p->reads;
}
uint64_t permit_writes(const struct permit *p) {
  return p->writes;
}
const char *permit_via(const struct permit *p) {
  return p->via;
}

bool permit_has_role(const struct permit *p, const char *role) {
  return p->system || has(p->roles, p->n_roles, role);
}

bool permit_valid(const struct permit *p, struct db *db, int64_t child, struct error *e) {
  if (p && p->db == db && p->transaction == db_transaction(db) && p->child == child) return true;
  return not_found(e);
}

/* Does the actor hold a role today to which the whole authority gives this? */
static bool holds_authority(struct db *db, const struct ctx *c, const struct may *asked, const struct actor *who) {
  struct may q = *asked;
  struct buf b;
  q.first = 1;
  buf_init(&b, c->arena);
  may_authority_held_sql(&b, &q);
  struct stmt *held = db_sql(db, buf_text(&b), GUARD_TYPES);
  guard_bind(held, 1, c, who);
  bool yes = sql_row(held);
  sql_end(held);
  return yes;
}

/* `child in (the relation, listed)`. Who holds a role towards the whole authority gets `or`, and that part as a
 * condition on the row: a list of every child would cost more than what is asked for (test/bench/bench_guard.c). */
const char *guard_scope(struct db *db, const struct ctx *c, const struct model *m, const struct actor *who,
                        const char *child_sql, int category, enum guard_action action, int first) {
  struct may q = {.model = m, .first = first, .category = action == GUARD_FIND ? -1 : category, .action = (int)action};
  struct buf b;
  if (may_authority_apart(&q)) q.no_authority = true;
  bool apart = q.no_authority && holds_authority(db, c, &q, who);
  struct error e;
  error_init(&e, c->arena);
  if (!db_ok(db, &e)) return "(1 = 0)";
  buf_init(&b, c->arena);
  buf_char(&b, '(');
  if (apart) {
    buf_char(&b, '(');
    may_authority_child_sql(&b, &q, child_sql);
    buf_str(&b, ") or ");
  }
  buf_printf(&b, "%s in (select y.child from (", child_sql);
  may_sql(&b, &q);
  buf_str(&b, ") y))");
  return buf_text(&b);
}

void guard_bind(struct stmt *q, int first, const struct ctx *c, const struct actor *who) {
  sql_int(q, first, who->id > 0 ? who->id : -1); /* no fact holds person -1: the system asks by guard_system only */
  sql_text(q, first + 1, date_format(c->today, arena_alloc(c->arena, DATE_TEXT)));
  sql_int(q, first + 2, c->now);
}

/* Roles by appointment, and those that need none (young person, parent) where the fact is there. */
static const char roles_sql[] =
    "select h.role as role from fact_role h where h.person = $1 and h.from_on <= $2 and (h.to_on is null or h.to_on >= "
    "$2) "
    "union select p.role from fact_self f cross join guard_policy p where f.child = $1 and p.relation = 'self' "
    "union select p.role from fact_parent f cross join guard_policy p where f.person = $1 and f.from_on <= $2 and "
    "(f.to_on is null or f.to_on >= $2) and p.relation = 'parent' order by role";

bool guard_roles(struct db *db, const struct ctx *c, const struct model *m, const struct actor *who,
                 const char *const **roles, size_t *n, struct error *e) {
  const char **list = NULL;
  size_t cap = 0;
  *n = 0;
  struct stmt *q = db_sql(db, roles_sql, "it");
  sql_int(q, 1, who->id > 0 ? who->id : -1);
  sql_text(q, 2, date_format(c->today, arena_alloc(c->arena, DATE_TEXT)));
  while (sql_row(q)) {
    const struct model_role *r = model_role(m, col_text(q, 0));
    if (!r) continue;
    list = arena_grow(c->arena, list, &cap, *n + 1, sizeof *list);
    list[(*n)++] = r->id;
  }
  *roles = list;
  return db_ok(db, e);
}
