/* Components: text cannot become markup, tags close, ids are unique, and what people need is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "web/layout.h"
#include "web/ui.h"

struct world {
  struct arena *a;
  struct html *h;
  struct error e;
};

static int world_open(void **state) {
  struct world *w = calloc(1, sizeof *w);
  w->a = arena_new();
  w->h = html_new(w->a);
  error_init(&w->e, w->a);
  *state = w;
  return 0;
}

static int world_close(void **state) {
  struct world *w = *state;
  arena_free(w->a);
  free(w);
  return 0;
}

static const char *shown(struct world *w) {
  return buf_text(&w->h->out);
}

static size_t count(const char *text, const char *part) {
  size_t n = 0;
  for (const char *at = text; (at = strstr(at, part)); at += strlen(part)) n++;
  return n;
}

#define HAS(w, part) assert_non_null(strstr(shown(w), part))
#define LACKS(w, part) assert_null(strstr(shown(w), part))

/* A small reader of HTML: every tag closes in order (void ones and SVG's own ends aside), attributes are quoted, ids are unique. */
static bool is_void(const char *name) {
  static const char *const voids[] = {"!DOCTYPE", "br",   "hr",   "img",  "input", "link",
                                      "meta",     "path", "line", "rect", "circle"};
  for (size_t i = 0; i < sizeof voids / sizeof *voids; i++)
    if (strcmp(name, voids[i]) == 0) return true;
  return false;
}

static const char *tag_end(const char *s) {
  char quote = 0;
  for (; *s; s++) {
    if (quote)
      quote = *s == quote ? 0 : quote;
    else if (*s == '"' || *s == '\'')
      quote = *s;
    else if (*s == '>')
      return s;
    else if (*s == '<')
      return NULL;
  }
  return NULL;
}

static void assert_well_formed(struct world *w, const char *text) {
  const char *open[200], *name;
  size_t depth = 0;
  for (const char *s = text; (s = strchr(s, '<'));) {
    bool closing = s[1] == '/';
    const char *end = tag_end(s + 1);
    assert_non_null(end);
    name = arena_strndup(w->a, s + 1 + closing, strcspn(s + 1 + closing, " \n>/"));
    if (closing) {
      assert_true(depth > 0);
      assert_string_equal(open[--depth], name);
    } else if (!is_void(name)) {
      assert_true(depth < 200);
      open[depth++] = name;
    } else if (strcmp(name, "path") == 0 && end[-1] != '/') {
      open[depth++] = name;
    }
    s = end + 1;
  }
  assert_int_equal(depth, 0);
}

static void assert_ids_unique(struct world *w, const char *text) {
  for (const char *s = text; (s = strstr(s, " id=\""));) {
    s += 5;
    const char *attr = arena_printf(w->a, " id=\"%.*s\"", (int)strcspn(s, "\""), s);
    assert_int_equal(count(text, attr), 1);
  }
}

#define EVIL "<script>alert(\"1\")</script>'&\" onload=x"

static void evil_pieces(struct html *h) {
  static const struct ui_crumb crumbs[] = {{EVIL, EVIL}, {EVIL, NULL}};
  static const struct ui_action actions[] = {{EVIL, EVIL, EVIL}, {EVIL, EVIL, NULL}};
  const struct ui_summary_row row = {.key = EVIL, .value = UI_TEXT(EVIL), .actions = actions, .n_actions = 2};
  static const struct ui_column column = {.title = EVIL, .sort_href = EVIL};
  static const struct ui_cell cell = {.text = EVIL, .href = EVIL, .hidden = EVIL};
  struct ui_table table = {.caption = EVIL, .columns = &column, .n_columns = 1};
  static const struct ui_task task = {EVIL, EVIL, EVIL, EVIL, EVIL};
  struct html *panel = html_part(h);
  const struct ui_tab tab = {"t", EVIL, panel};
  ui_heading(h, 1, NULL, EVIL);
  ui_heading_caption(h, EVIL, EVIL);
  ui_textf(h, "%s", EVIL);
  ui_hint(h, EVIL);
  ui_prose(h, EVIL, EVIL);
  ui_link(h, EVIL, EVIL);
  ui_tag(h, EVIL, EVIL);
  ui_inset(h, UI_TEXT(EVIL));
  ui_warning(h, EVIL);
  ui_details(h, EVIL, UI_TEXT(EVIL));
  ui_panel(h, EVIL, UI_TEXT(EVIL));
  ui_notification(h, true, EVIL, UI_TEXT(EVIL));
  ui_empty(h, EVIL, EVIL, EVIL);
  ui_breadcrumbs(h, crumbs, 2);
  ui_pagination(h, 2, 9, EVIL, EVIL);
  ui_summary_list(h, &row, 1);
  ui_table_all(h, &table, &cell, 1);
  ui_task_list(h, &task, 1);
  ui_timeline_begin(h, EVIL);
  ui_timeline_event(h, &(struct ui_event){EVIL, EVIL, EVIL, UI_TEXT(EVIL)});
  ui_timeline_end(h);
  ui_subnav(h, EVIL, actions, 2, 1);
  ui_tabs(h, EVIL, &tab, 1);
  ui_section_begin(h, NULL, EVIL);
  ui_section_end(h);
  ui_card_begin(h, 2, EVIL, NULL);
  ui_card_end(h);
  ui_meta(h, &UI_TEXT(EVIL), 1);
  ui_facts_begin(h, EVIL, EVIL);
  ui_fact(h, EVIL, UI_TEXT(EVIL));
  ui_facts_end(h);
}

