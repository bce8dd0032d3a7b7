#include "model/cond.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "model/cond_tree.h"

static const char *const signs[] = {"=", "<>", "<", "<=", ">", ">="};

static bool holds(enum cond_cmp cmp, int order) {
  switch (cmp) {
  case CMP_EQ:
    return order == 0;
  case CMP_NE:
    return order != 0;
  case CMP_LT:
    return order < 0;
  case CMP_LE:
    return order <= 0;
  case CMP_GT:
    return order > 0;
  case CMP_GE:
    return order >= 0;
  }
  return false;
}

/* False when either side is null or of a type that the condition was not made for. */
static bool compare(enum cond_cmp cmp, enum value_type type, struct value l, struct value r) {
  if (l.type != type || r.type != type) return false;
  if (type == VALUE_INT) return holds(cmp, l.i < r.i ? -1 : l.i > r.i);
  size_t n = l.n < r.n ? l.n : r.n;
  int order = n ? memcmp(l.s, r.s, n) : 0;
  if (order == 0) order = l.n < r.n ? -1 : l.n > r.n;
  return holds(cmp, order);
}

static bool eval_in(const struct cond *c, struct value v) {
  if (v.type != c->type) return false;
  for (size_t i = 0; i < c->n_literals; i++) {
    if (compare(CMP_EQ, c->type, v, c->literals[i])) return !c->negated;
  }
  return c->negated;
}

bool cond_eval(const struct cond *c, cond_lookup *look, void *arg) {
  if (!c) return true;
  switch (c->op) {
  case COND_AND:
  case COND_OR:
    for (size_t i = 0; i < c->n_items; i++) {
      if (cond_eval(c->items[i], look, arg) == (c->op == COND_OR)) return c->op == COND_OR;
    }
    return c->op == COND_AND;
  case COND_NOT:
    return !cond_eval(c->items[0], look, arg);
  case COND_CMP: {
    struct value l = look(arg, c->field.kind, c->field.name);
    struct value r = c->other_is_field ? look(arg, c->other.kind, c->other.name) : c->literals[0];
    return compare(c->cmp, c->type, l, r);
  }
  case COND_IN:
    return eval_in(c, look(arg, c->field.kind, c->field.name));
  case COND_IS_NULL:
    return (look(arg, c->field.kind, c->field.name).type == VALUE_NULL) != c->negated;
  }
  return false;
}

/* SQL and the canonical text are the same language but for three things: column names, and nulls made false. */
static void put_name(struct buf *out, struct cond_name f, const char *alias) {
  if (f.kind == COND_CHILD) {
    buf_str(out, "child.");
  } else if (alias && *alias) {
    buf_printf(out, "%s.", alias);
  }
  buf_str(out, f.name);
}

static void put_literal(struct buf *out, struct value v) {
  if (v.type == VALUE_INT) {
    buf_printf(out, "%lld", (long long)v.i);
    return;
  }
  buf_char(out, '\'');
  for (size_t i = 0; i < v.n; i++) {
    if (v.s[i] == '\'') buf_char(out, '\'');
    buf_char(out, v.s[i]);
  }
  buf_char(out, '\'');
}

static void put_test(struct buf *out, const struct cond *c, const char *alias) {
  put_name(out, c->field, alias);
  if (c->op == COND_IS_NULL) {
    buf_str(out, c->negated ? " is not null" : " is null");
  } else if (c->op == COND_IN) {
    buf_str(out, c->negated ? " not in (" : " in (");
    for (size_t i = 0; i < c->n_literals; i++) {
      if (i) buf_str(out, ", ");
      put_literal(out, c->literals[i]);
    }
    buf_char(out, ')');
  } else {
    buf_printf(out, " %s ", signs[c->cmp]);
    if (c->other_is_field) {
      put_name(out, c->other, alias);
    } else {
      put_literal(out, c->literals[0]);
    }
  }
}

static void put_test_sql(struct buf *out, const struct cond *c, const char *alias) {
  if (c->op == COND_IS_NULL) {
    put_test(out, c, alias);
    return;
  }
  buf_char(out, '(');
  put_name(out, c->field, alias);
  buf_str(out, " is not null and ");
  if (c->other_is_field) {
    put_name(out, c->other, alias);
    buf_str(out, " is not null and ");
  }
  put_test(out, c, alias);
  buf_char(out, ')');
}

