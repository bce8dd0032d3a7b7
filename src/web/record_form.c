#include "web/record_form.h"

#include <stdlib.h>
#include <string.h>

#include "model/cond.h"
#include "web/words.h"

enum { MOST_CHOICES = 500 };

const char *record_value_text(struct page *p, const struct record_row *row, const struct model_field *f) {
  struct value v = row->values[f->index];
  if (row->withheld[f->index] || v.type == VALUE_NULL) return NULL;
  if (f->type != FIELD_REF) return model_field_show(f, v, p->arena);
  const char *label = row->labels[f->index];
  if (v.type == VALUE_TEXT) return label ? arena_printf(p->arena, "%s (%s)", label, v.s) : v.s;
  return label ? label : "Not shown to you";
}

struct html *record_value_html(struct page *p, const struct record_row *row, const struct model_field *f) {
  struct html *h = html_part(p->html);
  struct value v = row->values[f->index];
  if (f->type == FIELD_PROSE)
    ui_prose(h, record_value_text(p, row, f), NULL);
  else if (f->type == FIELD_DATE && v.type == VALUE_TEXT)
    ui_date(h, date_parse_iso(v.s));
  else
    html_text(h, record_value_text(p, row, f));
  return h;
}

/* What is left out of a section, in a line each. */
static void left_out(struct page *p, struct html *h, const char *unanswered, size_t withheld) {
  if (*unanswered) ui_hint(h, arena_printf(p->arena, "Not answered: %s.", unanswered));
  if (withheld)
    ui_hint(h, withheld == 1 ? "One answer is not shown to you."
                             : arena_printf(p->arena, "%zu answers are not shown to you.", withheld));
}

void record_section_html(struct page *p, struct html *h, const struct record_row *row, const struct model_section *s,
                         const bool *shown, bool brief) {
  size_t withheld = 0, given = 0;
  struct html *list = html_part(h);
  struct buf unanswered;
  buf_init(&unanswered, p->arena);
  for (size_t i = 0; i < s->n_fields; i++) {
    const struct model_field *f = s->fields[i];
    bool missing = row->values[f->index].type == VALUE_NULL;
    if (row->withheld[f->index]) {
      withheld++;
      continue;
    }
    if ((shown && !shown[f->index]) || (f->retired && missing)) continue;
    if (missing && brief) {
      buf_printf(&unanswered, "%s%s", unanswered.len ? "; " : "", words_within(p->arena, f->label));
      continue;
    }
    given++;
    ui_summary_row(list,
                   &(struct ui_summary_row){.key = f->label,
                                            .missing = missing,
                                            .value = missing ? UI_TEXT("") : UI_HTML(record_value_html(p, row, f))});
  }
  if (given) {
    ui_summary_begin(h);
    html_put(h, list);
    ui_summary_end(h);
  }
  left_out(p, h, buf_text(&unanswered), withheld);
}

const char **record_texts(struct arena *a, const struct record_row *row) {
  const struct model_record *r = row->record;
  const char **texts = arena_alloc(a, (r->n_fields + 1) * sizeof *texts);
  for (size_t i = 0; i < r->n_fields; i++)
    if (row->values[i].type != VALUE_NULL) texts[i] = model_field_text(&r->fields[i], row->values[i], a);
  return texts;
}

/* --- choices ------------------------------------------------------------------------------------------------------------------------------- */
struct choices {
  struct page *p;
  struct ui_option *options;
  size_t n;
};

static bool add_choice(const struct record_row *row, uint64_t reads, void *arg, struct error *e) {
  struct choices *c = arg;
  (void)reads, (void)e;
  c->options[c->n++] = (struct ui_option){.value = arena_printf(c->p->arena, "%lld", (long long)row->id),
                                          .label = record_row_title(c->p, row)};
  return true;
}

/* Rows of the register (or children whom the actor may see) to choose from. */
static size_t row_choices(struct page *p, struct db *db, const char *record, struct ui_option **out) {
  struct choices c = {.p = p, .options = arena_alloc(p->arena, MOST_CHOICES * sizeof *c.options)};
  struct query q = {.record = model_record(p->model, record), .limit = MOST_CHOICES};
  struct error e;
  error_init(&e, p->arena);
  if (!q.record || !record_list(db, &p->ctx, p->model, &p->actor, &q, add_choice, &c, &e)) c.n = 0;
  *out = c.options;
  return c.n;
}

static size_t code_choices(struct page *p, const struct model_field *f, const char *now, struct ui_option **out) {
  struct ui_option *options = arena_alloc(p->arena, (f->codes->n + 1) * sizeof *options);
  size_t n = 0;
  for (size_t i = 0; i < f->codes->n; i++) {
    const struct model_code *c = &f->codes->codes[i];
    bool current = now && strcmp(now, c->code) == 0;
    if (!current && (c->retired || !model_code_valid(c, p->ctx.today))) continue;
    options[n++] = (struct ui_option){.value = c->code, .label = c->label, .hint = c->hint};
  }
  *out = options;
  return n;
}

