/* model: what is recorded, by whom, in which states, by when, and who may see it: YAML read, checked and turned to const tables.
 *
 * Directory layout (shipped in model/, overlaid by --model DIR): records/<name>.yaml, codes/<name>.yaml (or .csv with
 * code,label,from,to,source), duties/<area>.yaml, roles.yaml, sharing.yaml. Overlay: maps merge by key, lists by `id` or `name`, scalars
 * replace, `retire: true` removes from forms, `after:` places; new names begin local_. An overlay cannot widen S4 to S8 nor drop a
 * statutory duty. Every mistake names file, line and remedy (error items with file, row = line). Model version = BLAKE2b-128 (hex) of
 * the canonical JSON of the merged model. Knows no database; table and view shapes are described by model_tables. */
#ifndef KITH_MODEL_MODEL_H
#define KITH_MODEL_MODEL_H
#include "base/date.h"
#include "base/value.h"
struct arena;
struct buf;
struct error;
struct cond;

enum field_type {
  FIELD_TEXT,
  FIELD_PROSE,
  FIELD_DATE,
  FIELD_INSTANT,
  FIELD_NUMBER,
  FIELD_INTEGER,
  FIELD_MONEY,
  FIELD_YES_NO,
  FIELD_CODE,
  FIELD_REF,
  FIELD_FILE
};

struct model_code {
  const char *code, *label, *hint;
  date_t from, to; /* both included, DATE_NONE open */
  const char *source;
  bool retired;
  const char *class_;
};
struct model_codes {
  const char *name, *title, *source;
  const char *confidence;
  const struct model_code *codes;
  size_t n;
};

struct model_field {
  const char *name; /* ^[a-z][a-z0-9_]{0,47}$, a column; never reused or retyped */
  const char *label, *help, *example, *source, *retain;
  enum field_type type;
  int scale;                       /* number: decimal places (value is scaled integer) */
  const struct model_codes *codes; /* code */
  const char *ref;                 /* ref: record type it points to; "school" is ref.school by URN (held as TEXT) */
  bool required, retired,
      sort_key; /* sort_key: engine stores <name>_key (text_sort_key), <name>_fold and <name>_sounds beside it */
  bool has_min, has_max;
  int64_t min, max;    /* integer, number (scaled), money (pence), text length */
  const char *pattern; /* POSIX extended, whole value */
  const char *check;   /* built-in check: upn, nhs, postcode, local_id, urn, not_future */
  const struct cond *show_if, *required_if;
  const char *category; /* own, else section's, else record's */
  int category_index;
  const char *const *unique_with;
  size_t n_unique_with; /* unique over current, unvoided rows together with these fields (own fields,
                                                           "child" or "owner"); NULL: need not be; not NULL and n 0: unique by itself */
  const char *from;     /* this field replaces that one (new type) */
  int section;          /* index into record->sections */
  int index;            /* position in record->fields */
};
struct model_section {
  const char *id, *title, *help;
  const char *const *filled_by;
  size_t n_filled_by; /* role ids */
  const char *category;
  int category_index;
  const struct cond *show_if;
  const char *parts; /* record type owned by this section, or NULL */
  const struct model_field *const *fields;
  size_t n_fields;
};
struct model_transition {
  const char *to;
  const char *label;
  const char *const *roles;
  size_t n_roles;
  bool reason; /* must say why */
};
struct model_state {
  const char *id, *title;
  const char *tag; /* colour class of the tag */
  bool snapshot, final;
  const struct model_transition *next;
  size_t n_next;
};
enum model_about { ABOUT_CHILD, ABOUT_NONE }; /* ABOUT_NONE: register (organisation, team, person ...) */
struct model_record {
  const char *name, *title, *plural, *help;
  enum model_about about; /* child: column `child` */
  bool is_child;          /* the child record itself: its id is the child */
  const char *category;
  int category_index;
  const char *part_of; /* owning record type or NULL: column `owner` */
  const char *const *label;
  size_t n_label;       /* fields that name a row, in order */
  const char *order_by; /* default list order: "from_on desc" of own fields */
  const char *const *created_by;
  size_t n_created_by; /* role ids */
  const char *const *changed_by;
  size_t n_changed_by;                   /* when it has no sections of its own: who may edit */
  const char *current_from, *current_to; /* date fields between which a row is current, or NULL */
  const struct model_section *sections;
  size_t n_sections; /* at least one; a record without sections gets one with id "main" */
  const struct model_field *fields;
  size_t n_fields; /* all, flat */
  const struct model_state *states;
  size_t n_states; /* first is initial; 0: stateless */
  const struct cond *
      open_if; /* ABOUT_NONE: rows that readers of the register may see; others only through a child's row that refers to them */
  const char *list_fields; /* names, comma-separated, shown as columns of lists; NULL: first six */
  const char *source;
  int index;
};
/* roles.yaml `facts`: SQL over the record views by which the model supplies the guard's fact tables (guard/guard.h names shape and columns). */
struct model_fact {
  const char *name, *select;
  const char *file;
  int line;
};
enum duty_unit { UNIT_DAY, UNIT_WORKING_DAY, UNIT_SCHOOL_DAY, UNIT_WEEK, UNIT_MONTH };
struct model_duty {
  const char *id, *title, *owner; /* role id */
  const char *starts, *met; /* SQL over views; columns (child, start_on[, id][, end_on]) and (child, met_on[, id]) */
  const char *
      start_label; /* "Became looked after": label of the field that `starts` calls start_on; "Start" when there is none */
  int category_index; /* who may see that it is due: category of the record that meets it */
  int within;
  enum duty_unit unit;
  bool before;    /* due `within` units after start */
  int early_days; /* what was done so many days before the start meets it too: a plan made for a planned start */
  const char *source, *confidence;
  date_t from, to;
  const char *status;
  bool statutory;
  int warn_days; /* due soon: this many days before */
  const char *const *reads;
  size_t n_reads; /* views read, found by the check */
  const char *file;
  int line;
};
/* A category of information; sensitivity S0..S8 of roles.md. bit = 1 << index. */
struct model_category {
  const char *id, *title;
  int sensitivity;
  int index;
};
struct model_grant {
  const char *relation;
  uint64_t read, write;
  bool find;
};
struct model_role {
  const char *id, *title;
  const char *kind; /* authority, school, carer, child, parent, partner, system: agreement narrows school and carer */
  const struct model_grant *grants;
  size_t n_grants;
  const char *const *excludes;
  size_t n_excludes; /* roles that one person may not hold for the same child */
  uint64_t floor;    /* categories that no agreement narrows for this role */
  bool register_read, register_write, administer, aggregate_only;
  const char *source;
  int index;
};
struct model {
  const char *version; /* 32 hex digits */
  const char *canonical;
  size_t n_canonical; /* canonical JSON of the merged model, kept in each store */
  const struct model_record *records;
  size_t n_records;
  const struct model_codes *codes;
  size_t n_codes;
  const struct model_duty *duties;
  size_t n_duties;
  const struct model_category *categories;
  size_t n_categories; /* at most 64 */
  const struct model_role *roles;
  size_t n_roles;
  const struct model_fact *facts;
  size_t n_facts;
};