static void evil_forms(struct html *h) {
  static const struct ui_option options[] = {{.value = EVIL, .label = EVIL, .hint = EVIL},
                                             {.value = "b", .label = EVIL, .divider = true}};
  const struct ui_field f = {.name = "f.a",
                             .label = EVIL,
                             .hint = EVIL,
                             .value = EVIL,
                             .error = EVIL,
                             .source = EVIL,
                             .prefix = EVIL,
                             .suffix = EVIL,
                             .show_if = EVIL,
                             .lang = EVIL,
                             .options = options,
                             .n_options = 2,
                             .max_length = 5,
                             .accept = EVIL,
                             .autocomplete = EVIL};
  void (*const all[])(struct html *, const struct ui_field *) = {ui_input,  ui_password,   ui_textarea,   ui_select,
                                                                 ui_radios, ui_checkboxes, ui_date_input, ui_file};
  ui_form_begin(
      h, &(struct ui_form){.action = EVIL, .csrf = EVIL, .key = EVIL, .draft = EVIL, .id = "form", .class_ = EVIL});
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    struct ui_field own = f;
    own.name = (const char *[]){"f.a", "f.b", "f.c", "f.d", "f.e", "f.g", "f.h", "f.i"}[i];
    all[i](h, &own);
  }
  ui_fieldset_begin(h, EVIL, "m", false, EVIL);
  ui_fieldset_end(h);
  ui_button(h, &(struct ui_button){.text = EVIL, .name = EVIL, .value = EVIL});
  ui_button(h, &(struct ui_button){.text = EVIL, .href = EVIL});
  ui_form_end(h);
}

static void evil_charts(struct html *h) {
  static const char *const labels[] = {EVIL, EVIL};
  static const int64_t values[] = {3, -7};
  const struct ui_series s[] = {{EVIL, values, NULL}, {EVIL, values, NULL}};
  const struct ui_chart c = {
      .title = EVIL, .description = EVIL, .x_label = EVIL, .labels = labels, .n = 2, .series = s, .n_series = 2};
  ui_line_chart(h, &c);
  ui_bar_chart(h, &c);
}

static void test_text_stays_text(void **state) {
  struct world *w = *state;
  evil_pieces(w->h);
  evil_forms(w->h);
  evil_charts(w->h);
  LACKS(w, "<script");
  LACKS(w, "\" onload=x");
  LACKS(w, "'&\"");
  HAS(w, "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;&quot; onload=x");
  assert_well_formed(w, shown(w));
  assert_ids_unique(w, shown(w));
}

static void test_layout(void **state) {
  struct world *w = *state;
  struct buf out;
  const struct assets *none;
  static const struct layout_nav nav[] = {{"home", "Home", "/"}, {"children", "Children", "/children"}};
  assert_true(assets_load(w->a, "", &none, &w->e));
  ui_heading(w->h, 1, NULL, "Plan");
  struct layout l = {.assets = none,
                     .title = EVIL,
                     .main = w->h,
                     .section = "children",
                     .nav = nav,
                     .n_nav = 2,
                     .user = EVIL,
                     .authority = EVIL,
                     .synthetic = true,
                     .csrf = EVIL,
                     .request_id = "0011223344556677",
                     .choose = true,
                     .error = true};
  buf_init(&out, w->a);
  layout_page(&out, w->a, &l);
  const char *page = buf_text(&out);
  assert_well_formed(w, page);
  assert_ids_unique(w, page);
  assert_null(strstr(page, "<script>"));
  assert_null(strstr(page, " style="));
  assert_null(strstr(page, " onclick"));
  assert_non_null(strstr(page, "<html lang=\"en\""));
  assert_non_null(strstr(page, "<title>Error: &lt;script"));
  assert_non_null(strstr(page, "href=\"#main-content\""));
  assert_non_null(strstr(page, "id=\"main-content\""));
  assert_non_null(strstr(page, "SYNTHETIC"));
  assert_non_null(strstr(page, "role=\"search\""));
  assert_non_null(strstr(page, "href=\"/children\" aria-current=\"true\""));
  assert_non_null(strstr(page, "action=\"/sign-out\" method=\"post\""));
  assert_non_null(strstr(page, "0011223344556677"));
  l.user = NULL;
  out.len = 0;
  layout_page(&out, w->a, &l);
  assert_null(strstr(buf_text(&out), "role=\"search\""));
}

