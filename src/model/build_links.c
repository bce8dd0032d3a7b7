#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "model/build.h"
#include "model/cond.h"

struct scope {
  struct build *b;
  const struct model_record *record; /* whose fields a condition names */
  const struct node *at;
  const char *key;
  const char *self;    /* the field that the condition belongs to, or NULL */
  const char *unknown; /* set when a name did not resolve */
  enum cond_kind unknown_kind;
};

static const struct model_record *child_record(const struct build *b) {
  for (size_t i = 0; i < b->m->n_records; i++) {
    if (b->m->records[i].is_child) return &b->m->records[i];
  }
  return NULL;
}

static const struct model_field *named(const struct scope *s, enum cond_kind k, const char *name) {
  const struct model_record *rec = k == COND_CHILD ? child_record(s->b) : s->record;
  return rec ? model_field(rec, name) : NULL;
}

static bool resolves(const struct scope *s, enum cond_kind k, const char *name, enum value_type *type) {
  if (k == COND_CHILD && s->record->about == ABOUT_NONE) return false;
  if (k == COND_CHILD && (strcmp(name, "age") == 0 || strcmp(name, "school_year") == 0)) {
    *type = VALUE_INT;
    return true;
  }
  if (k == COND_FIELD && strcmp(name, "state") == 0 && s->record->n_states) {
    *type = VALUE_TEXT;
    return true;
  }
  const struct model_field *f = named(s, k, name);
  if (!f || f->type == FIELD_FILE || (s->self && k == COND_FIELD && strcmp(name, s->self) == 0)) return false;
  *type = model_field_value(f);
  return true;
}

static bool resolve(void *arg, enum cond_kind k, const char *name, enum value_type *type) {
  struct scope *s = arg;
  if (resolves(s, k, name, type)) return true;
  s->unknown = name;
  s->unknown_kind = k;
  return false;
}

static const char *const *field_words(struct build *b, const struct model_record *rec) {
  const char **words = arena_alloc(b->r.a, (rec->n_fields + 2) * sizeof *words);
  for (size_t i = 0; i < rec->n_fields; i++) words[i] = rec->fields[i].name;
  if (rec->n_states) words[rec->n_fields] = "state";
  return words;
}

static const char *cond_remedy(const struct scope *s) {
  const struct model_record *child = child_record(s->b);
  if (s->unknown && s->self && strcmp(s->unknown, s->self) == 0) return "A field cannot depend on itself; name another";
  const char *general =
      s->record->about == ABOUT_NONE
          ? "Compare fields of this record"
          : "Compare fields of this record, its state, child.age, child.school_year or child. and a field of the child";
  if (!s->unknown || (s->unknown_kind == COND_CHILD && !child)) return general;
  return read_did_you_mean(&s->b->r, s->unknown, field_words(s->b, s->unknown_kind == COND_CHILD ? child : s->record),
                           general);
}

static void check_literal(void *arg, enum cond_kind k, const char *name, struct value v) {
  const struct scope *s = arg;
  const struct model_field *f = named(s, k, name);
  struct reading *r = &s->b->r;
  if (v.type != VALUE_TEXT) return;
  if (!f) {
    if (strcmp(name, "state") == 0 && !model_state(s->record, v.s)) {
      read_bad(r, s->at, s->key, "Name a state of this record", "There is no state “%s”", v.s);
    }
  } else if (f->type == FIELD_DATE && date_parse_iso(v.s) == DATE_NONE) {
    read_bad(r, s->at, s->key, "Write a date as '2018-02-26'", "“%s” is compared with “%s”, which is no date", name,
             v.s);
  } else if (f->type == FIELD_CODE && f->codes && !model_code(f->codes, v.s)) {
    read_bad(r, s->at, s->key, arena_printf(r->a, "Use a code of “%s”", f->codes->name), "“%s” has no code “%s”", name,
             v.s);
  }
}

