/* Results as a workbook: errors by rule, children, and each table with its faulty cells marked. */
#include <string.h>
#include <xlsxwriter.h>

#include "base/arena.h"
#include "base/error.h"
#include "check/ssda903/report.h"

enum { MOST_ROWS = 1048570 }; /* what a sheet holds, and a little less */

struct mark { /* a rule that flagged a row; next: index + 1 of another of the same row */
  uint32_t rule, next;
};
struct book {
  const struct ssda903 *s;
  struct arena *arena;
  const struct ssda903_result *results;
  size_t n_results;
  lxw_workbook *w;
  lxw_format *head, *faulty, *wrapped;
};

static void put(lxw_worksheet *sheet, uint32_t row, int column, const char *text, lxw_format *format) {
  if (text) /* always as text: what looks like a formula must not become one */
    worksheet_write_string(sheet, row, (lxw_col_t)column, text, format);
  else if (format)
    worksheet_write_blank(sheet, row, (lxw_col_t)column, format);
}

static lxw_worksheet *sheet_of(struct book *b, const char *name, const char *const *columns, int n, double width) {
  lxw_worksheet *sheet = workbook_add_worksheet(b->w, name);
  for (int i = 0; i < n; i++) put(sheet, 0, i, columns[i], b->head);
  worksheet_freeze_panes(sheet, 1, 0);
  worksheet_set_column(sheet, 0, (lxw_col_t)(n - 1), width, NULL);
  return sheet;
}

static void write_rules(struct book *b) {
  static const char *const columns[] = {"Rule", "Kind", "Rows flagged", "State", "What is wrong", "Columns"};
  lxw_worksheet *sheet = sheet_of(b, "Errors by rule", columns, 6, 14);
  worksheet_set_column(sheet, 4, 4, 90, b->wrapped);
  uint32_t at = 1;
  for (size_t i = 0; i < b->n_results; i++) {
    const struct ssda903_result *r = &b->results[i];
    if (r->ran && !r->n) continue;
    put(sheet, at, 0, r->rule->code, NULL);
    put(sheet, at, 1, r->rule->severity == SEVERITY_ERROR ? "error" : "query", NULL);
    worksheet_write_number(sheet, at, 2, (double)r->n, NULL);
    put(sheet, at, 3, r->ran ? "ran" : r->why, NULL);
    put(sheet, at, 4, r->rule->message, b->wrapped);
    put(sheet, at++, 5, r->rule->fields, NULL);
  }
}

struct of_child {
  const char *id, *rule;
};

static int by_child(const void *pa, const void *pb) {
  const struct of_child *a = pa, *b = pb;
  int c = strcmp(a->id, b->id);
  return c ? c : strcmp(a->rule, b->rule);
}

/* A line a child: its rules, each once with how often. */
static void write_children(struct book *b) {
  static const char *const columns[] = {"Child", "Rows flagged", "Rules"};
  lxw_worksheet *sheet = sheet_of(b, "Children", columns, 3, 16);
  size_t total = 0, n = 0;
  for (size_t i = 0; i < b->n_results; i++) total += b->results[i].n;
  struct of_child *all = arena_alloc(b->arena, (total + 1) * sizeof *all);
  for (size_t i = 0; i < b->n_results; i++)
    for (size_t k = 0; k < b->results[i].n; k++) {
      const struct ssda903_flag *f = &b->results[i].flags[k];
      const char *id = ssda903_cell(b->s, f->table, f->last, f->row, CHILD);
      all[n++] = (struct of_child){id ? id : "(blank)", b->results[i].rule->code};
    }
  qsort(all, n, sizeof *all, by_child);
  worksheet_set_column(sheet, 2, 2, 80, NULL);
  uint32_t at = 1;
  for (size_t i = 0; i < n && at < MOST_ROWS; at++) {
    size_t from = i;
    struct buf rules;
    buf_init(&rules, b->arena);
    for (; i < n && strcmp(all[i].id, all[from].id) == 0; i++)
      if (i == from || strcmp(all[i].rule, all[i - 1].rule) != 0)
        buf_printf(&rules, "%s%s", rules.len ? ", " : "", all[i].rule);
    put(sheet, at, 0, all[from].id, NULL);
    worksheet_write_number(sheet, at, 1, (double)(i - from), NULL);
    put(sheet, at, 2, buf_text(&rules), NULL);
  }
}

/* Columns of the table that a rule speaks of; the child's when it speaks of none here. */
static uint32_t columns_of(struct arena *a, const struct rule *r, enum table t) {
  uint32_t mask = 0;
  for (const char *p = r->fields; p && *p;) {
    size_t n = strcspn(p, ",");
    int column = table_column(t, arena_strndup(a, p, n));
    if (column >= 0) mask |= 1u << column;
    p += n + (p[n] == ',');
  }
  return mask ? mask : 1u << CHILD;
}

