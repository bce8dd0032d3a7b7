#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "model/build.h"

static const char *const record_keys[] = {
    "record",     "title",      "plural",  "help",    "about", "is_child", "category", "part_of", "label",  "order_by",
    "created_by", "changed_by", "current", "open_if", "list",  "sections", "fields",   "states",  "source", NULL};
static const char *const section_keys[] = {"id",      "title", "help",   "filled_by", "category",
                                           "show_if", "parts", "fields", "retire",    NULL};
static const char *const field_keys[] = {"name",        "type",  "label",    "help",        "example", "source",
                                         "retain",      "scale", "codes",    "ref",         "check",   "pattern",
                                         "min",         "max",   "required", "required_if", "show_if", "category",
                                         "unique_with", "from",  "sort_key", "retire",      NULL};
static const char *const types[] = {"text",  "prose",  "date", "instant", "number", "integer",
                                    "money", "yes_no", "code", "ref",     "file",   NULL};
static const char *const checks[] = {"upn", "nhs", "postcode", "local_id", "urn", "not_future", NULL};
/* Columns that the engine gives every table, and words that SQL would not take as a column. */
static const char *const reserved[] = {
    "id",         "child",   "owner",       "version",  "state",   "voided",  "created_at", "created_by", "changed_at",
    "changed_by", "age",     "school_year", "select",   "from",    "where",   "order",      "group",      "by",
    "table",      "index",   "values",      "user",     "to",      "in",      "is",         "not",        "null",
    "and",        "or",      "true",        "false",    "case",    "when",    "then",       "else",       "end",
    "join",       "on",      "as",          "check",    "default", "primary", "references", "unique",     "limit",
    "offset",     "union",   "having",      "distinct", "all",     "any",     "some",       "both",       "cast",
    "collate",    "column",  "constraint",  "create",   "desc",    "asc",     "do",         "except",     "fetch",
    "for",        "foreign", "grant",       "into",     "only",    "placing", "returning",  "window",     "with",
    NULL};
/* Tables that stand in the same store: a view of a record may not have their names. */
static const char *const taken[] = {"draft",   "snapshot", "snapshot_body", "model_version", "change", "access",
                                    "counter", "ref",      "school",        "job",           "body",   "may",
                                    NULL};

static bool among(const char *s, const char *const *words) {
  for (; *words; words++) {
    if (strcmp(s, *words) == 0) return true;
  }
  return false;
}

static void read_limits(struct build *b, const struct node *n, struct model_field *f) {
  struct reading *r = &b->r;
  bool counts = f->type == FIELD_INTEGER || f->type == FIELD_NUMBER || f->type == FIELD_MONEY ||
                f->type == FIELD_TEXT || f->type == FIELD_PROSE;
  int scale = f->type == FIELD_MONEY ? 2 : f->type == FIELD_NUMBER ? f->scale : 0;
  if (!counts && (node_get(n, "min") || node_get(n, "max"))) {
    read_bad(r, n, "min", "Remove min and max", "Only numbers, money and texts have limits");
    return;
  }
  f->has_min = read_decimal(r, n, "min", scale, &f->min);
  f->has_max = read_decimal(r, n, "max", scale, &f->max);
  if (f->has_min && f->has_max && f->max < f->min) {
    read_bad(r, node_get(n, "max"), "max", "Put the smaller one in min", "max is less than min");
  }
}

static void read_kind(struct build *b, const struct node *n, struct model_field *f) {
  struct reading *r = &b->r;
  int64_t scale = 0;
  if (read_integer(r, n, "scale", &scale) && (scale < 0 || scale > 6)) {
    read_bad(r, node_get(n, "scale"), "scale", "Write 0 to 6", "A number has at most 6 decimal places");
    scale = 0;
  }
  f->scale = (int)scale;
  if (scale && f->type != FIELD_NUMBER)
    read_bad(r, n, "scale", "Remove it, or make the field a number", "Only a number has a scale");
  const char *codes = read_text(r, n, "codes", f->type == FIELD_CODE);
  f->ref = read_text(r, n, "ref", f->type == FIELD_REF);
  if (codes && f->type != FIELD_CODE)
    read_bad(r, n, "codes", "Remove it, or write type: code", "Only a code has a list of codes");
  if (f->ref && f->type != FIELD_REF)
    read_bad(r, n, "ref", "Remove it, or write type: ref", "Only a reference has “ref”");
  if (codes && !(f->codes = model_codes(b->m, codes))) {
    const char **words = arena_alloc(r->a, (b->m->n_codes + 1) * sizeof *words);
    for (size_t i = 0; i < b->m->n_codes; i++) words[i] = b->m->codes[i].name;
    read_bad(r, node_get(n, "codes"), "codes", read_did_you_mean(r, codes, words, "Add it to the codes folder"),
             "There is no code list “%s”", codes);
  }
  int check = read_choice(r, n, "check", checks, false);
  if (check >= 0) f->check = checks[check];
  if (f->check && strcmp(f->check, "not_future") == 0 ? f->type != FIELD_DATE && f->type != FIELD_INSTANT
                                                      : f->check && f->type != FIELD_TEXT) {
    read_bad(r, node_get(n, "check"), "check", "not_future is for dates and instants, the others for texts",
             "The check does not fit the type");
  }
}

