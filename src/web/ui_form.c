/* Forms and their questions. */
#include <string.h>

#include "base/error.h"
#include "web/markup.h"

void ui_form_begin(struct html *h, const struct ui_form *f) {
  html_raw(h, "<form");
  html_attr(h, "action", f->action);
  html_attr(h, "method", f->get ? "get" : "post");
  html_attr(h, "enctype", f->files ? "multipart/form-data" : NULL);
  html_attr(h, "id", f->id);
  html_attr(h, "class", f->class_);
  html_attr(h, "data-draft", f->draft);
  html_attr(h, "data-guard", f->guard ? "yes" : NULL);
  /* What was typed comes back from the draft, never from the browser's memory: the back button after saving gives an empty form. */
  html_attr(h, "autocomplete", f->draft ? "off" : NULL);
  html_raw(h, " novalidate>\n");
  if (!f->get) ui_hidden(h, "_csrf", f->csrf);
  if (f->key) ui_hidden(h, "_key", f->key);
}

void ui_form_end(struct html *h) {
  html_raw(h, "</form>\n");
}

void ui_hidden(struct html *h, const char *name, const char *value) {
  markup(h, "<input type=\"hidden\" name=\"$\" value=\"$\">\n", name, value);
}

/* The name without the prefix of a record's fields: what errors and ids are known by. */
static const char *bare_name(const struct ui_field *f) {
  return strncmp(f->name, "f.", 2) == 0 ? f->name + 2 : f->name;
}

static const char *field_id(struct html *h, const struct ui_field *f) {
  return arena_printf(h->out.arena, "f-%s", bare_name(f));
}

static const char *field_error(const struct html *h, const struct ui_field *f) {
  if (f->error) return f->error;
  for (size_t i = 0; h->errors && i < h->errors->n_items; i++) {
    const struct error_item *item = &h->errors->items[i];
    if (item->column && (strcmp(item->column, f->name) == 0 || strcmp(item->column, bare_name(f)) == 0))
      return item->message;
  }
  return NULL;
}

static void group_begin(struct html *h, const struct ui_field *f, const char *class_) {
  html_raw(h, "<div class=\"govuk-form-group");
  if (field_error(h, f)) html_raw(h, " govuk-form-group--error");
  if (class_) markup(h, " $", class_);
  html_raw(h, "\"");
  html_attr(h, "data-show-if", f->show_if);
}

static void label_text(struct html *h, const struct ui_field *f) {
  html_text(h, f->label);
  if (f->optional) html_raw(h, " (optional)");
}

static void label(struct html *h, const struct ui_field *f, const char *id) {
  if (f->heading) html_raw(h, "<h1 class=\"govuk-label-wrapper\">");
  html_raw(h, "<label class=\"govuk-label");
  if (f->label_size || f->heading) markup(h, " govuk-label--$", f->label_size ? f->label_size : "l");
  if (f->hidden_label) html_raw(h, " govuk-visually-hidden");
  markup(h, "\" for=\"$\">", id);
  label_text(h, f);
  html_raw(h, "</label>");
  if (f->heading) html_raw(h, "</h1>");
  html_raw(h, "\n");
}

static void legend(struct html *h, const struct ui_field *f) {
  html_raw(h, "<legend class=\"govuk-fieldset__legend");
  if (f->label_size || f->heading) markup(h, " govuk-fieldset__legend--$", f->label_size ? f->label_size : "l");
  if (f->hidden_label) html_raw(h, " govuk-visually-hidden");
  html_raw(h, "\">");
  if (f->heading) html_raw(h, "<h1 class=\"govuk-fieldset__heading\">");
  label_text(h, f);
  if (f->heading) html_raw(h, "</h1>");
  html_raw(h, "</legend>\n");
}

static void hint_and_error(struct html *h, const struct ui_field *f, const char *id) {
  if (f->hint || f->source) {
    markup(h, "<div id=\"$-hint\" class=\"govuk-hint\">$", id, f->hint);
    if (f->source) markup(h, " <span class=\"kith-source\">$</span>", f->source);
    html_raw(h, "</div>\n");
  }
  const char *error = field_error(h, f);
  if (error)
    markup(
        h,
        "<p id=\"$-error\" class=\"govuk-error-message\"><span class=\"govuk-visually-hidden\">Error:</span> $</p>\n",
        id, error);
}

