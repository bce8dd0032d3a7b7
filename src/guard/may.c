#include "guard/may.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"

/* How each relation is found. h is the actor's appointment, f the fact that ties a child to it. */
static const struct arm {
  const char *relation, *fact, *tie; /* tie NULL: holding the role is enough */
  bool appointed;                    /* false: no appointment stands behind it, the actor is the child or the parent */
  enum { DATED, INSTANTS, UNDATED } time;
} arms[] = {
    {"allocated", "fact_involvement", "f.person = h.person and f.role = h.role", true, DATED},
    {"team", "fact_team", "f.team = h.team", true, DATED},
    {"on_roll", "fact_on_roll", "f.organisation = h.organisation", true, DATED},
    {"placed", "fact_placed", "f.person = h.person", true, DATED},
    {"provided", "fact_placed", "f.organisation = h.organisation", true, DATED},
    {"looked_after", "fact_looked_after", NULL, true, DATED},
    {"authority", "fact_child", NULL, true, UNDATED},
    {"break_glass", "fact_break_glass", "f.person = h.person", true, INSTANTS},
    {"parent", "fact_parent", NULL, false, DATED},
    {"self", "fact_self", NULL, false, UNDATED},
};
enum { N_ARMS = sizeof arms / sizeof arms[0] };

static const struct relation relations[] = {
    {"allocated", REACH_NEAR},
    {"team", REACH_NEAR},
    {"on_roll", REACH_NEAR},
    {"placed", REACH_NEAR},
    {"provided", REACH_NEAR},
    {"parent", REACH_NEAR},
    {"self", REACH_NEAR},
    {"authority", REACH_WIDE},
    {"looked_after", REACH_WIDE},
    {"shared", REACH_SHARED},
    {"break_glass", REACH_EMERGENCY},
    {"register", REACH_REGISTER},
};

const struct relation *relation_find(const char *name) {
  for (size_t i = 0; i < sizeof relations / sizeof relations[0]; i++) {
    if (strcmp(relations[i].name, name) == 0) return &relations[i];
  }
  return NULL;
}

static bool is_near(const char *relation) {
  return relation_find(relation)->reach == REACH_NEAR;
}

/* Current on the actor's day: x.from_on .. x.to_on, both included. This and literal are most of the text, which is
 * written at each opening: hence no printf. */
static void current(struct buf *b, const struct may *q, char x) {
  char day[16], column[3] = {x, '.', '\0'};
  snprintf(day, sizeof day, "$%d", q->first + 1);
  const char *const parts[] = {" and ", column,      "from_on <= ", day, " and (", column, "to_on is null or ",
                               column,  "to_on >= ", day,           ")"};
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) buf_str(b, parts[i]);
}

/* Names of the model and constants: words without quotes. */
static void literal(struct buf *b, const char *s) {
  buf_char(b, '\'');
  for (const char *quote; (quote = strchr(s, '\'')); s = quote + 1) {
    buf_add(b, s, (size_t)(quote - s) + 1);
    buf_char(b, '\'');
  }
  buf_str(b, s);
  buf_char(b, '\'');
}

static void literals(struct buf *b, const char *const *list, size_t n) {
  buf_char(b, '(');
  for (size_t i = 0; i < n; i++) {
    if (i) buf_str(b, ", ");
    literal(b, list[i]);
  }
  buf_char(b, ')');
}

/* Does this grant give what is asked for? */
static bool gives(const struct model_grant *g, const struct may *q) {
  uint64_t bits = q->category >= 0 ? (uint64_t)1 << q->category : ~(uint64_t)0;
  uint64_t read = g->read & bits, write = g->write & bits;
  switch (q->action) {
  case GUARD_FIND:
    return q->category < 0 && (g->find || g->read || g->write);
  case GUARD_READ:
    return read != 0;
  case GUARD_WRITE:
    return write != 0;
  default:
    return g->find || read || write;
  }
}

/* Is a relation worth looking up: does some role have a grant by it, or by `shared` beside it, that gives what is asked
 * for? *shared says whether the latter is so. */
static bool wanted(const struct may *q, const char *relation, bool *shared) {
  bool own = false;
  *shared = false;
  for (size_t i = 0; i < q->model->n_roles; i++) {
    const struct model_role *r = &q->model->roles[i];
    bool stands = false, given = false;
    for (size_t j = 0; j < r->n_grants; j++) {
      bool this_one = strcmp(r->grants[j].relation, relation) == 0;
      stands |= this_one;
      own |= this_one && gives(&r->grants[j], q);
      given |= strcmp(r->grants[j].relation, "shared") == 0 && gives(&r->grants[j], q);
    }
    *shared |= stands && given && is_near(relation);
  }
  return own || *shared;
}

/* School roles that can be allocated: they lose it when the child leaves the roll, whether or not anybody ended the
 * involvement. */