static void put(struct buf *out, const struct cond *c, const char *alias, bool sql) {
  if (c->op != COND_AND && c->op != COND_OR && c->op != COND_NOT) {
    if (sql) {
      put_test_sql(out, c, alias);
    } else {
      put_test(out, c, alias);
    }
    return;
  }
  if (c->op == COND_NOT) buf_str(out, "not ");
  for (size_t i = 0; i < c->n_items; i++) {
    const struct cond *item = c->items[i];
    bool brackets = item->op == COND_AND || item->op == COND_OR || (c->op == COND_NOT && item->op == COND_NOT);
    if (i) buf_str(out, c->op == COND_AND ? " and " : " or ");
    if (brackets) buf_char(out, '(');
    put(out, item, alias, sql);
    if (brackets) buf_char(out, ')');
  }
}

void cond_sql(const struct cond *c, const char *alias, struct buf *out) {
  if (!c) {
    buf_str(out, "1 = 1");
    return;
  }
  put(out, c, alias, true);
}

const char *cond_text(const struct cond *c, struct arena *a) {
  struct buf b;
  buf_init(&b, a);
  if (c) put(&b, c, NULL, false);
  return buf_text(&b);
}

static void json_name(struct json_writer *w, struct cond_name f, struct arena *a) {
  json_put_text(w, f.kind == COND_CHILD ? arena_printf(a, "child.%s", f.name) : f.name);
}

static void json_literal(struct json_writer *w, struct value v) {
  if (v.type == VALUE_INT) {
    json_put_int(w, v.i);
  } else {
    json_put_text(w, v.s);
  }
}

static void json_test(struct json_writer *w, const struct cond *c, struct arena *a) {
  if (c->op == COND_IS_NULL) {
    json_put_text(w, c->negated ? "not null" : "null");
    json_name(w, c->field, a);
    return;
  }
  if (c->op == COND_IN) {
    json_put_text(w, c->negated ? "not in" : "in");
    json_name(w, c->field, a);
    json_array(w);
    for (size_t i = 0; i < c->n_literals; i++) json_literal(w, c->literals[i]);
    json_end_array(w);
    return;
  }
  json_put_text(w, signs[c->cmp]);
  json_name(w, c->field, a);
  if (!c->other_is_field) {
    json_literal(w, c->literals[0]);
    return;
  }
  json_object(w);
  json_key(w, "field");
  json_name(w, c->other, a);
  json_key(w, "type");
  json_put_text(w, c->type == VALUE_INT ? "integer" : "text");
  json_end_object(w);
}

static void json_cond(struct json_writer *w, const struct cond *c, struct arena *a) {
  json_array(w);
  if (c->op == COND_AND || c->op == COND_OR || c->op == COND_NOT) {
    json_put_text(w, c->op == COND_AND ? "and" : c->op == COND_OR ? "or" : "not");
    for (size_t i = 0; i < c->n_items; i++) json_cond(w, c->items[i], a);
  } else {
    json_test(w, c, a);
  }
  json_end_array(w);
}

void cond_json(const struct cond *c, struct buf *out) {
  struct json_writer w;
  json_begin(&w, out);
  if (c) {
    json_cond(&w, c, out->arena);
  } else {
    json_put_null(&w);
  }
}

void cond_literals(const struct cond *c, cond_literal *fn, void *arg) {
  if (!c) return;
  for (size_t i = 0; i < c->n_items; i++) cond_literals(c->items[i], fn, arg);
  for (size_t i = 0; i < c->n_literals; i++) fn(arg, c->field.kind, c->field.name, c->literals[i]);
}

struct names {
  struct arena *a;
  const char **all;
  size_t cap, n;
};

static void add_name(struct names *to, struct cond_name f) {
  if (f.kind != COND_FIELD) return;
  for (size_t i = 0; i < to->n; i++) {
    if (strcmp(to->all[i], f.name) == 0) return;
  }
  to->all = arena_grow(to->a, to->all, &to->cap, to->n + 1, sizeof *to->all);
  to->all[to->n++] = f.name;
}

static void collect(const struct cond *c, struct names *to) {
  if (!c) return;
  for (size_t i = 0; i < c->n_items; i++) collect(c->items[i], to);
  if (c->op == COND_CMP || c->op == COND_IN || c->op == COND_IS_NULL) add_name(to, c->field);
  if (c->op == COND_CMP && c->other_is_field) add_name(to, c->other);
}

const char *const *cond_fields(const struct cond *c, struct arena *a, size_t *n) {
  struct names to = {.a = a};
  collect(c, &to);
  *n = to.n;
  return to.all;
}
