/* docs: the data dictionary, from the model, for people (markdown) and for tables (csv: one row a field). */
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/error.h"
#include "model/cond.h"
#include "model/model.h"

static const char *const types[] = {"text",  "prose",  "date", "instant", "number", "integer",
                                    "money", "yes_no", "code", "ref",     "file"};
static const char *const units[] = {"days", "working days", "school days", "weeks", "months"};

static const char *joined(struct arena *a, const char *const *words, size_t n) {
  struct buf b;
  buf_init(&b, a);
  for (size_t i = 0; i < n; i++) buf_printf(&b, "%s%s", i ? ", " : "", words[i]);
  return buf_text(&b);
}

static const char *type_of(const struct model_field *f, struct arena *a) {
  if (f->codes) return arena_printf(a, "code: %s", f->codes->name);
  if (f->ref) return arena_printf(a, "ref: %s", f->ref);
  if (f->type == FIELD_NUMBER) return arena_printf(a, "number, %d places", f->scale);
  return types[f->type];
}

static const char *rules_of(const struct model_field *f, struct arena *a) {
  struct buf b;
  buf_init(&b, a);
  if (f->required) buf_str(&b, "required; ");
  if (f->required_if) buf_printf(&b, "required if %s; ", cond_text(f->required_if, a));
  if (f->show_if) buf_printf(&b, "shown if %s; ", cond_text(f->show_if, a));
  if (f->check) buf_printf(&b, "check %s; ", f->check);
  if (f->pattern) buf_printf(&b, "pattern %s; ", f->pattern);
  if (f->unique_with) {
    buf_str(&b, f->n_unique_with ? "unique with " : "unique");
    buf_printf(&b, "%s; ", joined(a, f->unique_with, f->n_unique_with));
  }
  if (f->from) buf_printf(&b, "replaces %s; ", f->from);
  if (f->retired) buf_str(&b, "retired; ");
  if (b.len >= 2) b.len -= 2;
  return buf_text(&b);
}

/* Cells of a markdown table hold no bar and no line end. */
static void cell(struct buf *out, const char *s) {
  buf_str(out, " ");
  for (; s && *s; s++) {
    if (*s == '|') buf_char(out, '\\');
    buf_char(out, *s == '\n' ? ' ' : *s);
  }
  buf_str(out, " |");
}

static void row(struct buf *out, const char *const *cells, size_t n) {
  buf_char(out, '|');
  for (size_t i = 0; i < n; i++) cell(out, cells[i]);
  buf_char(out, '\n');
}

static void head(struct buf *out, const char *const *cells, size_t n) {
  row(out, cells, n);
  buf_char(out, '|');
  for (size_t i = 0; i < n; i++) buf_str(out, " --- |");
  buf_char(out, '\n');
}

static void record_states(const struct model_record *r, struct buf *out) {
  static const char *const columns[] = {"State", "Title", "Goes on to"};
  if (!r->n_states) return;
  buf_char(out, '\n');
  head(out, columns, 3);
  for (size_t i = 0; i < r->n_states; i++) {
    const struct model_state *s = &r->states[i];
    struct buf next;
    buf_init(&next, out->arena);
    for (size_t k = 0; k < s->n_next; k++) {
      buf_printf(&next, "%s%s (%s)", k ? "; " : "", s->next[k].to,
                 joined(out->arena, s->next[k].roles, s->next[k].n_roles));
    }
    row(out, (const char *[]){s->id, s->title, buf_text(&next)}, 3);
  }
}