static void still_on_roll(struct buf *b, const struct may *q) {
  const char *names[64];
  size_t n = 0;
  for (size_t i = 0; i < q->model->n_roles && n < 64; i++) {
    if (strcmp(q->model->roles[i].kind, "school") == 0) names[n++] = q->model->roles[i].id;
  }
  if (n == 0) return;
  buf_str(b, " and (h.role not in ");
  literals(b, names, n);
  buf_str(b, " or exists (select 1 from fact_on_roll o where o.child = f.child and o.organisation = h.organisation");
  current(b, q, 'o');
  buf_str(b, "))");
}

/* The conditions of one arm on h and f. */
static void arm_where(struct buf *b, const struct may *q, const struct arm *a) {
  if (a->appointed) {
    buf_printf(b, "h.person = $%d", q->first);
    current(b, q, 'h');
    if (a->tie) buf_printf(b, " and %s", a->tie);
  } else {
    buf_printf(b, strcmp(a->relation, "self") == 0 ? "f.child = $%d" : "f.person = $%d", q->first);
  }
  if (a->time == DATED) current(b, q, 'f');
  if (a->time == INSTANTS) buf_printf(b, " and f.from_at <= $%d and f.to_at > $%d", q->first + 2, q->first + 2);
  if (q->child) buf_printf(b, " and f.child = %s", q->child);
  if (strcmp(a->relation, "allocated") == 0) still_on_roll(b, q);
}

/* The rows of the policy that give what is asked for. */
static void asked_for(struct buf *b, const struct may *q) {
  if (q->action >= 0) buf_printf(b, " and p.action = %d", q->action);
  if (q->category >= 0) {
    buf_str(b, " and p.category = ");
    literal(b, q->model->categories[q->category].id);
  }
}

/* One arm of reach: rows of the policy with the child to whom they apply. The order of the join is given (cross join):
 * from the actor's few appointments to the policy to the children when these are free, and to the one child first when
 * it is bound. */
static void arm_reach(struct buf *b, const struct may *q, const struct arm *a, bool shared) {
  buf_str(
      b,
      "select f.child as child, p.role as role, p.relation as relation, p.category as category, p.action as action, "
      "p.sensitivity as sensitivity, p.narrows as narrows, p.staff as staff from ");
  if (a->appointed) buf_str(b, "fact_role h cross join ");
  if (q->child || !a->appointed) {
    buf_printf(b, "%s f cross join guard_policy p where ", a->fact);
  } else {
    buf_printf(b, "guard_policy p cross join %s f where ", a->fact);
  }
  arm_where(b, q, a);
  if (a->appointed) buf_str(b, " and p.role = h.role");
  if (shared) {
    /* Without an appointment, or where other roles share: the role must itself have the near relation. */
    buf_printf(b,
               " and (p.relation = '%s' or (p.relation = 'shared' and exists (select 1 from guard_policy g where "
               "g.role = p.role and "
               "g.relation = '%s')))",
               a->relation, a->relation);
  } else {
    buf_printf(b, " and p.relation = '%s'", a->relation);
  }
  asked_for(b, q);
}

/* What a limit speaks of: columns of the relation, or what stands for them. */
struct columns {
  const char *child, *sensitivity, *staff, *action;
};
static const struct columns of_relation = {"n.child", "n.sensitivity", "n.staff", "n.action"};

/* True for a child who is among those of `from` (alias x, ends in a where clause): `in` a list made once, or `exists`
 * for the bound one. */
static void among(struct buf *b, const struct may *q, const struct columns *n, const char *from) {
  if (q->child) {
    buf_printf(b, "exists (select 1 from %s and x.child = %s", from, q->child);
  } else {
    buf_printf(b, "%s in (select x.child from %s and x.child is not null", n->child, from);
  }
  current(b, q, 'x');
  buf_char(b, ')');
}

static void limit_restriction(struct buf *b, const struct may *q, const struct columns *n) {
  char named[80], kin[80], recused[80];
  snprintf(named, sizeof named, "fact_named x where x.person = $%d", q->first);
  snprintf(kin, sizeof kin, "fact_conflict x where x.person = $%d and x.kind = 'kin'", q->first);
  snprintf(recused, sizeof recused, "fact_conflict x where x.person = $%d and x.kind = 'recused'", q->first);
  /* Whoever may write the restricted category may restrict a child; to read it one must be named. */
  buf_printf(b, "(((%s < 8 or %s = %d) and not ", n->sensitivity, n->action, GUARD_WRITE);
  among(b, q, n, "fact_restriction x where 1 = 1");
  buf_str(b, ") or ");
  among(b, q, n, named);
  buf_printf(b, ") and (%s = 0 or not ", n->staff);
  among(b, q, n, kin);
  buf_printf(b, ") and (%s < 4 or %s > 5 or not ", n->sensitivity, n->sensitivity);
  among(b, q, n, recused);
  buf_char(b, ')');
}

