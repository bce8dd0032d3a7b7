/* Lists and counts: one statement each, the door inside it. */
#include <stdlib.h>
#include <string.h>

#include "model/cond.h"
#include "record/label.h"
#include "record/query.h"
#include "record/save.h"

enum { LIST_MOST = 1000, MAX_BINDS = 32 };

struct listing {
  struct db *db;
  const struct ctx *c;
  const struct model *m;
  const struct actor *who;
  const struct query *q;
  const struct model_record *r, *child;
  const struct permit *p; /* one child's, or the register's; NULL: all that the actor may see, by guard_scope */
  struct arena *a;
  struct buf columns, joins, where, types;
  struct value binds[MAX_BINDS];
  int n_binds;       /* beyond the guard's */
  bool child_joined; /* child facts, as `child` */
  uint64_t asked;    /* categories that filter and sort read, beyond the record's own */
  int width;         /* columns so far */
};

static int bind(struct listing *l, struct value v, char type) {
  l->binds[l->n_binds++] = v;
  buf_char(&l->types, type);
  return GUARD_PARAMS + l->n_binds;
}

static const char *scope(struct listing *l, const char *child, int category, enum guard_action action) {
  return guard_scope(l->db, l->c, l->m, l->who, child, category, action, 1);
}

static const char *today(const struct listing *l) {
  return date_format(l->c->today, arena_alloc(l->a, DATE_TEXT));
}

/* ---- filter ---- */

static bool resolve(void *arg, enum cond_kind k, const char *name, enum value_type *type) {
  struct listing *l = arg;
  const struct model_record *r = k == COND_CHILD ? l->child : l->r;
  if (!r) return false;
  if (k == COND_CHILD) l->child_joined = true;
  if (k == COND_FIELD && strcmp(name, "state") == 0 && r->n_states) {
    *type = VALUE_TEXT;
    return true;
  }
  const struct model_field *f = model_field(r, name);
  if (k == COND_CHILD && (strcmp(name, "age") == 0 || strcmp(name, "school_year") == 0)) {
    f = row_born_field(r);
    if (f) l->asked |= CATEGORY_BIT(f->category_index) | CATEGORY_BIT(r->category_index);
    *type = VALUE_INT;
    return f != NULL;
  }
  if (!f) return false;
  l->asked |= CATEGORY_BIT(f->category_index);
  if (k == COND_CHILD) l->asked |= CATEGORY_BIT(r->category_index);
  *type = row_type(f) == STORE_TEXT ? VALUE_TEXT : VALUE_INT;
  return true;
}

static bool add_filter(struct listing *l, struct error *e) {
  const struct cond *cond;
  if (!l->q->filter) return true;
  if (!cond_parse(l->a, l->q->filter, resolve, l, &cond, e)) return false;
  buf_str(&l->where, " and (");
  cond_sql(cond, "t", &l->where);
  buf_char(&l->where, ')');
  return true;
}

static void add_child_facts(struct listing *l) {
  const struct model_field *born = l->child ? row_born_field(l->child) : NULL;
  if (!l->child_joined || !l->child) return;
  buf_str(&l->joins, " left join (select ");
  buf_str(&l->joins, "k.id as child_id");
  for (size_t i = 0; i < l->child->n_fields; i++) buf_printf(&l->joins, ", k.%s", l->child->fields[i].name);
  if (born) {
    int day = bind(l, value_text(today(l)), 't');
    buf_printf(&l->joins, ", age_on(k.%s, $%d) as age, school_year($%d) - school_year(k.%s) - 5 as school_year",
               born->name, day, day, born->name);
  }
  buf_printf(&l->joins, " from t_%s k) child on child.child_id = t.child", l->child->name);
}

/* What a filter or an order reads must be the reader's to read, or the list would tell it. */
static bool add_asked(struct listing *l, struct error *e) {
  uint64_t asked = l->asked & ~CATEGORY_BIT(l->r->category_index);
  if (l->p) return (asked & ~permit_reads(l->p)) == 0 || access_not_found(l->db, e);
  for (size_t i = 0; i < l->m->n_categories; i++)
    if (asked & CATEGORY_BIT(l->m->categories[i].index))
      buf_printf(&l->where, " and %s", scope(l, "t.child", l->m->categories[i].index, GUARD_READ));
  return true;
}