static const struct cond *read_cond(struct build *b, const struct model_record *rec, const struct node *map,
                                    const char *key, const char *self) {
  const char *text = read_text(&b->r, map, key, false);
  if (!text) return NULL;
  struct scope s = {b, rec, node_get(map, key), key, self, NULL, COND_FIELD};
  const struct cond *c = NULL;
  struct error e;
  error_init(&e, b->r.a);
  if (!cond_parse(b->r.a, text, resolve, &s, &c, &e)) {
    read_bad(&b->r, s.at, key, cond_remedy(&s), "%s", e.message);
    return NULL;
  }
  cond_literals(c, check_literal, &s);
  return c;
}

/* A comma- or list-given set of own fields. */
static bool known_field(struct build *b, const struct model_record *rec, const struct node *at, const char *key,
                        const char *name) {
  if (model_field(rec, name)) return true;
  return read_bad(&b->r, at, key, read_did_you_mean(&b->r, name, field_words(b, rec), "Name a field of this record"),
                  "“%s” has no field “%s”", rec->name, name);
}

static const struct model_record *known_record(struct build *b, const struct node *at, const char *key,
                                               const char *name) {
  const struct model_record *rec = model_record(b->m, name);
  if (rec) return rec;
  read_bad(&b->r, at, key, read_did_you_mean(&b->r, name, build_record_names(b), "Name a record type"),
           "There is no record “%s”", name);
  return NULL;
}

static void link_field(struct build *b, struct record_build *rb, size_t i) {
  struct model_field *f = &rb->fields[i];
  const struct node *n = rb->field_nodes[i];
  struct reading *r = &b->r;
  f->show_if = read_cond(b, rb->r, n, "show_if", f->name);
  f->required_if = read_cond(b, rb->r, n, "required_if", f->name);
  if (f->required && f->required_if)
    read_bad(r, n, "required_if", "Keep one", "A field is required always or under a condition, not both");
  if (f->ref && strcmp(f->ref, "school") != 0) known_record(b, node_get(n, "ref"), "ref", f->ref);
  for (size_t u = 0; u < f->n_unique_with; u++) {
    if (strcmp(f->unique_with[u], "child") == 0 || strcmp(f->unique_with[u], "owner") == 0) continue;
    known_field(b, rb->r, node_get(n, "unique_with"), "unique_with", f->unique_with[u]);
  }
  if (f->from && known_field(b, rb->r, node_get(n, "from"), "from", f->from) && strcmp(f->from, f->name) == 0) {
    read_bad(r, node_get(n, "from"), "from", "Name the field that it replaces", "A field cannot replace itself");
  }
}

static void link_section(struct build *b, struct record_build *rb, size_t i) {
  struct model_section *s = &rb->sections[i];
  const struct node *n = rb->section_nodes[i];
  if (!n) return;
  s->show_if = read_cond(b, rb->r, n, "show_if", NULL);
  if (s->n_fields && s->n_filled_by == 0) {
    read_bad(&b->r, n, "filled_by", "Add “filled_by:” and the roles that write it", "Nobody may fill the section “%s”",
             s->id);
  }
  if (!s->parts) return;
  const struct model_record *part = known_record(b, node_get(n, "parts"), "parts", s->parts);
  if (part && (!part->part_of || strcmp(part->part_of, rb->r->name) != 0)) {
    read_bad(&b->r, node_get(n, "parts"), "parts",
             arena_printf(b->r.a, "Add “part_of: %s” to “%s”", rb->r->name, s->parts), "“%s” is not a part of “%s”",
             s->parts, rb->r->name);
  }
}

