#include "check/ssda903/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/json.h"

static void flags_json(struct json_writer *w, const struct ssda903_result *r, struct arena *a) {
  json_key(w, "flags"), json_object(w);
  for (size_t i = 0; i < r->n;) {
    const struct ssda903_flag *f = &r->flags[i];
    json_key(w, arena_printf(a, "%s%s", tables[f->table].name, f->last ? "_last" : ""));
    json_array(w);
    for (; i < r->n && r->flags[i].table == f->table && r->flags[i].last == f->last; i++)
      json_put_int(w, r->flags[i].row);
    json_end_array(w);
  }
  json_end_object(w);
}

void report_json(const struct ssda903 *s, struct buf *out) {
  const struct ssda903_result *results;
  const struct ssda903_note *notes;
  struct json_writer w;
  size_t n = ssda903_results(s, &results), n_notes = ssda903_notes(s, &notes);
  json_begin(&w, out);
  json_object(&w);
  json_key(&w, "children"), json_put_int(&w, (int64_t)ssda903_children(s));
  json_key(&w, "notes"), json_array(&w);
  for (size_t i = 0; i < n_notes; i++) {
    json_object(&w);
    json_key(&w, "file"), json_put_text(&w, notes[i].file);
    json_key(&w, "row"), json_put_int(&w, notes[i].row);
    json_key(&w, "text"), json_put_text(&w, notes[i].text);
    json_end_object(&w);
  }
  json_end_array(&w);
  json_key(&w, "rules"), json_object(&w);
  for (size_t i = 0; i < n; i++) {
    json_key(&w, results[i].rule->code), json_object(&w);
    flags_json(&w, &results[i], out->arena);
    json_key(&w, "state"), json_put_text(&w, results[i].ran ? "ran" : "not_run");
    if (!results[i].ran) json_key(&w, "why"), json_put_text(&w, results[i].why);
    json_end_object(&w);
  }
  json_end_object(&w);
  json_end_object(&w);
}

static const char *severity_name(const struct rule *r) {
  return r->severity == SEVERITY_ERROR ? "error" : "query";
}

/* "DECOM 03/01/2027, REC X1" for the rule's fields that this table has. */
static const char *cells_of(const struct ssda903 *s, struct arena *a, const struct rule *r,
                            const struct ssda903_flag *f) {
  struct buf b;
  buf_init(&b, a);
  for (const char *p = r->fields; p && *p;) {
    size_t n = strcspn(p, ",");
    int column = table_column(f->table, arena_strndup(a, p, n));
    const char *text = column >= 0 ? ssda903_cell(s, f->table, f->last, f->row, column) : NULL;
    if (column >= 0) buf_printf(&b, "%s%.*s %s", b.len ? ", " : "", (int)n, p, text ? text : "(blank)");
    p += n + (p[n] == ',');
  }
  return buf_text(&b);
}

void report_csv(const struct ssda903 *s, struct arena *a, struct buf *out) {
  const struct ssda903_result *results;
  size_t n = ssda903_results(s, &results);
  static const char *const head[] = {"rule", "state", "severity", "table", "row", "child", "cells", "message"};
  csv_write(out, head, 8, true);
  for (size_t i = 0; i < n; i++) {
    const struct ssda903_result *r = &results[i];
    if (!r->ran)
      csv_write(out, (const char *const[]){r->rule->code, "not run", severity_name(r->rule), "", "", "", "", r->why}, 8,
                true);
    for (size_t k = 0; k < r->n; k++) {
      const struct ssda903_flag *f = &r->flags[k];
      const char *child = ssda903_cell(s, f->table, f->last, f->row, CHILD);
      csv_write(out,
                (const char *const[]){r->rule->code, "ran", severity_name(r->rule),
                                      arena_printf(a, "%s%s", tables[f->table].name, f->last ? " (last year)" : ""),
                                      arena_printf(a, "%" PRIu32, f->row + 2), child ? child : "",
                                      cells_of(s, a, r->rule, f), r->rule->message},
                8, true);
    }
  }
}