static void write_row(struct book *b, lxw_worksheet *sheet, enum table t, bool last, uint32_t row,
                      const struct mark *marks, uint32_t first, const uint32_t *masks) {
  uint32_t faulty = 0;
  struct buf codes;
  buf_init(&codes, b->arena);
  for (uint32_t m = marks ? first : 0; m; m = marks[m - 1].next) {
    faulty |= masks[marks[m - 1].rule];
    buf_printf(&codes, "%s%s", codes.len ? ", " : "", b->results[marks[m - 1].rule].rule->code);
  }
  for (int i = 0; i < tables[t].n; i++)
    put(sheet, row + 1, i, ssda903_cell(b->s, t, last, row, i), faulty >> i & 1 ? b->faulty : NULL);
  if (codes.len) put(sheet, row + 1, tables[t].n, buf_text(&codes), NULL);
}

static void write_table(struct book *b, enum table t, bool last) {
  size_t rows = ssda903_rows(b->s, t, last), n = 0, cap = 0;
  uint32_t *first = arena_alloc(b->arena, (rows + 1) * sizeof *first);
  uint32_t *masks = arena_alloc(b->arena, (b->n_results + 1) * sizeof *masks);
  struct mark *marks = NULL;
  for (size_t i = b->n_results; i-- > 0;) { /* backwards, so that each row's list is in the order of rules */
    masks[i] = columns_of(b->arena, b->results[i].rule, t);
    for (size_t k = 0; k < b->results[i].n; k++) {
      const struct ssda903_flag *f = &b->results[i].flags[k];
      if (f->table != t || f->last != last) continue;
      marks = arena_grow(b->arena, marks, &cap, n + 1, sizeof *marks);
      marks[n] = (struct mark){(uint32_t)i, first[f->row]};
      first[f->row] = (uint32_t)++n;
    }
  }
  if (!rows || (last && !n)) return;
  const char *columns[MAX_COLS + 1];
  for (int i = 0; i < tables[t].n; i++) columns[i] = tables[t].columns[i];
  columns[tables[t].n] = "Rules";
  lxw_worksheet *sheet = sheet_of(b, last ? arena_printf(b->arena, "%s last year", tables[t].name) : tables[t].name,
                                  columns, tables[t].n + 1, 12);
  for (uint32_t r = 0; r < rows && r < MOST_ROWS; r++) write_row(b, sheet, t, last, r, marks, first[r], masks);
  worksheet_autofilter(sheet, 0, 0, (lxw_row_t)(rows < MOST_ROWS ? rows : MOST_ROWS), (lxw_col_t)tables[t].n);
}

static void write_notes(struct book *b) {
  static const char *const columns[] = {"File", "Row", "Note"};
  const struct ssda903_note *notes;
  size_t n = ssda903_notes(b->s, &notes);
  if (!n) return;
  lxw_worksheet *sheet = sheet_of(b, "Files", columns, 3, 24);
  for (size_t i = 0; i < n && i < MOST_ROWS; i++) {
    put(sheet, (uint32_t)i + 1, 0, notes[i].file, NULL);
    if (notes[i].row) worksheet_write_number(sheet, (uint32_t)i + 1, 1, (double)notes[i].row, NULL);
    put(sheet, (uint32_t)i + 1, 2, notes[i].text, NULL);
  }
}

bool report_xlsx(const struct ssda903 *s, struct arena *a, const char *path, struct error *e) {
  lxw_workbook_options options = {.constant_memory = LXW_TRUE};
  struct book b = {.s = s, .arena = a, .w = workbook_new_opt(path, &options)};
  if (!b.w) return error_set(e, ERR_BROKEN, "cannot write %s", path);
  b.n_results = ssda903_results(s, &b.results);
  b.head = workbook_add_format(b.w);
  b.faulty = workbook_add_format(b.w);
  b.wrapped = workbook_add_format(b.w);
  format_set_bold(b.head);
  format_set_bg_color(b.faulty, 0xFFD9D6);
  format_set_font_color(b.faulty, 0x8A1C12);
  format_set_text_wrap(b.wrapped);
  write_rules(&b);
  write_children(&b);
  for (int last = 0; last < 2; last++)
    for (int t = 0; t < N_TABLES; t++) write_table(&b, (enum table)t, last);
  write_notes(&b);
  lxw_error fault = workbook_close(b.w);
  return fault == LXW_NO_ERROR || error_set(e, ERR_BROKEN, "cannot write %s: %s", path, lxw_strerror(fault));
}
