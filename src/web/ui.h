/* ui: the component library. A C function a component, in the markup of the GOV.UK Design System (govuk-frontend 6), without its crown,
 * logo or typeface. Every `const char *` is text and is escaped; HTML has a type of its own, `struct html`, and can be made only by
 * the functions here (html_raw takes string literals of the program only). NULL text shows nothing.
 *
 * A page or a fragment is a struct html in an arena; components append to it. Where a component holds others, it has a begin and an
 * end, or takes a fragment (`const struct html *`). Ids are made unique within a page by the html that holds them: fragments that go
 * into a page are made with html_part(page), so that they share its counter and its errors.
 *
 * Forms: html_errors(h, e) once, then ui_error_summary; every question whose name is an item's `column` shows that item's
 * message, and the summary links to it. A question has name N and id "f-N"; its error has id "f-N-error".
 * Everything works without script and at 320 px; nothing has inline style or script. */
#ifndef KITH_WEB_UI_H
#define KITH_WEB_UI_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
struct error;

struct html {
  struct buf out;
  const struct error *errors; /* of the form being shown, or NULL */
  int *next_id;               /* shared by a page and its parts */
};
struct html *html_new(struct arena *a);
struct html *html_part(const struct html *page);         /* a fragment to be put into this page */
void html_errors(struct html *h, const struct error *e); /* shown beside the questions that follow; NULL none */
void html_text(struct html *h, const char *text);        /* escaped for content and for quoted attributes */
void html_textf(struct html *h, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));                  /* formatted, then escaped */
void html_lines(struct html *h, const char *text);          /* escaped, line ends shown: white-space: pre-line */
void html_put(struct html *h, const struct html *fragment); /* NULL adds nothing */
#define html_raw(h, literal) html_raw_literal((h), "" literal "")
void html_raw_literal(struct html *h, const char *literal); /* only through html_raw */
void html_attr(struct html *h, const char *name,
               const char *value); /* ` name="escaped"`; NULL value adds nothing. name is the program's */
const char *html_id(struct html *h, const char *stem); /* "stem-7", unique in the page */
size_t html_length(const struct html *h);

/* A short piece that is text or HTML: exactly one of the two is given. */
struct ui_piece {
  const char *text;
  const struct html *html;
};
#define UI_TEXT(s) ((struct ui_piece){.text = (s)})
#define UI_HTML(h) ((struct ui_piece){.html = (h)})

/* --- text ------------------------------------------------------------------------------------------------------------------------- */
void ui_heading(struct html *h, int level, const char *size,
                const char *text); /* level 1..4; size "xl" "l" "m" "s", NULL: l m s s by level */
