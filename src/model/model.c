#include "model/model.h"

#include <string.h>

#include "base/text.h"

/* records, codes: sorted by name. */
const struct model_record *model_record(const struct model *m, const char *name) {
  size_t lo = 0, hi = m->n_records;
  while (lo < hi) {
    size_t mid = (lo + hi) / 2;
    int order = strcmp(name, m->records[mid].name);
    if (order == 0) return &m->records[mid];
    if (order < 0) hi = mid;
    if (order > 0) lo = mid + 1;
  }
  return NULL;
}

const struct model_field *model_field(const struct model_record *r, const char *name) {
  for (size_t i = 0; i < r->n_fields; i++) {
    if (strcmp(r->fields[i].name, name) == 0) return &r->fields[i];
  }
  return NULL;
}

const struct model_section *model_section(const struct model_record *r, const char *id) {
  for (size_t i = 0; i < r->n_sections; i++) {
    if (strcmp(r->sections[i].id, id) == 0) return &r->sections[i];
  }
  return NULL;
}

const struct model_state *model_state(const struct model_record *r, const char *id) {
  for (size_t i = 0; id && i < r->n_states; i++) {
    if (strcmp(r->states[i].id, id) == 0) return &r->states[i];
  }
  return NULL;
}

const struct model_codes *model_codes(const struct model *m, const char *name) {
  for (size_t i = 0; i < m->n_codes; i++) {
    if (strcmp(m->codes[i].name, name) == 0) return &m->codes[i];
  }
  return NULL;
}

const struct model_code *model_code(const struct model_codes *c, const char *code) {
  for (size_t i = 0; code && i < c->n; i++) {
    if (strcmp(c->codes[i].code, code) == 0) return &c->codes[i];
  }
  return NULL;
}

bool model_code_valid(const struct model_code *c, date_t on) {
  if (on == DATE_NONE) return true;
  return (c->from == DATE_NONE || c->from <= on) && (c->to == DATE_NONE || on <= c->to);
}

const struct model_role *model_role(const struct model *m, const char *id) {
  for (size_t i = 0; i < m->n_roles; i++) {
    if (strcmp(m->roles[i].id, id) == 0) return &m->roles[i];
  }
  return NULL;
}

const struct model_category *model_category(const struct model *m, const char *id) {
  for (size_t i = 0; i < m->n_categories; i++) {
    if (strcmp(m->categories[i].id, id) == 0) return &m->categories[i];
  }
  return NULL;
}

enum value_type model_field_value(const struct model_field *f) {
  switch (f->type) {
  case FIELD_TEXT:
  case FIELD_PROSE:
  case FIELD_DATE:
  case FIELD_CODE:
  case FIELD_FILE:
    return VALUE_TEXT;
  case FIELD_REF:
    return f->ref && strcmp(f->ref, "school") == 0 ? VALUE_TEXT : VALUE_INT;
  case FIELD_INSTANT:
  case FIELD_NUMBER:
  case FIELD_INTEGER:
  case FIELD_MONEY:
  case FIELD_YES_NO:
    return VALUE_INT;
  }
  return VALUE_TEXT;
}