static void test_errors_beside_questions(void **state) {
  struct world *w = *state;
  error_field(&w->e, "met_on", "31/2/2026", "Enter a date that exists");
  error_field(&w->e, "view", NULL, "Say what you think");
  html_errors(w->h, &w->e);
  ui_error_summary(w->h);
  ui_date_input(w->h,
                &(struct ui_field){.name = "f.met_on", .label = "When", .hint = "Day first", .value = "31/2/2026"});
  ui_textarea(w->h, &(struct ui_field){.name = "f.view", .label = "View", .max_length = 10});
  ui_input(w->h, &(struct ui_field){.name = "f.other", .label = "Other"});
  HAS(w, "<a href=\"#f-met_on\">Enter a date that exists</a>");
  HAS(w, "id=\"f-met_on\" name=\"f.met_on-day\"");
  HAS(w, "value=\"31\"");
  HAS(w, "name=\"f.met_on-year\"");
  HAS(w, "aria-describedby=\"f-met_on-hint f-met_on-error\"");
  HAS(w, "<a href=\"#f-view\">Say what you think</a>");
  HAS(w, "aria-describedby=\"f-view-info f-view-error\"");
  assert_int_equal(count(shown(w), "class=\"govuk-error-message\""), 2);
  assert_int_equal(count(shown(w), "govuk-form-group--error"), 2);
}

static void test_message_without_a_question(void **state) {
  struct world *w = *state;
  html_errors(w->h, &w->e);
  ui_error_summary(w->h);
  assert_string_equal(shown(w), "");
  error_set(&w->e, ERR_INPUT, "The username or password is not right");
  ui_error_summary(w->h);
  HAS(w, "<li>The username or password is not right</li>");
}

static void test_dates(void **state) {
  struct world *w = *state;
  ui_date_input(w->h, &(struct ui_field){.name = "d", .label = "D", .value = "2026-03-07"});
  HAS(w, "name=\"d-day\" type=\"text\" inputmode=\"numeric\" value=\"7\"");
  HAS(w, "value=\"3\"");
  HAS(w, "value=\"2026\"");
  ui_date(w->h, date_of(2025, 12, 12));
  HAS(w, "<time datetime=\"2025-12-12\">12 December 2025</time>");
  ui_instant(w->h, instant_parse("2026-07-01T12:05:00Z"));
  HAS(w, "1 July 2026 at 13:05</time>");
  ui_date(w->h, DATE_NONE);
  HAS(w, "Not known");
}

static void test_table(void **state) {
  struct world *w = *state;
  static const struct ui_column columns[] = {{.title = "Name", .sort_href = "?sort=name", .sorted = -1},
                                             {.title = "Days", .numeric = true},
                                             {.title = "Open", .title_hidden = true}};
  const struct ui_cell cells[] = {{.text = "Ada"}, {.text = "3"}, {.text = "View", .href = "/x", .hidden = "Ada"}};
  struct ui_table t = {.caption = "Children", .row_headers = true, .columns = columns, .n_columns = 3};
  struct ui_table none = {.caption = "None", .columns = columns, .n_columns = 3, .empty = "Nobody is missing."};
  ui_table_all(w->h, &t, cells, 1);
  HAS(w, "aria-sort=\"descending\"");
  HAS(w, "<th scope=\"row\"");
  HAS(w, "govuk-table__cell--numeric\">3</td>");
  HAS(w, "View<span class=\"govuk-visually-hidden\"> Ada</span>");
  HAS(w, "<span class=\"govuk-visually-hidden\">Open</span>");
  ui_table_all(w->h, &none, NULL, 0);
  HAS(w, "Nobody is missing.");
  assert_int_equal(count(shown(w), "<table"), 1);
}