/* ---- where ---- */

static void add_current(struct listing *l) {
  const struct model_record *r = l->r;
  if (!l->q->current_only || (!r->current_from && !r->current_to)) return;
  int day = bind(l, value_text(today(l)), 't');
  if (r->current_from)
    buf_printf(&l->where, " and (t.%s is null or t.%s <= $%d)", r->current_from, r->current_from, day);
  if (r->current_to) buf_printf(&l->where, " and (t.%s is null or t.%s >= $%d)", r->current_to, r->current_to, day);
}

static void add_state(struct listing *l) {
  if (!l->q->state) return;
  int n = bind(l, value_text(l->q->state), 't');
  bool first = l->r->n_states && strcmp(l->r->states[0].id, l->q->state) == 0;
  buf_printf(&l->where, first ? " and (t.state = $%d or t.state is null)" : " and t.state = $%d", n);
}

static bool add_where(struct listing *l, struct error *e) {
  const struct model_record *r = l->r;
  if (l->p && r->about == ABOUT_CHILD)
    buf_printf(&l->where, "t.child = $%d", bind(l, value_int(l->q->child), 'i'));
  else if (r->about == ABOUT_CHILD)
    buf_str(&l->where, scope(l, "t.child", r->category_index, GUARD_READ));
  else
    buf_str(&l->where, "t.id > 0");
  if (r->about == ABOUT_NONE && r->open_if && !(permit_writes(l->p) & CATEGORY_BIT(r->category_index))) {
    buf_str(&l->where, " and (");
    cond_sql(r->open_if, "t", &l->where);
    buf_char(&l->where, ')');
  }
  if (l->q->owner && r->part_of) buf_printf(&l->where, " and t.owner = $%d", bind(l, value_int(l->q->owner), 'i'));
  if (!l->q->with_voided) buf_str(&l->where, " and t.voided = 0");
  add_state(l);
  add_current(l);
  if (!add_filter(l, e)) return false;
  add_child_facts(l);
  return true;
}

/* ---- order ---- */

static bool order_field(struct listing *l, struct buf *out, const char *name, bool down, struct error *e) {
  static const char *const engine[] = {"id", "created_at", "changed_at", "state", "version"};
  const struct model_field *f = model_field(l->r, name);
  const char *column = f ? arena_printf(l->a, f->sort_key ? "%s_key" : "%s", name) : NULL;
  for (size_t i = 0; !f && i < sizeof engine / sizeof *engine; i++)
    if (strcmp(engine[i], name) == 0) column = engine[i];
  if (!column) return error_field(e, "sort", name, "There is no field of this name to sort by.");
  const char *way = down ? "desc" : "asc";
  if (f && f->category_index != l->r->category_index && !l->p) { /* where it is withheld, it orders nothing */
    const char *may = scope(l, "t.child", f->category_index, GUARD_READ);
    buf_printf(out, "case when %s then t.%s end %s nulls last, ", may, column, way);
    return true;
  }
  if (f) l->asked |= CATEGORY_BIT(f->category_index);
  buf_printf(out, "t.%s %s nulls last, ", column, way);
  return true;
}

/* By the names of the children. */
static void order_child(struct listing *l, struct buf *out, bool down) {
  for (size_t i = 0; l->child && i < l->child->n_label; i++) {
    const struct model_field *f =
        model_field(l->child, l->child->label[l->child->n_label - 1 - i]); /* family name first */
    if (f && f->sort_key) buf_printf(out, "cn.%s_key %s nulls last, ", f->name, down ? "desc" : "asc");
  }
}

static bool order_default(struct listing *l, struct buf *out, struct error *e) {
  char *text = arena_strdup(l->a, l->r->order_by ? l->r->order_by : ""), *save = NULL;
  for (char *part = strtok_r(text, ",", &save); part; part = strtok_r(NULL, ",", &save)) {
    char *inner = NULL, *name = strtok_r(part, " ", &inner), *way = name ? strtok_r(NULL, " ", &inner) : NULL;
    if (name && !order_field(l, out, name, way && strcmp(way, "desc") == 0, e)) return false;
  }
  return true;
}