static int child_order(const void *pa, const void *pb, void *arg) {
  const struct ssda903_flag *a = pa, *b = pb;
  const struct ssda903 *s = arg;
  const char *x = ssda903_cell(s, a->table, a->last, a->row, CHILD),
             *y = ssda903_cell(s, b->table, b->last, b->row, CHILD);
  int c = strcmp(x ? x : "", y ? y : "");
  if (c) return c;
  if (a->table != b->table) return a->table < b->table ? -1 : 1;
  if (a->last != b->last) return a->last ? 1 : -1;
  return a->row < b->row ? -1 : a->row > b->row;
}

static const struct ssda903_flag *by_child(const struct ssda903 *s, struct arena *a, const struct ssda903_result *r) {
  struct ssda903_flag *out = arena_copy(a, r->flags, r->n * sizeof *out);
  qsort_r(out, r->n, sizeof *out, child_order, (void *)(uintptr_t)s);
  return out;
}

void report_text(const struct ssda903 *s, struct arena *a, struct buf *out) {
  const struct ssda903_result *results;
  const struct ssda903_note *notes;
  size_t n = ssda903_results(s, &results), n_notes = ssda903_notes(s, &notes), ran = 0, with = 0, flags = 0;
  for (size_t i = 0; i < n_notes; i++)
    buf_printf(out, "note: %s%s%s\n", notes[i].file ? notes[i].file : "", notes[i].file ? ": " : "", notes[i].text);
  for (size_t i = 0; i < n; i++) {
    const struct ssda903_result *r = &results[i];
    ran += r->ran, with += r->n > 0, flags += r->n;
    if (!r->n) continue;
    buf_printf(out, "\n%s (%s, %zu): %s\n", r->rule->code, severity_name(r->rule), r->n, r->rule->message);
    const struct ssda903_flag *flagged = by_child(s, a, r);
    for (size_t k = 0; k < r->n; k++) {
      const struct ssda903_flag *f = &flagged[k];
      const char *child = ssda903_cell(s, f->table, f->last, f->row, CHILD);
      buf_printf(out, "  child %s, %s%s row %" PRIu32 ": %s\n", child ? child : "(blank)", tables[f->table].name,
                 f->last ? " of last year" : "", f->row + 2, cells_of(s, a, r->rule, f));
    }
  }
  buf_printf(out, "\n%zu children; %zu rules ran, %zu of them found something, %zu rows in all.\n", ssda903_children(s),
             ran, with, flags);
  for (size_t i = 0; i < n; i++)
    if (!results[i].ran) buf_printf(out, "not run: %s: %s\n", results[i].rule->code, results[i].why);
}

static void indented(const char *title, const char *text, struct buf *out) {
  if (!text) return;
  buf_printf(out, "\n%s\n", title);
  for (const char *p = text; *p;) {
    size_t n = strcspn(p, "\n");
    buf_printf(out, "  %.*s\n", (int)n, p);
    p += n + (p[n] == '\n');
  }
}

static void explain_example(const struct rule_example *x, struct buf *out) {
  indented("flags the rows that have a star:", x->flagged, out);
  indented("flags nothing:", x->spared, out);
}

bool report_explain(const char *code, struct arena *a, struct buf *out) {
  const struct rule *const *all;
  size_t n = ssda903_rules(a, &all);
  bool any = false;
  for (size_t i = 0; i < n; i++) {
    const struct rule *r = all[i];
    if (strcmp(r->code, code) != 0) continue;
    buf_printf(out, "%s%s: %s\n", any ? "\n" : "", r->code, r->message);
    buf_printf(out, "  severity: %s\n  columns: %s\n  collection years: %d-%02d to ", severity_name(r), r->fields,
               r->from - 1, r->from % 100);
    if (r->to)
      buf_printf(out, "%d-%02d\n", r->to - 1, r->to % 100);
    else
      buf_str(out, "now\n");
    buf_str(out, "  tables:");
    for (int t = 0; t < N_TABLES; t++) {
      if (r->needs & TABLE_BIT(t)) buf_printf(out, " %s", tables[t].name);
      if (r->needs_last & TABLE_BIT(t)) buf_printf(out, " %s (last year)", tables[t].name);
    }
    buf_str(out,
            "\n  source: Department for Education, Children looked after return (SSDA903), validation rule of this "
            "number\n");
    any = true;
  }
  for (size_t i = 0; any && i < n_rule_examples; i++)
    if (strcmp(rule_examples[i].rule, code) == 0) explain_example(&rule_examples[i], out);
  return any;
}
