/* gallery: one page with every component, for eyes, axe and the HTML checker. Writes to standard output.
 *   gallery ASSETS_DIR [signed-out] */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "web/layout.h"

static void messages(struct html *h) {
  struct html *more = html_part(h);
  ui_notification(h, true, NULL, UI_TEXT("The plan was submitted to the virtual school."));
  ui_error_summary(h);
  ui_heading(h, 2, NULL, "Things that tell");
  ui_text(h, "A paragraph with characters that mean something elsewhere: <b>5 > 3 & \"2\" < '4'</b>.");
  ui_hint(h, "Last changed by Yusuf Adeyemi on 3 November 2026.");
  ui_inset(h, UI_TEXT("The designated teacher is on leave until 30 November 2026."));
  ui_warning(h, "The plan is due on Tuesday 8 December 2026.");
  ui_text(more, "Ten working days from the day on which the child became looked after.");
  ui_details(h, "How this date was worked out", UI_HTML(more));
  html_raw(h, "<p class=\"govuk-body\">");
  static const char *const colours[] = {"grey",    "green", "teal",   "blue",  "purple",
                                        "magenta", "red",   "orange", "yellow"};
  for (size_t i = 0; i < 9; i++) {
    ui_tag(h, colours[i], colours[i]);
    html_raw(h, " ");
  }
  html_raw(h, "</p>\n");
  ui_empty(h, "No plan has been started for Amara.", "#", "Initiate a plan");
}

static void lists(struct html *h) {
  static const struct ui_action change = {"Change", "#", "legal status"};
  const struct ui_summary_row rows[] = {
      {.key = "Name", .value = UI_TEXT("Amara Nwosu")},
      {.key = "Legal status", .value = UI_TEXT("C2 Full care order"), .actions = &change, .n_actions = 1},
      {.key = "Placement", .missing = true},
  };
  static const struct ui_action subnav[] = {{"Overview", "#", NULL},
                                            {"Education plan", "#", NULL},
                                            {"Placements", "#", NULL},
                                            {"People", "#", NULL},
                                            {"History", "#", NULL}};
  static const struct ui_column columns[] = {{.title = "Name", .sort_href = "#", .sorted = 1},
                                             {.title = "Year group", .numeric = true, .sort_href = "#"},
                                             {.title = "School"},
                                             {.title = "Plan"},
                                             {.title = "Due", .sort_href = "#"}};
  struct html *due = html_part(h);
  ui_tag(due, "red", "Overdue");
  const struct ui_cell cells[] = {
      {.text = "Amara Nwosu", .href = "#"},
      {.text = "9"},
      {.text = "Harbour Academy"},
      {.html = due},
      {.text = "12 November 2026"},
      {.text = "Callum O'Neill", .href = "#"},
      {.text = "11"},
      {.text = "St Brannoc's Church of England Secondary School"},
      {.text = "Submitted"},
      {.text = "8 December 2026"},
      {.text = "Zofia Wiśniewska", .href = "#"},
      {.text = "2"},
      {.text = "Mill Lane Primary School"},
      {.text = "Approved"},
      {.text = "–"},
  };
  struct ui_table table = {
      .caption = "Children allocated to you", .row_headers = true, .columns = columns, .n_columns = 5};
  struct ui_table none = {.caption = "Suspensions",
                          .columns = columns,
                          .n_columns = 5,
                          .empty = "No suspension has been recorded this school year."};
  ui_subnav(h, "Amara Nwosu", subnav, 5, 0);
  ui_figures_begin(h);
  ui_figure(h, "42", "children in care", "#");
  ui_figure(h, "3", "plans overdue", "#");
  ui_figure(h, "93.4%", "attendance this term", NULL);
  ui_figures_end(h);
  ui_card_begin(h, 2, "Who Amara is", NULL);
  ui_summary_list(h, rows, 3);
  ui_card_end(h);
  ui_table_all(h, &table, cells, 3);
  ui_table_all(h, &none, NULL, 0);
  ui_pagination(h, 4, 12, "?page=", NULL);
}

static void happenings(struct html *h) {
  static const struct ui_task tasks[] = {{"What I think", "#", "Filled by Amara or her advocate", "Done", NULL},
                                         {"Attainment and progress", "#", NULL, "Returned", "orange"},
                                         {"Targets", "#", NULL, "Not started", "blue"}};
  ui_heading(h, 2, NULL, "The plan, section by section");
  ui_task_list(h, tasks, 3);
  ui_timeline_begin(h, "What happened");
  ui_timeline_event(h, &(struct ui_event){"Plan returned", "24 November 2026 at 10:12", "Priya Raman",
                                          UI_TEXT("Please say how the reading target\nwill be paid for.")});
  ui_timeline_event(h, &(struct ui_event){"Plan submitted", "20 November 2026 at 16:40", "Yusuf Adeyemi", {0}});
  ui_timeline_end(h);
}

static void charts(struct html *h) {
  static const char *const terms[] = {"Autumn 24", "Spring 25", "Summer 25", "Autumn 25", "Spring 26", "Summer 26"};
  static const int64_t ours[] = {912, 905, 921, 934, 928, 941}, england[] = {903, 899, 908, 911, 0, 0};
  static const bool known[] = {true, true, true, true, false, false};
  const struct ui_series series[] = {{"Our children", ours, NULL}, {"Children in care, England", england, known}};
  const struct ui_chart c = {
      .title = "Attendance",
      .description =
          "Our children attended between 90.5% and 94.1% of sessions, more than children in care in England.",
      .x_label = "Term",
      .scale = 1,
      .from = 880,
      .labels = terms,
      .n = 6,
      .series = series,
      .n_series = 2};
  static const char *const groups[] = {"Years R–2", "Years 3–6", "Years 7–9", "Years 10–11", "Years 12–13"};
  static const int64_t counts[] = {6, 11, 9, 12, 4};
  const struct ui_series one = {"Children", counts, NULL};
  const struct ui_chart bars = {.title = "Children by year group",
                                .description = "Most are in years 10 to 11.",
                                .x_label = "Years",
                                .labels = groups,
                                .n = 5,
                                .series = &one,
                                .n_series = 1};
  ui_heading(h, 2, NULL, "Charts");
  ui_columns_begin(h, "one-half");
  ui_line_chart(h, &c);
  ui_columns_next(h, "one-half");
  ui_bar_chart(h, &bars);
  ui_columns_end(h);
}