static void read_pattern(struct build *b, const struct node *n, struct model_field *f) {
  f->pattern = read_text(&b->r, n, "pattern", false);
  if (!f->pattern) return;
  regex_t re;
  if (f->type != FIELD_TEXT || strlen(f->pattern) > 200 || regcomp(&re, f->pattern, REG_EXTENDED | REG_NOSUB) != 0) {
    read_bad(&b->r, node_get(n, "pattern"), "pattern",
             "Write a POSIX extended expression of at most 200 bytes, on a text field", "The pattern cannot be used");
    f->pattern = NULL;
    return;
  }
  regfree(&re);
}

static void read_field_name(struct build *b, const struct node *n, struct record_build *rb, struct model_field *f) {
  f->name = read_name(&b->r, n, "name", true);
  if (!f->name) {
    f->name = arena_printf(b->r.a, "unnamed_%zu", rb->r->n_fields);
    return;
  }
  if (among(f->name, reserved)) {
    read_bad(&b->r, node_get(n, "name"), "name", "Choose another name", "“%s” is a word of the store's own", f->name);
  }
  for (size_t i = 0; i < rb->r->n_fields; i++) {
    if (strcmp(rb->fields[i].name, f->name) != 0) continue;
    read_bad(&b->r, node_get(n, "name"), "name", "Give each field of a record a name of its own",
             "The field “%s” stands twice", f->name);
  }
}

static void read_field(struct build *b, const struct node *n, struct record_build *rb, int section, bool retired) {
  struct reading *r = &b->r;
  struct model_field f = {.section = section, .index = (int)rb->r->n_fields};
  if (!read_keys(r, n, field_keys, "A field")) return;
  read_field_name(b, n, rb, &f);
  int type = read_choice(r, n, "type", types, true);
  f.type = type < 0 ? FIELD_TEXT : (enum field_type)type;
  f.label = read_text(r, n, "label", true);
  if (!f.label) f.label = f.name;
  f.help = read_text(r, n, "help", false);
  f.example = read_text(r, n, "example", false);
  f.source = read_text(r, n, "source", false);
  f.retain = read_text(r, n, "retain", false);
  f.from = read_text(r, n, "from", false);
  f.required = read_flag(r, n, "required");
  f.sort_key = read_flag(r, n, "sort_key");
  f.retired = read_flag(r, n, "retire") || retired;
  f.unique_with = read_texts(r, n, "unique_with", &f.n_unique_with);
  if (type >= 0) read_kind(b, n, &f);
  read_limits(b, n, &f);
  read_pattern(b, n, &f);
  if (f.sort_key && f.type != FIELD_TEXT) read_bad(r, n, "sort_key", "Remove it", "Only a text has a sort key");
  f.category_index = build_category(b, n, "category");
  rb->fields = arena_grow(r->a, rb->fields, &rb->cap_fields, rb->r->n_fields + 1, sizeof f);
  rb->field_nodes = arena_grow(r->a, rb->field_nodes, &rb->cap_nodes, rb->r->n_fields + 1, sizeof(struct node *));
  rb->field_nodes[rb->r->n_fields] = n;
  rb->fields[rb->r->n_fields++] = f;
}

static void read_section(struct build *b, const struct node *n, struct record_build *rb, int index) {
  struct reading *r = &b->r;
  struct model_section *s = &rb->sections[index];
  s->id = s->title = "";
  rb->section_nodes[index] = n;
  if (!read_keys(r, n, section_keys, "A section")) return;
  const char *id = read_name(r, n, "id", true);
  const char *title = read_text(r, n, "title", true);
  s->id = id ? id : "";
  s->title = title ? title : s->id;
  s->help = read_text(r, n, "help", false);
  s->parts = read_text(r, n, "parts", false);
  s->filled_by = build_roles(b, n, "filled_by", &s->n_filled_by);
  s->category_index = build_category(b, n, "category");
  for (int i = 0; i < index; i++) {
    if (strcmp(rb->sections[i].id, s->id) == 0) {
      read_bad(r, node_get(n, "id"), "id", "Give each section an id of its own", "The section “%s” stands twice",
               s->id);
    }
  }
  const struct node *fields = read_list(r, n, "fields");
  for (size_t i = 0; fields && i < fields->n; i++)
    read_field(b, fields->items[i], rb, index, read_flag(r, n, "retire"));
  if (!s->parts && (!fields || fields->n == 0)) {
    read_bad(r, n, "fields", "Add fields, or “parts:” and a record type", "The section “%s” holds nothing", s->id);
  }
}