static void limit_agreement(struct buf *b, const struct may *q) {
  struct buf shared;
  buf_init(&shared, b->arena);
  buf_str(
      &shared,
      "exists (select 1 from fact_shared s where s.child = n.child and s.category = n.category and (s.role = n.role");
  buf_printf(&shared, " or s.person = $%d)", q->first);
  current(&shared, q, 's');
  buf_char(&shared, ')');
  buf_str(b, " and (n.narrows = 0 or not exists (select 1 from fact_agreement g where g.child = n.child");
  current(b, q, 'g');
  buf_printf(b, ") or %s) and (n.relation <> 'shared' or %s)", buf_text(&shared), buf_text(&shared));
}

static bool granted(const struct model *m, const char *const *roles, size_t n_roles, const char *relation) {
  for (size_t i = 0; i < n_roles; i++) {
    const struct model_role *r = model_role(m, roles[i]);
    for (size_t j = 0; r && j < r->n_grants; j++) {
      if (strcmp(r->grants[j].relation, relation) == 0) return true;
    }
  }
  return false;
}

/* True where the actor stands in one of the roles to the child, by a near relation: for exclusion. */
static void near_children(struct buf *b, const struct may *q, const char *const *roles, size_t n_roles) {
  struct may each = *q;
  each.child = "n.child";
  const char *join = "";
  for (size_t i = 0; i < N_ARMS; i++) {
    const struct arm *a = &arms[i];
    if (!is_near(a->relation)) continue;
    if (!granted(q->model, roles, n_roles, a->relation)) continue;
    buf_printf(b, "%sexists (select 1 from %s%s f where ", join, a->appointed ? "fact_role h cross join " : "",
               a->fact);
    arm_where(b, &each, a);
    if (a->appointed) {
      buf_str(b, " and h.role in ");
      literals(b, roles, n_roles);
    }
    buf_char(b, ')');
    join = " or ";
  }
  if (!*join) buf_str(b, "1 = 0");
}

static void limit_exclusion(struct buf *b, const struct may *q) {
  for (size_t i = 0; i < q->model->n_roles; i++) {
    const struct model_role *r = &q->model->roles[i];
    if (r->n_excludes == 0) continue;
    buf_str(b, " and (n.role <> ");
    literal(b, r->id);
    buf_str(b, " or not (");
    near_children(b, q, r->excludes, r->n_excludes);
    buf_str(b, "))");
  }
}

void may_sql(struct buf *b, const struct may *q) {
  buf_str(b,
          "select n.child as child, n.role as role, n.relation as relation, n.category as category, n.action as action "
          "from (");
  bool any = false;
  for (size_t i = 0; i < N_ARMS; i++) {
    bool shared;
    if (!wanted(q, arms[i].relation, &shared)) continue;
    if (q->no_authority && strcmp(arms[i].relation, "authority") == 0) continue;
    if (any) buf_str(b, " union all ");
    arm_reach(b, q, &arms[i], shared);
    any = true;
  }
  if (!any) {
    buf_str(
        b,
        "select f.child as child, p.role as role, p.relation as relation, p.category as category, p.action as action, "
        "p.sensitivity as sensitivity, p.narrows as narrows, p.staff as staff from fact_child f cross join "
        "guard_policy p "
        "where 1 = 0");
  }
  buf_str(b, ") n where ");
  limit_restriction(b, q, &of_relation);
  limit_agreement(b, q);
  limit_exclusion(b, q);
}

bool may_authority_gives(const struct may *q) {
  bool shared;
  return wanted(q, "authority", &shared);
}

bool may_authority_apart(const struct may *q) {
  if (q->action != GUARD_FIND && q->category < 0) return false; /* each category has a sensitivity of its own */
  for (size_t i = 0; i < q->model->n_roles; i++) {
    const struct model_role *r = &q->model->roles[i];
    for (size_t j = 0; j < r->n_grants; j++) {
      if (r->n_excludes && strcmp(r->grants[j].relation, "authority") == 0 && gives(&r->grants[j], q)) return false;
    }
  }
  return may_authority_gives(q);
}

void may_authority_held_sql(struct buf *b, const struct may *q) {
  buf_printf(b, "select 1 from fact_role h cross join guard_policy p where h.person = $%d", q->first);
  current(b, q, 'h');
  buf_str(b, " and p.role = h.role and p.relation = 'authority'");
  asked_for(b, q);
}

void may_authority_child_sql(struct buf *b, const struct may *q, const char *child) {
  char sensitivity[16], action[16];
  snprintf(sensitivity, sizeof sensitivity, "%d", q->category < 0 ? 0 : q->model->categories[q->category].sensitivity);
  snprintf(action, sizeof action, "%d", q->action);
  struct columns n = {child, sensitivity, "1", action}; /* guard_apply gives `authority` to staff only */
  buf_printf(b, "exists (select 1 from fact_child f where f.child = %s) and ", child);
  limit_restriction(b, q, &n);
}