/* aria-describedby for what hint_and_error wrote, and the count of a textarea. */
static void described_by(struct html *h, const struct ui_field *f, const char *id, bool info) {
  bool hint = f->hint || f->source, error = field_error(h, f) != NULL;
  if (!hint && !error && !info) return;
  struct arena *a = h->out.arena;
  const char *ids = arena_printf(a, "%s%s%s%s%s%s", info ? id : "", info ? "-info " : "", hint ? id : "",
                                 hint ? "-hint " : "", error ? id : "", error ? "-error " : "");
  html_attr(h, "aria-describedby", arena_strndup(a, ids, strlen(ids) - 1));
}

static void common_attrs(struct html *h, const struct ui_field *f, const char *id, bool info) {
  html_attr(h, "id", id);
  html_attr(h, "name", f->name);
  html_attr(h, "autocomplete", f->autocomplete);
  html_attr(h, "lang", f->lang);
  html_attr(h, "spellcheck", f->no_spellcheck ? "false" : NULL);
  if (f->read_only) html_raw(h, " readonly");
  if (f->autofocus) html_raw(h, " autofocus");
  described_by(h, f, id, info);
}

static void input_element(struct html *h, const struct ui_field *f, const char *id, const char *type,
                          const char *class_, const char *value) {
  markup(h, "<input class=\"govuk-input$$", class_ ? " " : "", class_);
  if (f->width) markup(h, " govuk-input--width-$", arena_printf(h->out.arena, "%d", f->width));
  if (field_error(h, f)) html_raw(h, " govuk-input--error");
  markup(h, "\" type=\"$\"", type);
  common_attrs(h, f, id, false);
  html_attr(h, "inputmode", f->inputmode);
  if (f->max_length > 0) html_attr(h, "maxlength", arena_printf(h->out.arena, "%ld", f->max_length));
  html_attr(h, "value", value && *value ? value : NULL);
  html_raw(h, ">\n");
}

void ui_input(struct html *h, const struct ui_field *f) {
  const char *id = field_id(h, f);
  group_begin(h, f, NULL);
  html_raw(h, ">\n");
  label(h, f, id);
  hint_and_error(h, f, id);
  bool wrapped = f->prefix || f->suffix;
  if (wrapped) html_raw(h, "<div class=\"govuk-input__wrapper\">\n");
  if (f->prefix) markup(h, "<div class=\"govuk-input__prefix\" aria-hidden=\"true\">$</div>\n", f->prefix);
  input_element(h, f, id, f->type ? f->type : "text", NULL, f->value);
  if (f->suffix) markup(h, "<div class=\"govuk-input__suffix\" aria-hidden=\"true\">$</div>\n", f->suffix);
  if (wrapped) html_raw(h, "</div>\n");
  html_raw(h, "</div>\n");
}

void ui_password(struct html *h, const struct ui_field *f) {
  const char *id = field_id(h, f);
  struct ui_field bare = *f;
  bare.no_spellcheck = true;
  if (!bare.autocomplete) bare.autocomplete = "current-password";
  group_begin(h, f, "govuk-password-input");
  html_raw(h, " data-module=\"govuk-password-input\">\n");
  label(h, f, id);
  hint_and_error(h, f, id);
  html_raw(h, "<div class=\"govuk-input__wrapper govuk-password-input__wrapper\">\n");
  input_element(h, &bare, id, "password", "govuk-password-input__input govuk-js-password-input-input", NULL);
  html_raw(h,
           "<button type=\"button\" class=\"govuk-button govuk-button--secondary govuk-password-input__toggle "
           "govuk-js-password-input-toggle\" data-module=\"govuk-button\"");
  markup(h, " aria-controls=\"$\" aria-label=\"Show password\" hidden>Show</button>\n</div>\n</div>\n", id);
}

void ui_textarea(struct html *h, const struct ui_field *f) {
  const char *id = field_id(h, f);
  struct arena *a = h->out.arena;
  bool counted = f->max_length > 0;
  const char *max = arena_printf(a, "%ld", f->max_length);
  group_begin(h, f, counted ? "govuk-character-count" : NULL);
  if (counted) markup(h, " data-module=\"govuk-character-count\" data-maxlength=\"$\"", max);
  html_raw(h, ">\n");
  label(h, f, id);
  hint_and_error(h, f, id);
  markup(h, "<textarea class=\"govuk-textarea$$\" rows=\"$\"", field_error(h, f) ? " govuk-textarea--error" : "",
         counted ? " govuk-js-character-count" : "", arena_printf(a, "%d", f->rows ? f->rows : 5));
  common_attrs(h, f, id, counted);
  /* A browser drops the first line end after the tag: give it one to drop. */
  markup(h, ">\n$</textarea>\n", f->value);
  if (counted)
    markup(h,
           "<div id=\"$-info\" class=\"govuk-hint govuk-character-count__message\">You can enter up to $ "
           "characters</div>\n",
           id, max);
  html_raw(h, "</div>\n");
}