static void forms(struct html *h) {
  static const struct ui_option ways[] = {
      {.value = "talked", .label = "In conversation"},
      {.value = "written", .label = "In writing"},
      {.value = "other", .label = "In another way", .hint = "Drawing, signing, an app"}};
  static const char *const ticked[] = {"written"};
  ui_heading(h, 2, NULL, "Questions");
  ui_form_begin(h, &(struct ui_form){.action = "/nowhere", .csrf = "0", .key = "1"});
  ui_input(h, &(struct ui_field){.name = "f.upn",
                                 .label = "Unique pupil number",
                                 .hint = "13 characters, on the school's roll",
                                 .value = "A123",
                                 .width = 20,
                                 .no_spellcheck = true});
  ui_input(h, &(struct ui_field){.name = "f.cost_pence",
                                 .label = "Cost",
                                 .optional = true,
                                 .prefix = "£",
                                 .width = 5,
                                 .inputmode = "decimal"});
  ui_date_input(h, &(struct ui_field){.name = "f.met_on",
                                      .label = "When did the meeting take place?",
                                      .hint = "For example, 27 3 2026",
                                      .value = "31/2/2026"});
  ui_textarea(h, &(struct ui_field){.name = "f.view",
                                    .label = "In my own words",
                                    .max_length = 4000,
                                    .value = "\nI like <maths>",
                                    .source = "Promoting the education of looked-after children, paragraph 32"});
  ui_radios(
      h,
      &(struct ui_field){
          .name = "f.way", .label = "How was the view asked for?", .options = ways, .n_options = 3, .value = "talked"});
  ui_checkboxes(h, &(struct ui_field){.name = "f.ways",
                                      .label = "What else was used?",
                                      .options = ways,
                                      .n_options = 3,
                                      .values = ticked,
                                      .n_values = 1,
                                      .small = true});
  ui_select(h, &(struct ui_field){
                   .name = "f.status", .label = "Legal status", .options = ways, .n_options = 3, .value = "written"});
  ui_file(h, &(struct ui_field){.name = "f.file", .label = "Letter from the school"});
  ui_password(h, &(struct ui_field){.name = "password", .label = "Password"});
  ui_buttons_begin(h);
  ui_submit(h, "Save");
  ui_button(h,
            &(struct ui_button){.text = "Save and mark as done", .kind = UI_SECONDARY, .name = "done", .value = "yes"});
  ui_button(h, &(struct ui_button){.text = "Void this record", .kind = UI_WARNING, .href = "#"});
  ui_link(h, "#", "Cancel");
  ui_buttons_end(h);
  ui_form_end(h);
}

static void tabs(struct html *h) {
  struct html *one = html_part(h), *two = html_part(h);
  ui_heading(one, 3, "m", "Now");
  ui_text(one, "What is true today.");
  ui_heading(two, 3, "m", "Before");
  ui_text(two, "What was true before.");
  const struct ui_tab both[] = {{"now", "Now", one}, {"before", "Before", two}};
  ui_tabs(h, "Placements", both, 2);
}

int main(int argc, char **argv) {
  struct arena *a = arena_new();
  struct error e;
  const struct assets *assets;
  struct html *h = html_new(a);
  error_init(&e, a);
  if (!assets_load(a, argc > 1 ? argv[1] : NULL, &assets, &e)) {
    fprintf(stderr, "%s\n", e.message);
    return 1;
  }
  static const struct layout_nav nav[] = {{"home", "Home", "/"},
                                          {"children", "Children", "/children"},
                                          {"school", "Virtual school", "/school"},
                                          {"reports", "Reports", "/reports"}};
  static const struct ui_crumb crumbs[] = {{"Home", "/"}, {"Children", "/children"}, {"Amara Nwosu", NULL}};
  bool out = argc > 2 && strcmp(argv[2], "signed-out") == 0;
  error_field(&e, "upn", "A123", "Enter a unique pupil number of 13 characters, like A123456789012");
  error_field(&e, "met_on", "31/2/2026", "Enter a date that exists: February 2026 has 28 days");
  html_errors(h, &e);
  ui_heading_caption(h, "Amara Nwosu", "Personal education plan");
  messages(h);
  lists(h);
  happenings(h);
  charts(h);
  tabs(h);
  forms(h);
  ui_panel(h, "Plan approved", UI_TEXT("Its record is frozen and can be printed."));
  struct layout l = {.assets = assets,
                     .title = "Every component",
                     .error = true,
                     .section = "children",
                     .nav = nav,
                     .n_nav = 4,
                     .crumbs = crumbs,
                     .n_crumbs = 3,
                     .main = h,
                     .user = out ? NULL : "Dana Whitfield",
                     .authority = out ? NULL : "Exampleshire",
                     .choose = true,
                     .synthetic = true,
                     .csrf = "0",
                     .request_id = "1f4d45c0ffee1f4d"};
  struct buf page;
  buf_init(&page, a);
  layout_page(&page, a, &l);
  fwrite(page.data, 1, page.len, stdout);
  arena_free(a);
  return 0;
}