void ui_heading_caption(struct html *h, const char *caption, const char *text); /* h1 with a caption above */
void ui_text(struct html *h, const char *text);                                 /* paragraph */
void ui_textf(struct html *h, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void ui_hint(struct html *h, const char *text); /* paragraph in the secondary colour */
void ui_prose(struct html *h, const char *text,
              const char *lang); /* what a person wrote, in their lines; lang NULL: English */
void ui_paragraph(struct html *h, struct ui_piece content);
void ui_link(struct html *h, const char *href, const char *text); /* inline */
void ui_link_hidden(struct html *h, const char *href, const char *text,
                    const char *hidden); /* "Change<hidden> date of birth</hidden>" */
void ui_list(struct html *h, bool bullets, const struct ui_piece *items, size_t n);
void ui_meta(struct html *h, const struct ui_piece *items, size_t n); /* short facts on one line, below a heading */
void ui_rule(struct html *h);                                         /* section break */

/* --- layout inside a page ------------------------------------------------------------------------------------------------------------ */
void ui_columns_begin(struct html *h,
                      const char *width); /* "two-thirds", "one-third", "one-half", "full": opens row and column */
void ui_columns_next(struct html *h, const char *width);
void ui_columns_end(struct html *h);
void ui_section_begin(struct html *h, const char *id,
                      const char *heading); /* <section> labelled by its h2; id NULL: made */
void ui_section_end(struct html *h);
void ui_card_begin(struct html *h, int level, const char *title,
                   const struct html *actions); /* a summary card; actions may be NULL */
void ui_card_end(struct html *h);

/* --- things that tell ----------------------------------------------------------------------------------------------------------------- */
void ui_tag(
    struct html *h, const char *colour,
    const char *text); /* grey green teal blue purple magenta red orange yellow; NULL: blue. Other words: grey */
void ui_inset(struct html *h, struct ui_piece content);
void ui_warning(struct html *h, const char *text);
void ui_details(struct html *h, const char *summary, struct ui_piece content);
void ui_panel(struct html *h, const char *title, struct ui_piece body); /* confirmation */
void ui_notification(struct html *h, bool success, const char *title,
                     struct ui_piece content); /* title NULL: "Success" or "Important" */
void ui_error_summary(struct html *h);         /* from html_errors; nothing when there are none */
void ui_empty(struct html *h, const char *what, const char *do_href,
              const char *do_text); /* empty state: what would be here, and how to begin (may be NULL) */

struct ui_crumb {
  const char *text, *href;
}; /* href NULL: the page itself */
void ui_breadcrumbs(struct html *h, const struct ui_crumb *crumbs, size_t n);
void ui_back_link(struct html *h, const char *href, const char *text); /* text NULL: "Back" */
/* Pages 1..pages; nothing when there is one page. */
void ui_pagination(struct html *h, int page, int pages, const char *prefix,
                   const char *suffix); /* href = prefix + number + suffix */
void ui_pagination_more(struct html *h, const char *previous_href, const char *next_href); /* either may be NULL */

/* --- lists of values -------------------------------------------------------------------------------------------------------------------- */
struct ui_action {
  const char *text, *href, *hidden;
}; /* hidden: said by screen readers after text */
struct ui_summary_row {
  const char *key;
  struct ui_piece value;
  const struct ui_action *actions;
  size_t n_actions;
  bool missing; /* value not given: shown so */
};
void ui_summary_list(struct html *h, const struct ui_summary_row *rows, size_t n);
void ui_summary_begin(struct html *h); /* the same, row by row */
void ui_summary_row(struct html *h, const struct ui_summary_row *row);
void ui_summary_end(struct html *h);

/* Facts in a narrow column: each key above its value, so that neither is broken. */
void ui_facts_begin(struct html *h, const char *title,
                    const char *href); /* an h3; href: the record it comes from, or NULL */
void ui_fact(struct html *h, const char *key, struct ui_piece value);
void ui_facts_end(struct html *h);

/* A table is written as its rows come; without any row the empty text stands in its place. */
struct ui_column {
  const char *title;
  bool numeric;
  bool title_hidden;
  const char *sort_href;
  int sorted; /* 1 ascending, -1 descending */
};
struct ui_cell {
  const char *text;
  const struct html *html;
  const char *href;   /* link round the text */
  const char *hidden; /* said after the link's text */
};
struct ui_table {
  const char *caption;
  bool caption_hidden; /* always there for those who hear the page */
  bool roomy;          /* GOV.UK's spacing instead of Kith's denser one */
  bool row_headers;    /* first cell of each row is its header */
  bool cards;        /* on a narrow screen each row is a card with its columns' titles, instead of a table to scroll */
  const char *empty; /* text when there are no rows; NULL: "There is nothing here yet." */
  const struct ui_column *columns;
  size_t n_columns;
  size_t rows; /* counted by ui_table_row; set 0 */
};
void ui_table_row(struct html *h, struct ui_table *t, const struct ui_cell *cells); /* t->n_columns cells */
void ui_table_end(struct html *h, struct ui_table *t);
void ui_table_all(struct html *h, struct ui_table *t, const struct ui_cell *cells, size_t n_rows);

struct ui_task {
  const char *name, *href, *hint;
  const char *status;
  const char *colour; /* NULL: status as plain text */
};
void ui_task_list(struct html *h, const struct ui_task *tasks, size_t n);

struct ui_event {
  const char *title;
  const char *when, *by;
  struct ui_piece body;
};
void ui_timeline_begin(struct html *h, const char *label);
void ui_timeline_event(struct html *h, const struct ui_event *e);
void ui_timeline_end(struct html *h);

/* Without script every panel is shown, one below the other, with the list of links above. */
struct ui_tab {
  const char *id, *label;
  const struct html *panel;
};
void ui_tabs(struct html *h, const char *title, const struct ui_tab *tabs, size_t n);

/* A row of links to sibling pages (part of a child's record). current by index, -1 none. */
void ui_subnav(struct html *h, const char *label, const struct ui_action *items, size_t n, int current);

/* --- numbers ----------------------------------------------------------------------------------------------------------------------------- */
void ui_figure(struct html *h, const char *value, const char *label,
               const char *href); /* one big number; inside ui_figures */
void ui_figures_begin(struct html *h);
void ui_figures_end(struct html *h);

/* SVG made on the server, with title and description, and the same numbers as a table in a details element below. Values are scaled
 * integers (scale decimal places); has[i] false leaves a gap. */
struct ui_series {
  const char *name;
  const int64_t *values;
  const bool *has; /* NULL: all */
};
struct ui_chart {
  const char *title, *description;
  const char *x_label;
  int scale;
  int64_t from; /* a line chart's axis begins here, or below at the lowest value; bars stand on zero */
  const char *const *labels;
  size_t n;
  const struct ui_series *series;
  size_t n_series; /* at most 4 */
};
void ui_line_chart(struct html *h, const struct ui_chart *c);
void ui_bar_chart(struct html *h, const struct ui_chart *c);

/* --- forms --------------------------------------------------------------------------------------------------------------------------------- */
struct ui_form {
  const char *action; /* path */
  bool get;           /* otherwise POST, and then csrf must be given */
  const char *csrf;   /* page_csrf(p) */
  const char *key;    /* page_key(p): the same post twice is done once; NULL for posts that change nothing */
  bool files;         /* multipart */
  const char *draft;  /* path to which the form is autosaved as it is typed, or NULL */
  const char *id, *class_;
  bool guard; /* warn before leaving with unsaved changes */
};
void ui_form_begin(struct html *h, const struct ui_form *f);
void ui_form_end(struct html *h);
void ui_hidden(struct html *h, const char *name, const char *value);

struct ui_option {
  const char *value, *label, *hint;
  bool disabled;
  bool divider; /* "or" before it */
};
/* What any question may have; a component reads what concerns it. */
struct ui_field {
  const char *name, *label, *hint;
  const char *value;      /* as typed; dates "YYYY-MM-DD", or day/month/year as typed when that was no date */
  const char *error;      /* NULL: looked up by name in html_errors */
  const char *label_size; /* "l" "m" "s"; NULL: as a usual label. With heading: the page's h1 */
  bool heading, optional, hidden_label, read_only, autofocus;
  const char *source; /* why it is asked: shown under the hint */
  const char *type;   /* input: "text" (NULL), "search", "email", "tel", "url" */
  const char *autocomplete, *inputmode, *prefix, *suffix;
  bool no_spellcheck;
  int width;       /* characters: 2 3 4 5 10 20 30; 0 all */
  int rows;        /* textarea; 0: 5 */
  long max_length; /* 0 none; textarea then shows a count */
  const char *lang;
  const char *show_if; /* JSON of cond_json: hidden by script while false, always shown without script */
  const struct ui_option *options;
  size_t n_options; /* select radios checkboxes */
  const char *const *values;
  size_t n_values;          /* checkboxes ticked */
  const char *empty_option; /* select: first, with value ""; NULL: "Choose" */
  bool in_line, small;      /* radios checkboxes */
  const char *accept;       /* file */
};
void ui_input(struct html *h, const struct ui_field *f);
void ui_password(struct html *h, const struct ui_field *f); /* with a button that shows it; never given a value */
void ui_textarea(struct html *h, const struct ui_field *f);
void ui_select(struct html *h, const struct ui_field *f);
void ui_radios(struct html *h, const struct ui_field *f);
void ui_checkboxes(struct html *h, const struct ui_field *f);
void ui_date_input(struct html *h,
                   const struct ui_field *f); /* inputs N-day, N-month, N-year; page_input joins them again */
void ui_file(struct html *h, const struct ui_field *f);
void ui_fieldset_begin(struct html *h, const char *legend, const char *size, bool heading, const char *hint);
void ui_fieldset_end(struct html *h);

enum ui_button_kind { UI_BUTTON, UI_SECONDARY, UI_WARNING };
struct ui_button {
  const char *text;
  enum ui_button_kind kind;
  const char *name, *value; /* of a submit */
  const char *href;         /* a link that looks so */
  bool no_validate;
};
void ui_button(struct html *h, const struct ui_button *b);
void ui_submit(struct html *h, const char *text);
void ui_buttons_begin(struct html *h); /* a row of buttons and links */
void ui_buttons_end(struct html *h);

/* --- dates as people read them ----------------------------------------------------------------------------------------------------------- */
void ui_date(struct html *h, date_t d); /* <time datetime>12 December 2025</time>; "Not known" for DATE_NONE */
void ui_date_near(struct html *h, date_t d,
                  date_t today);              /* the same with how far off: "(in 10 days)", "(3 weeks ago)" */
void ui_instant(struct html *h, instant_t t); /* 12 December 2025 at 14:05, London */
#endif