void ui_select(struct html *h, const struct ui_field *f) {
  const char *id = field_id(h, f);
  group_begin(h, f, NULL);
  html_raw(h, ">\n");
  label(h, f, id);
  hint_and_error(h, f, id);
  markup(h, "<select class=\"govuk-select$\"", field_error(h, f) ? " govuk-select--error" : "");
  common_attrs(h, f, id, false);
  markup(h, ">\n<option value=\"\">$</option>\n", f->empty_option ? f->empty_option : "Choose");
  for (size_t i = 0; i < f->n_options; i++) {
    const struct ui_option *o = &f->options[i];
    markup(h, "<option value=\"$\"", o->value);
    if (f->value && strcmp(f->value, o->value) == 0) html_raw(h, " selected");
    if (o->disabled) html_raw(h, " disabled");
    markup(h, ">$</option>\n", o->label);
  }
  html_raw(h, "</select>\n</div>\n");
}

/* kind is "radios" or "checkboxes". */
static void choice(struct html *h, const struct ui_field *f, const struct ui_option *o, const char *kind,
                   const char *id, bool on) {
  markup(h, "<div class=\"govuk-$__item\">\n<input class=\"govuk-$__input\" id=\"$\" name=\"$\" type=\"$\" value=\"$\"",
         kind, kind, id, f->name, kind[0] == 'r' ? "radio" : "checkbox", o->value);
  if (on) html_raw(h, " checked");
  if (o->disabled) html_raw(h, " disabled");
  if (o->hint) markup(h, " aria-describedby=\"$-item-hint\"", id);
  markup(h, ">\n<label class=\"govuk-label govuk-$__label\" for=\"$\">$</label>\n", kind, id, o->label);
  if (o->hint) markup(h, "<div id=\"$-item-hint\" class=\"govuk-hint govuk-$__hint\">$</div>\n", id, kind, o->hint);
  html_raw(h, "</div>\n");
}

static bool ticked(const struct ui_field *f, const char *value) {
  for (size_t i = 0; i < f->n_values; i++)
    if (strcmp(f->values[i], value) == 0) return true;
  return false;
}

static void choices(struct html *h, const struct ui_field *f, const char *kind) {
  const char *id = field_id(h, f);
  bool radios = kind[0] == 'r';
  group_begin(h, f, NULL);
  html_raw(h, ">\n<fieldset class=\"govuk-fieldset\"");
  described_by(h, f, id, false);
  html_raw(h, ">\n");
  legend(h, f);
  hint_and_error(h, f, id);
  markup(h, "<div class=\"govuk-$", kind);
  if (f->in_line && radios) html_raw(h, " govuk-radios--inline");
  if (f->small) markup(h, " govuk-$--small", kind);
  markup(h, "\" data-module=\"govuk-$\">\n", kind);
  for (size_t i = 0; i < f->n_options; i++) {
    const struct ui_option *o = &f->options[i];
    if (o->divider) markup(h, "<div class=\"govuk-$__divider\">or</div>\n", kind);
    /* The first choice has the question's own id: that is where the error summary leads. */
    const char *own = i == 0 ? id : arena_printf(h->out.arena, "%s-%zu", id, i + 1);
    choice(h, f, o, kind, own, radios ? f->value && strcmp(f->value, o->value) == 0 : ticked(f, o->value));
  }
  html_raw(h, "</div>\n</fieldset>\n</div>\n");
}

void ui_radios(struct html *h, const struct ui_field *f) {
  choices(h, f, "radios");
}

void ui_checkboxes(struct html *h, const struct ui_field *f) {
  choices(h, f, "checkboxes");
}

/* Day, month and year of a value: of a date without leading zeros, otherwise what was typed between the strokes. */
static void date_parts(struct html *h, const char *value, const char *part[3]) {
  struct arena *a = h->out.arena;
  part[0] = part[1] = part[2] = "";
  if (!value || !*value) return;
  date_t date = date_parse_iso(value);
  if (date != DATE_NONE) {
    int y, m, d;
    date_split(date, &y, &m, &d);
    part[0] = arena_printf(a, "%d", d);
    part[1] = arena_printf(a, "%d", m);
    part[2] = arena_printf(a, "%d", y);
    return;
  }
  const char *first = strchr(value, '/'), *second = first ? strchr(first + 1, '/') : NULL;
  if (!second) {
    part[0] = value;
    return;
  }
  part[0] = arena_strndup(a, value, (size_t)(first - value));
  part[1] = arena_strndup(a, first + 1, (size_t)(second - first - 1));
  part[2] = second + 1;
}