/* A choice that the list no longer offers stays choosable for the row that holds it. */
static size_t keep_choice(struct page *p, struct db *db, const struct model_field *f, const char *now,
                          struct ui_option *options, size_t n) {
  if (!now || !*now) return n;
  for (size_t i = 0; i < n; i++)
    if (strcmp(options[i].value, now) == 0) return n;
  int64_t id = strtoll(now, NULL, 10);
  if (!id || n >= MOST_CHOICES) return n;
  options[n] = (struct ui_option){.value = now, .label = record_label(db, &p->ctx, p->model, f->ref, id, p->arena)};
  return n + 1;
}

static void ask_code(struct page *p, struct html *h, const struct model_field *f, struct ui_field *q) {
  struct ui_option *options;
  q->n_options = code_choices(p, f, q->value, &options);
  q->options = options;
  if (q->n_options <= 7)
    ui_radios(h, q);
  else
    ui_select(h, q);
}

static void ask_ref(struct page *p, struct db *db, struct html *h, const struct model_field *f, struct ui_field *q) {
  struct ui_option *options;
  if (strcmp(f->ref, "school") == 0) {
    q->width = 10, q->inputmode = "numeric";
    if (!q->hint) q->hint = "The school's unique reference number, for example 130000";
    ui_input(h, q);
    return;
  }
  q->n_options = row_choices(p, db, f->ref, &options);
  q->n_options = keep_choice(p, db, f, q->value, options, q->n_options);
  q->options = options;
  ui_select(h, q);
}

static void ask(struct page *p, struct db *db, struct html *h, const struct model_field *f, const char *value,
                bool required) {
  static const struct ui_option yes_no[] = {{.value = "yes", .label = "Yes"}, {.value = "no", .label = "No"}};
  struct ui_field q = {.name = arena_printf(p->arena, "f.%s", f->name),
                       .label = f->label,
                       .hint = f->help,
                       .value = value ? value : "",
                       .optional = !required};
  if (f->example && !q.hint) q.hint = arena_printf(p->arena, "For example, %s", f->example);
  if (f->show_if) {
    struct buf b;
    buf_init(&b, p->arena);
    cond_json(f->show_if, &b);
    q.show_if = buf_text(&b);
  }
  switch (f->type) {
  case FIELD_PROSE:
    q.rows = 5, q.max_length = f->has_max ? (long)f->max : 0;
    ui_textarea(h, &q);
    break;
  case FIELD_DATE:
    ui_date_input(h, &q);
    break;
  case FIELD_YES_NO:
    q.options = yes_no, q.n_options = 2, q.in_line = true;
    ui_radios(h, &q);
    break;
  case FIELD_CODE:
    ask_code(p, h, f, &q);
    break;
  case FIELD_REF:
    ask_ref(p, db, h, f, &q);
    break;
  case FIELD_MONEY:
    q.prefix = "£", q.width = 10, q.inputmode = "decimal";
    ui_input(h, &q);
    break;
  case FIELD_INTEGER:
  case FIELD_NUMBER:
    q.width = 5, q.inputmode = f->type == FIELD_NUMBER ? "decimal" : "numeric";
    ui_input(h, &q);
    break;
  default:
    q.width = f->has_max && f->max <= 40 ? 20 : 0;
    ui_input(h, &q);
  }
}

void record_questions(struct page *p, struct db *db, struct html *h, const struct model_record *r,
                      const struct model_section *s, const char *const *texts, uint64_t reads, const bool *required) {
  (void)r;
  for (size_t i = 0; i < s->n_fields; i++) {
    const struct model_field *f = s->fields[i];
    if (f->retired || !(reads >> f->category_index & 1)) continue;
    ask(p, db, h, f, texts[f->index], f->required || (required && required[f->index]));
  }
}

bool record_input_sent(struct page *p, const struct model_record *r, struct record_input *in, const char **texts,
                       struct error *e) {
  const char *const *names, *const *values;
  size_t n = page_input_prefixed(p, "f.", &names, &values);
  record_input_init(in, p->arena, r);
  for (size_t i = 0; i < n; i++) {
    const struct model_field *f = model_field(r, names[i]);
    if (f) texts[f->index] = values[i];
  }
  return record_input_parse(in, r, &p->ctx, names, values, n, e);
}

const char *record_row_title(struct page *p, const struct record_row *row) {
  struct buf b;
  buf_init(&b, p->arena);
  for (size_t i = 0; i < row->record->n_label; i++) {
    const struct model_field *f = model_field(row->record, row->record->label[i]);
    const char *text = f ? record_value_text(p, row, f) : NULL;
    bool name = row->record->is_child || strcmp(row->record->name, "person") == 0;
    if (text) buf_printf(&b, "%s%s", b.len ? (name ? " " : ", ") : "", text);
  }
  return b.len ? buf_text(&b) : row->record->title;
}

void record_state_tag(struct html *h, const struct record_row *row) {
  const struct model_state *s = row->state ? model_state(row->record, row->state) : NULL;
  if (s) ui_tag(h, s->tag, s->title);
  if (row->voided) ui_tag(h, "red", "Void");
}