/* Loads shipped dir and overlay (NULL: none). The model lives in a. */
bool model_load(struct arena *a, const char *shipped, const char *overlay, const struct model **out, struct error *e);
/* From the canonical JSON kept in a store (earlier versions, to show old entries under theirs). */
bool model_from_canonical(struct arena *a, const char *bytes, size_t n, const struct model **out, struct error *e);
const struct model_record *model_record(const struct model *m, const char *name);
const struct model_field *model_field(const struct model_record *r, const char *name);
const struct model_section *model_section(const struct model_record *r, const char *id);
const struct model_state *model_state(const struct model_record *r, const char *id);
const struct model_codes *model_codes(const struct model *m, const char *name);
const struct model_code *model_code(const struct model_codes *c, const char *code);
bool model_code_valid(const struct model_code *c, date_t on); /* DATE_NONE on: any time */
const struct model_role *model_role(const struct model *m, const char *id);
const struct model_category *model_category(const struct model *m, const char *id);
/* How the value of a field is held: VALUE_INT or VALUE_TEXT (dates, codes, texts, references to ref.school, hashes of files). */
enum value_type model_field_value(const struct model_field *f);
bool model_field_check(const struct model_field *f, const char *given, date_t today, struct arena *a, struct value *out,
                       const char **expected);
/* text of a form, API or CSV to a value; false: *expected says what would be right, for a person. Empty gives VALUE_NULL. */
const char *model_field_show(const struct model_field *f, struct value v,
                             struct arena *a); /* for reading: labels of codes, "12 December 2025", £ */
const char *model_field_text(const struct model_field *f, struct value v,
                             struct arena *a); /* for editing, API and CSV: round-trips through check */
bool model_docs(const struct model *m, const char *format, struct buf *out,
                struct error *e); /* data dictionary: "markdown" or "csv" */
/* Human difference between two models, one line each ("+ pep.local_reading_age integer"); false when old == new. */
bool model_diff(const struct model *old, const struct model *new_, struct buf *out);
#endif