static void date_part(struct html *h, const struct ui_field *f, const char *id, int which, const char *value) {
  const char *suffix = (const char *[]){"day", "month", "year"}[which];
  const char *title = (const char *[]){"Day", "Month", "Year"}[which];
  const char *own = which == 0 ? id : arena_printf(h->out.arena, "%s-%s", id, suffix);
  markup(h,
         "<div class=\"govuk-date-input__item\">\n<div class=\"govuk-form-group\">\n"
         "<label class=\"govuk-label govuk-date-input__label\" for=\"$\">$</label>\n",
         own, title);
  markup(
      h,
      "<input class=\"govuk-input govuk-date-input__input govuk-input--width-$$\" id=\"$\" name=\"$-$\" type=\"text\"",
      which == 2 ? "4" : "2", field_error(h, f) ? " govuk-input--error" : "", own, f->name, suffix);
  html_raw(h, " inputmode=\"numeric\"");
  if (f->read_only) html_raw(h, " readonly");
  if (f->autocomplete && strcmp(f->autocomplete, "bday") == 0) markup(h, " autocomplete=\"bday-$\"", suffix);
  html_attr(h, "value", *value ? value : NULL);
  html_raw(h, ">\n</div>\n</div>\n");
}

void ui_date_input(struct html *h, const struct ui_field *f) {
  const char *id = field_id(h, f), *parts[3];
  group_begin(h, f, NULL);
  html_raw(h, ">\n<fieldset class=\"govuk-fieldset\" role=\"group\"");
  described_by(h, f, id, false);
  html_raw(h, ">\n");
  legend(h, f);
  hint_and_error(h, f, id);
  markup(h, "<div class=\"govuk-date-input\" id=\"$-date\">\n", id);
  date_parts(h, f->value, parts);
  for (int i = 0; i < 3; i++) date_part(h, f, id, i, parts[i]);
  html_raw(h, "</div>\n</fieldset>\n</div>\n");
}

void ui_file(struct html *h, const struct ui_field *f) {
  const char *id = field_id(h, f);
  group_begin(h, f, NULL);
  html_raw(h, ">\n");
  label(h, f, id);
  hint_and_error(h, f, id);
  markup(h, "<input class=\"govuk-file-upload$\" type=\"file\"", field_error(h, f) ? " govuk-file-upload--error" : "");
  common_attrs(h, f, id, false);
  html_attr(h, "accept", f->accept);
  html_raw(h, ">\n</div>\n");
}

void ui_fieldset_begin(struct html *h, const char *title, const char *size, bool heading, const char *hint) {
  const char *id = html_id(h, "fieldset");
  html_raw(h, "<fieldset class=\"govuk-fieldset\"");
  if (hint) markup(h, " aria-describedby=\"$-hint\"", id);
  html_raw(h, ">\n");
  legend(h, &(struct ui_field){.label = title, .label_size = size ? size : "m", .heading = heading});
  if (hint) markup(h, "<div id=\"$-hint\" class=\"govuk-hint\">$</div>\n", id, hint);
}

void ui_fieldset_end(struct html *h) {
  html_raw(h, "</fieldset>\n");
}

void ui_button(struct html *h, const struct ui_button *b) {
  const char *class_ = b->kind == UI_SECONDARY ? " govuk-button--secondary"
                       : b->kind == UI_WARNING ? " govuk-button--warning"
                                               : "";
  if (b->href) {
    markup(h,
           "<a href=\"$\" role=\"button\" draggable=\"false\" class=\"govuk-button$\" "
           "data-module=\"govuk-button\">$</a>\n",
           b->href, class_, b->text);
    return;
  }
  markup(
      h,
      "<button type=\"submit\" class=\"govuk-button$\" data-module=\"govuk-button\" data-prevent-double-click=\"true\"",
      class_);
  html_attr(h, "name", b->name);
  html_attr(h, "value", b->value);
  if (b->no_validate) html_raw(h, " formnovalidate");
  markup(h, ">$</button>\n", b->text);
}

void ui_submit(struct html *h, const char *text) {
  ui_button(h, &(struct ui_button){.text = text});
}

void ui_buttons_begin(struct html *h) {
  html_raw(h, "<div class=\"govuk-button-group\">\n");
}

void ui_buttons_end(struct html *h) {
  html_raw(h, "</div>\n");
}