static void link_order(struct build *b, struct model_record *rec, const struct node *n) {
  const struct node *at = node_get(n, "order_by");
  char *rest = arena_strdup(b->r.a, rec->order_by), *save = NULL;
  for (char *part = rest ? strtok_r(rest, ",", &save) : NULL; part; part = strtok_r(NULL, ",", &save)) {
    char *inner = NULL, *name = strtok_r(part, " ", &inner), *way = strtok_r(NULL, " ", &inner);
    if (!name) {
      read_bad(&b->r, at, "order_by", "Write “from_on desc, name”", "A field name is missing");
      continue;
    }
    known_field(b, rec, at, "order_by", name);
    if ((way && strcmp(way, "desc") != 0 && strcmp(way, "asc") != 0) || strtok_r(NULL, " ", &inner)) {
      read_bad(&b->r, at, "order_by", "Write “from_on desc, name”", "After a field name comes desc, asc or a comma");
    }
  }
}

static void link_current(struct build *b, struct model_record *rec, const struct node *n) {
  size_t count;
  const char *const *names = read_texts(&b->r, n, "current", &count);
  if (!names) return;
  const struct node *at = node_get(n, "current");
  if (count != 2) {
    read_bad(&b->r, at, "current", "Write [from_on, to_on]", "“current” names two dates");
    return;
  }
  for (size_t i = 0; i < 2; i++) {
    const struct model_field *f = known_field(b, rec, at, "current", names[i]) ? model_field(rec, names[i]) : NULL;
    if (f && f->type != FIELD_DATE && f->type != FIELD_INSTANT) {
      read_bad(&b->r, at, "current", "Name two fields of type date", "“%s” is not a date", names[i]);
    }
  }
  rec->current_from = names[0];
  rec->current_to = names[1];
}

static void link_record(struct build *b, struct record_build *rb) {
  struct model_record *rec = rb->r;
  const struct node *n = rb->node;
  struct buf list;
  size_t count;
  if (rec->part_of) {
    const struct model_record *owner = known_record(b, node_get(n, "part_of"), "part_of", rec->part_of);
    if (owner && (owner->about != rec->about || owner == rec)) {
      read_bad(&b->r, node_get(n, "part_of"), "part_of", "Write the same “about” in both",
               "A part is about what its owner is about");
    }
  }
  for (size_t i = 0; i < rec->n_label; i++) known_field(b, rec, node_get(n, "label"), "label", rec->label[i]);
  if (!rec->n_label && rec->n_fields) {
    rec->label = arena_copy(b->r.a, &rec->fields[0].name, sizeof(char *));
    rec->n_label = 1;
  }
  if (rec->order_by) link_order(b, rec, n);
  link_current(b, rec, n);
  const char *const *names = read_texts(&b->r, n, "list", &count);
  buf_init(&list, b->r.a);
  for (size_t i = 0; i < count; i++) {
    known_field(b, rec, node_get(n, "list"), "list", names[i]);
    buf_printf(&list, "%s%s", i ? "," : "", names[i]);
  }
  if (count) rec->list_fields = buf_text(&list);
  rec->open_if = read_cond(b, rec, n, "open_if", NULL);
  if (rec->open_if && rec->about == ABOUT_CHILD) {
    read_bad(&b->r, node_get(n, "open_if"), "open_if", "Remove it; categories and relations decide",
             "Only a register has “open_if”");
  }
  for (size_t i = 0; i < rec->n_sections; i++) link_section(b, rb, i);
  for (size_t i = 0; i < rec->n_fields; i++) link_field(b, rb, i);
}

void build_links(struct build *b) {
  size_t children = 0;
  for (size_t i = 0; i < b->m->n_records; i++) {
    const struct model_record *rec = &b->m->records[i];
    children += rec->is_child;
    if (rec->is_child && rec->about != ABOUT_CHILD) {
      read_bad(&b->r, b->records[i].node, "about", "Write “about: child”", "The child record is about the child");
    }
  }
  if (children != 1) {
    read_bad(&b->r, node_get(b->root, "records"), "is_child",
             "Write “is_child: true” in the record “child”, and only there",
             "The model must have one record that is the child");
  }
  for (size_t i = 0; i < b->m->n_records; i++) link_record(b, &b->records[i]);
}