static bool add_order(struct listing *l, struct buf *out, struct error *e) {
  const char *sort = l->q->sort;
  bool down = sort && *sort == '-';
  if (!sort || !*sort) {
    uint64_t asked = l->asked; /* the record's own order tells nothing that was asked for */
    if (!order_default(l, out, e)) return false;
    l->asked = asked;
  } else if (strcmp(sort + down, "child") == 0 && l->r->about == ABOUT_CHILD) {
    order_child(l, out, down);
  } else if (!order_field(l, out, sort + down, down, e)) {
    return false;
  }
  buf_printf(out, "t.id %s", down ? "desc" : "asc");
  return true;
}

/* ---- columns beyond the row ---- */

static void add_reads(struct listing *l) {
  uint64_t seen = CATEGORY_BIT(l->r->category_index);
  for (size_t i = 0; !l->p && i < l->r->n_fields; i++) {
    int k = l->r->fields[i].category_index;
    if (seen & CATEGORY_BIT(k)) continue;
    seen |= CATEGORY_BIT(k);
    buf_printf(&l->columns, ", case when %s then 1 else 0 end", scope(l, "t.child", k, GUARD_READ));
  }
}

static bool labelled(const struct listing *l, const struct model_field *f, const struct model_record **to) {
  *to = f->type == FIELD_REF && f->ref ? model_record(l->m, f->ref) : NULL;
  return f->type == FIELD_REF && f->ref && (*to || strcmp(f->ref, "school") == 0);
}

static void add_labels(struct listing *l) {
  const struct model_record *to;
  for (size_t i = 0; i < l->r->n_fields; i++) {
    const struct model_field *f = &l->r->fields[i];
    if (!labelled(l, f, &to)) continue;
    const char *x = arena_printf(l->a, "r%zu", i);
    if (!to) {
      buf_printf(&l->joins, " left join ref.school %s on %s.urn = t.%s", x, x, f->name);
      buf_printf(&l->columns, ", %s.name", x);
      continue;
    }
    buf_printf(&l->joins, " left join t_%s %s on %s.id = t.%s", to->name, x, x, f->name);
    if (to->about == ABOUT_CHILD)
      buf_printf(&l->joins, " and %s", scope(l, arena_printf(l->a, "%s.child", x), -1, GUARD_FIND));
    for (size_t k = 0; k < to->n_label; k++) buf_printf(&l->columns, ", %s.%s", x, to->label[k]);
  }
}

static void add_child_name(struct listing *l) {
  if (l->p || !l->child || l->r->about != ABOUT_CHILD) return;
  buf_printf(&l->joins, " left join t_%s cn on cn.id = t.child", l->child->name);
  for (size_t k = 0; k < l->child->n_label; k++) buf_printf(&l->columns, ", cn.%s", l->child->label[k]);
}

static const char *read_label(struct listing *l, struct stmt *q, int *at, const struct model_record *to) {
  struct value *values = arena_alloc(l->a, to->n_fields * sizeof *values);
  for (size_t k = 0; k < to->n_label; k++) values[model_field(to, to->label[k])->index] = col_value(q, (*at)++, l->a);
  const char *label = label_of(l->a, to, values);
  return *label ? label : NULL;
}

static void read_row(struct listing *l, struct stmt *q, struct row *row, uint64_t *reads) {
  const struct model_record *r = l->r, *to;
  int at = row_width(r);
  row_read(q, 0, l->a, r, row);
  *reads = l->p ? permit_reads(l->p) : CATEGORY_BIT(r->category_index);
  uint64_t seen = CATEGORY_BIT(r->category_index);
  for (size_t i = 0; !l->p && i < r->n_fields; i++) {
    uint64_t bit = CATEGORY_BIT(r->fields[i].category_index);
    if (seen & bit) continue;
    seen |= bit;
    if (col_int(q, at++)) *reads |= bit;
  }
  const char **labels = arena_alloc(l->a, r->n_fields * sizeof *labels);
  for (size_t i = 0; i < r->n_fields; i++) {
    if (!labelled(l, &r->fields[i], &to)) continue;
    if (to)
      labels[i] = read_label(l, q, &at, to);
    else
      labels[i] = arena_strdup(l->a, col_text(q, at++));
    if (!(*reads & CATEGORY_BIT(r->fields[i].category_index))) labels[i] = NULL;
  }
  if (!l->p && l->child && r->about == ABOUT_CHILD) row->r.child_name = read_label(l, q, &at, l->child);
  row->r.labels = labels;
}