static void record_markdown(const struct model_record *r, struct buf *out) {
  static const char *const columns[] = {"Field", "Label", "Type", "Category", "Rules", "Source"};
  struct arena *a = out->arena;
  buf_printf(out, "\n### %s: %s\n\n", r->name, r->title);
  if (r->help) buf_printf(out, "%s\n\n", r->help);
  buf_printf(out, "About %s. Category %s.", r->about == ABOUT_CHILD ? "a child" : "no child (register)", r->category);
  if (r->part_of) buf_printf(out, " Part of %s.", r->part_of);
  if (r->n_created_by) buf_printf(out, " Created by %s.", joined(a, r->created_by, r->n_created_by));
  if (r->open_if) buf_printf(out, " Open to readers of the register if %s.", cond_text(r->open_if, a));
  if (r->source) buf_printf(out, " Source: %s.", r->source);
  buf_char(out, '\n');
  for (size_t i = 0; i < r->n_sections; i++) {
    const struct model_section *s = &r->sections[i];
    buf_printf(out, "\n#### %s\n\nFilled by %s.", s->title,
               s->n_filled_by ? joined(a, s->filled_by, s->n_filled_by) : "imports only");
    if (s->parts) buf_printf(out, " Holds rows of %s.", s->parts);
    buf_str(out, "\n\n");
    if (!s->n_fields) continue;
    head(out, columns, 6);
    for (size_t f = 0; f < s->n_fields; f++) {
      const struct model_field *x = s->fields[f];
      row(out, (const char *[]){x->name, x->label, type_of(x, a), x->category, rules_of(x, a), x->source}, 6);
    }
  }
  record_states(r, out);
}

static void codes_markdown(const struct model_codes *c, struct buf *out) {
  static const char *const columns[] = {"Code", "Meaning", "From", "To", "Class", "Remark"};
  char from[DATE_TEXT], to[DATE_TEXT];
  buf_printf(out, "\n### %s: %s\n\nSource: %s. Confidence: %s.\n\n", c->name, c->title, c->source, c->confidence);
  head(out, columns, 6);
  for (size_t i = 0; i < c->n; i++) {
    const struct model_code *x = &c->codes[i];
    const char *remark = x->retired ? "retired" : x->hint;
    row(out, (const char *[]){x->code, x->label, date_format(x->from, from), date_format(x->to, to), x->class_, remark},
        6);
  }
}

static void duty_markdown(const struct model_duty *d, struct buf *out) {
  char from[DATE_TEXT], to[DATE_TEXT];
  buf_printf(out, "\n### %s: %s\n\nOwed by %s: %s %d %s of the start. ", d->id, d->title, d->owner,
             d->before ? "at least" : "within", d->within, units[d->unit]);
  buf_printf(out, "%s. In force from %s", d->statutory ? "Statutory" : "Local", date_format(d->from, from));
  if (d->to != DATE_NONE) buf_printf(out, " to %s", date_format(d->to, to));
  buf_printf(out, ". Source: %s. Confidence: %s.", d->source, d->confidence);
  if (d->status) buf_printf(out, " %s.", d->status);
  buf_printf(out, "\n\n    starts: %s\n    met:    %s\n", d->starts, d->met);
}

static void markdown(const struct model *m, struct buf *out) {
  buf_printf(
      out,
      "# Data dictionary\n\nModel %s: %zu record types, %zu code lists, %zu duties, %zu roles.\n\n## Record types\n",
      m->version, m->n_records, m->n_codes, m->n_duties, m->n_roles);
  for (size_t i = 0; i < m->n_records; i++) record_markdown(&m->records[i], out);
  buf_str(out, "\n## Code lists\n");
  for (size_t i = 0; i < m->n_codes; i++) codes_markdown(&m->codes[i], out);
  buf_str(out, "\n## Duties\n");
  for (size_t i = 0; i < m->n_duties; i++) duty_markdown(&m->duties[i], out);
}

static void csv(const struct model *m, struct buf *out) {
  static const char *const columns[] = {"record",   "section", "field",  "label", "type",
                                        "category", "rules",   "source", "help"};
  csv_write(out, columns, 9, true);
  for (size_t i = 0; i < m->n_records; i++) {
    const struct model_record *r = &m->records[i];
    for (size_t f = 0; f < r->n_fields; f++) {
      const struct model_field *x = &r->fields[f];
      const char *cells[] = {r->name,
                             r->sections[x->section].id,
                             x->name,
                             x->label,
                             type_of(x, out->arena),
                             x->category,
                             rules_of(x, out->arena),
                             x->source ? x->source : "",
                             x->help ? x->help : ""};
      csv_write(out, cells, 9, true);
    }
  }
}

bool model_docs(const struct model *m, const char *format, struct buf *out, struct error *e) {
  if (strcmp(format, "markdown") == 0) {
    markdown(m, out);
  } else if (strcmp(format, "csv") == 0) {
    csv(m, out);
  } else {
    return error_set(e, ERR_INPUT, "There is no format “%s”; use markdown or csv", format);
  }
  return true;
}