/* On a narrow screen a row is a card: each answer has its column's title, which those who hear the table hear once. */
static void test_cards(void **state) {
  struct world *w = *state;
  static const struct ui_column columns[] = {{.title = "Name"}, {.title = "Age"}, {.title = "Team"}};
  const struct ui_cell cells[] = {{.text = "Ada"}, {.text = "13"}, {.text = ""}};
  struct ui_table t = {.caption = "C", .columns = columns, .n_columns = 3, .row_headers = true, .cards = true};
  ui_table_all(w->h, &t, cells, 1);
  HAS(w, "role=\"table\"");
  HAS(w, "role=\"rowheader\">Ada</th>");
  HAS(w, "<span class=\"kith-cards__key\" aria-hidden=\"true\">Age</span>13</td>");
  assert_int_equal(count(shown(w), "kith-cards__key"), 1); /* not for the header, nor where there is no answer */
  assert_well_formed(w, shown(w));
}

static void test_near_dates(void **state) {
  struct world *w = *state;
  static const struct {
    int days;
    const char *words;
  } all[] = {{0, "(today)"},          {1, "(tomorrow)"},      {-1, "(yesterday)"},  {14, "(in 14 days)"},
             {-14, "(14 days ago)"},  {15, "(in 2 weeks)"},   {60, "(in 8 weeks)"}, {-61, "(2 months ago)"},
             {729, "(in 24 months)"}, {-730, "(2 years ago)"}};
  const date_t today = date_of(2026, 11, 24);
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    w->h = html_new(w->a);
    ui_date_near(w->h, today + all[i].days, today);
    HAS(w, all[i].words);
  }
  w->h = html_new(w->a);
  ui_date_near(w->h, DATE_NONE, today);
  HAS(w, "Not known");
  LACKS(w, "kith-near");
}

/* Colours of the design system's earlier releases go on working in a model. */
static void test_tag_colours(void **state) {
  struct world *w = *state;
  ui_tag(w->h, "light-blue", "A");
  HAS(w, "govuk-tag--teal");
  ui_tag(w->h, "no such", "B");
  HAS(w, "govuk-tag--grey");
}

static void test_pagination(void **state) {
  struct world *w = *state;
  ui_pagination(w->h, 1, 1, "?page=", NULL);
  assert_string_equal(shown(w), "");
  ui_pagination(w->h, 6, 40, "?page=", "&sort=name");
  HAS(w, "href=\"?page=5&amp;sort=name\" rel=\"prev\"");
  HAS(w, "href=\"?page=6&amp;sort=name\" aria-label=\"Page 6\" aria-current=\"page\"");
  assert_int_equal(count(shown(w), "--ellipsis"), 2);
  assert_int_equal(count(shown(w), "<li"), 7);
}

static void test_chart(void **state) {
  struct world *w = *state;
  static const char *const labels[] = {"Autumn", "Spring", "Summer"};
  static const int64_t values[] = {905, 0, -5};
  static const bool has[] = {true, false, true};
  const struct ui_series s = {"Attendance", values, has};
  ui_line_chart(w->h, &(struct ui_chart){.title = "T",
                                         .description = "D",
                                         .x_label = "Term",
                                         .scale = 1,
                                         .labels = labels,
                                         .n = 3,
                                         .series = &s,
                                         .n_series = 1});
  HAS(w, "role=\"img\"");
  HAS(w, ">90.5</td>");
  HAS(w, ">–</td>");
  HAS(w, ">-0.5</td>");
  assert_int_equal(count(shown(w), "<circle"), 2);
  LACKS(w, "nan");
  LACKS(w, "inf");
  ui_bar_chart(w->h, &(struct ui_chart){
                         .title = "T", .description = "D", .labels = labels, .n = 0, .series = &s, .n_series = 1});
  LACKS(w, "nan");
  assert_well_formed(w, shown(w));
}

static void test_textarea_keeps_first_line_end(void **state) {
  struct world *w = *state;
  ui_textarea(w->h, &(struct ui_field){.name = "v", .label = "V", .value = "\nsecond line"});
  HAS(w, ">\n\nsecond line</textarea>");
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
  const struct CMUnitTest tests[] = {
      T(test_text_stays_text),
      T(test_layout),
      T(test_errors_beside_questions),
      T(test_message_without_a_question),
      T(test_dates),
      T(test_table),
      T(test_cards),
      T(test_near_dates),
      T(test_tag_colours),
      T(test_pagination),
      T(test_chart),
      T(test_textarea_keeps_first_line_end),
  };
  return cmocka_run_group_tests_name("ui", tests, NULL, NULL);
}