/* ---- both ---- */

static bool listing_open(struct listing *l, struct db *db, const struct ctx *c, const struct model *m,
                         const struct actor *who, const struct query *q, struct error *e) {
  memset(l, 0, sizeof *l);
  l->db = db;
  l->c = c;
  l->m = m;
  l->who = who;
  l->q = q;
  l->r = q->record;
  l->child = row_child_record(m);
  l->a = c->arena;
  struct buf *bufs[] = {&l->columns, &l->joins, &l->where, &l->types};
  for (size_t i = 0; i < 4; i++) buf_init(bufs[i], l->a);
  buf_str(&l->types, GUARD_TYPES);
  if (l->r->about == ABOUT_CHILD && !q->child) return true;
  int64_t child = l->r->about == ABOUT_NONE ? 0 : q->child;
  if (q->permit && permit_valid(q->permit, db, child, e))
    l->p = q->permit;
  else if (q->permit || !guard_open(db, c, m, who, child, &l->p, e))
    return false;
  return permit_reads(l->p) & CATEGORY_BIT(l->r->category_index) ? true : access_not_found(db, e);
}

static struct stmt *listing_run(struct listing *l, const char *text) {
  struct stmt *q = db_sql(l->db, text, buf_text(&l->types));
  guard_bind(q, 1, l->c, l->who);
  for (int i = 0; i < l->n_binds; i++) sql_value(q, GUARD_PARAMS + 1 + i, l->binds[i]);
  return q;
}

static void withhold(struct row *row, uint64_t reads) {
  const struct model_record *r = row->r.record;
  for (size_t i = 0; i < r->n_fields; i++) {
    if (reads & CATEGORY_BIT(r->fields[i].category_index)) continue;
    row->withheld[i] = true;
    row->values[i] = VALUE_NONE;
  }
}

bool record_list(struct db *db, const struct ctx *c, const struct model *m, const struct actor *who,
                 const struct query *q, query_fn *fn, void *arg, struct error *e) {
  struct listing l;
  struct buf order, sql;
  if (!listing_open(&l, db, c, m, who, q, e) || !add_where(&l, e)) return false;
  buf_init(&order, l.a);
  buf_init(&sql, l.a);
  if (!add_order(&l, &order, e) || !add_asked(&l, e)) return false;
  row_columns(&l.columns, l.r, "t");
  add_reads(&l);
  add_labels(&l);
  add_child_name(&l);
  int limit = q->limit > 0 && q->limit < LIST_MOST ? q->limit : LIST_MOST;
  buf_printf(&sql, "select %s from t_%s t%s where %s order by %s limit %d offset %lld", buf_text(&l.columns), l.r->name,
             buf_text(&l.joins), buf_text(&l.where), buf_text(&order), limit, (long long)(q->after > 0 ? q->after : 0));
  struct stmt *s = listing_run(&l, buf_text(&sql));
  struct row *rows = arena_alloc(l.a, (size_t)limit * sizeof *rows);
  uint64_t *reads = arena_alloc(l.a, (size_t)limit * sizeof *reads);
  size_t n = 0;
  while (sql_row(s)) {
    read_row(&l, s, &rows[n], &reads[n]);
    withhold(&rows[n], reads[n]);
    rows[n].r.state = row_state(&rows[n]);
    n++;
  }
  if (!db_ok(db, e)) return false;
  for (size_t i = 0; i < n; i++) /* after the loop, so that fn may ask the store */
    if (!fn(&rows[i].r, reads[i], arg, e)) return false;
  return true;
}

bool record_count(struct db *db, const struct ctx *c, const struct model *m, const struct actor *who,
                  const struct query *q, int64_t *n, struct error *e) {
  struct listing l;
  struct buf sql;
  *n = 0;
  if (!listing_open(&l, db, c, m, who, q, e) || !add_where(&l, e) || !add_asked(&l, e)) return false;
  buf_init(&sql, l.a);
  buf_printf(&sql, "select count(*) from t_%s t%s where %s", l.r->name, buf_text(&l.joins), buf_text(&l.where));
  struct stmt *s = listing_run(&l, buf_text(&sql));
  if (sql_row(s)) *n = col_int(s, 0);
  sql_end(s);
  return db_ok(db, e);
}