static void read_sections(struct build *b, struct record_build *rb) {
  struct reading *r = &b->r;
  const struct node *list = read_list(r, rb->node, "sections"), *fields = read_list(r, rb->node, "fields");
  if (list && fields)
    read_bad(r, fields, "fields", "Move the fields into a section", "A record has sections or fields, not both");
  if (!list && !fields)
    read_bad(r, rb->node, "fields", "Add “fields:” or “sections:”", "The record “%s” has no fields", rb->r->name);
  size_t n = list ? list->n : 1;
  rb->sections = arena_alloc(r->a, (n + 1) * sizeof *rb->sections);
  rb->section_nodes = arena_alloc(r->a, (n + 1) * sizeof(struct node *));
  for (size_t i = 0; list && i < n; i++) read_section(b, list->items[i], rb, (int)i);
  if (!list) {
    rb->sections[0] = (struct model_section){.id = "main",
                                             .title = rb->r->title,
                                             .category_index = -1,
                                             .filled_by = rb->r->changed_by,
                                             .n_filled_by = rb->r->n_changed_by};
    rb->section_nodes[0] = NULL;
    for (size_t i = 0; fields && i < fields->n; i++) read_field(b, fields->items[i], rb, 0, false);
  }
  rb->r->sections = rb->sections;
  rb->r->n_sections = n;
  rb->r->fields = rb->fields;
}

/* A field's category is its own, else its section's, else its record's. */
static void settle_categories(struct build *b, struct record_build *rb) {
  struct model_record *rec = rb->r;
  const struct model_category *all = b->m->categories;
  for (size_t i = 0; i < rec->n_sections; i++) {
    struct model_section *s = &rb->sections[i];
    if (s->category_index < 0) s->category_index = rec->category_index;
    s->category = all[s->category_index].id;
    const struct model_field **of = arena_alloc(b->r.a, (rec->n_fields + 1) * sizeof *of);
    for (size_t f = 0; f < rec->n_fields; f++) {
      if (rb->fields[f].section != (int)i) continue;
      if (rb->fields[f].category_index < 0) rb->fields[f].category_index = s->category_index;
      rb->fields[f].category = all[rb->fields[f].category_index].id;
      of[s->n_fields++] = &rb->fields[f];
    }
    s->fields = of;
  }
}

static void read_record(struct build *b, const char *name, const struct node *n, struct record_build *rb) {
  struct reading *r = &b->r;
  struct model_record *rec = rb->r;
  static const char *const abouts[] = {"child", "none", NULL};
  rb->node = n;
  rec->name = name;
  read_keys(r, n, record_keys, "A record");
  if (!read_name_ok(name) || among(name, taken) || (among(name, reserved) && strcmp(name, "child") != 0)) {
    read_bad(r, n, "record", "Use small letters, digits and _, no word of SQL and no table of the engine's",
             "“%s” is not a name for a record", name);
  }
  rec->title = read_text(r, n, "title", true);
  if (!rec->title) rec->title = name;
  rec->plural = read_text(r, n, "plural", false);
  if (!rec->plural) rec->plural = arena_printf(r->a, "%ss", rec->title);
  rec->help = read_text(r, n, "help", false);
  rec->source = read_text(r, n, "source", false);
  rec->about = read_choice(r, n, "about", abouts, true) == 1 ? ABOUT_NONE : ABOUT_CHILD;
  rec->is_child = read_flag(r, n, "is_child");
  rec->category_index = build_category(b, n, "category");
  if (!node_get(n, "category"))
    read_bad(r, n, "category", "Add “category:” and one of sharing.yaml", "The record “%s” has no category", name);
  if (rec->category_index < 0) rec->category_index = 0;
  rec->part_of = read_text(r, n, "part_of", false);
  rec->label = read_texts(r, n, "label", &rec->n_label);
  rec->order_by = read_text(r, n, "order_by", false);
  rec->created_by = build_roles(b, n, "created_by", &rec->n_created_by);
  rec->changed_by = build_roles(b, n, "changed_by", &rec->n_changed_by);
  read_sections(b, rb);
  if (b->m->n_categories) {
    rec->category = b->m->categories[rec->category_index].id;
    settle_categories(b, rb);
  }
  build_states(b, rb);
}

static int by_name(const void *l, const void *r) {
  return strcmp(((const struct model_record *)l)->name, ((const struct model_record *)r)->name);
}

const char *const *build_record_names(struct build *b) {
  const struct node *all = node_get(b->root, "records");
  const char **names = arena_alloc(b->r.a, (all->n + 1) * sizeof *names);
  for (size_t i = 0; i < all->n; i++) names[i] = all->keys[i];
  return names;
}

void build_records(struct build *b) {
  const struct node *all = node_get(b->root, "records");
  struct model_record *records = arena_alloc(b->r.a, (all->n + 1) * sizeof *records);
  b->records = arena_alloc(b->r.a, (all->n + 1) * sizeof *b->records);
  for (size_t i = 0; i < all->n; i++) records[i].name = all->keys[i];
  qsort(records, all->n, sizeof *records, by_name);
  for (size_t i = 0; i < all->n; i++) {
    b->records[i].r = &records[i];
    records[i].index = (int)i;
    read_record(b, records[i].name, node_get(all, records[i].name), &b->records[i]);
  }
  b->m->records = records;
  b->m->n_records = all->n;
}
