/* Summary lists, tables, tasks, timelines, tabs and the ways about a site. */
#include <string.h>

#include "web/markup.h"

/* --- summary list ---------------------------------------------------------------------------------------------------------------- */
static void summary_action(struct html *h, const struct ui_action *a) {
  if (a->hidden)
    ui_link_hidden(h, a->href, a->text, a->hidden);
  else
    ui_link(h, a->href, a->text);
}

static void summary_actions(struct html *h, const struct ui_action *actions, size_t n) {
  if (n == 0) return;
  html_raw(h, "<dd class=\"govuk-summary-list__actions\">");
  if (n == 1) {
    summary_action(h, actions);
  } else {
    html_raw(h, "<ul class=\"govuk-summary-list__actions-list\">");
    for (size_t i = 0; i < n; i++) {
      html_raw(h, "<li class=\"govuk-summary-list__actions-list-item\">");
      summary_action(h, &actions[i]);
      html_raw(h, "</li>");
    }
    html_raw(h, "</ul>");
  }
  html_raw(h, "</dd>\n");
}

void ui_summary_begin(struct html *h) {
  html_raw(h, "<dl class=\"govuk-summary-list kith-dense\">\n");
}

void ui_summary_row(struct html *h, const struct ui_summary_row *row) {
  markup(h, "<div class=\"govuk-summary-list__row$\">\n", row->n_actions ? "" : " govuk-summary-list__row--no-actions");
  markup(h, "<dt class=\"govuk-summary-list__key\">$</dt>\n<dd class=\"govuk-summary-list__value\">", row->key);
  if (row->missing)
    html_raw(h, "<span class=\"kith-secondary\">Not recorded</span>");
  else if (row->value.html)
    html_put(h, row->value.html);
  else
    html_lines(h, row->value.text);
  html_raw(h, "</dd>\n");
  summary_actions(h, row->actions, row->n_actions);
  html_raw(h, "</div>\n");
}

void ui_summary_end(struct html *h) {
  html_raw(h, "</dl>\n");
}

void ui_summary_list(struct html *h, const struct ui_summary_row *rows, size_t n) {
  if (n == 0) return;
  ui_summary_begin(h);
  for (size_t i = 0; i < n; i++) ui_summary_row(h, &rows[i]);
  ui_summary_end(h);
}

void ui_facts_begin(struct html *h, const char *title, const char *href) {
  html_raw(h, "<div class=\"kith-facts\">\n<h3 class=\"kith-facts__title\">");
  if (href)
    ui_link(h, href, title);
  else
    html_text(h, title);
  html_raw(h, "</h3>\n<dl class=\"kith-facts__list\">\n");
}

void ui_fact(struct html *h, const char *key, struct ui_piece value) {
  markup(h, "<div class=\"kith-facts__row\"><dt>$</dt><dd>", key);
  markup_piece(h, value);
  html_raw(h, "</dd></div>\n");
}

void ui_facts_end(struct html *h) {
  html_raw(h, "</dl>\n</div>\n");
}

/* --- table ------------------------------------------------------------------------------------------------------------------------- */
static void table_heading(struct html *h, const struct ui_column *c) {
  markup(h, "<th scope=\"col\" class=\"govuk-table__header$\"", c->numeric ? " govuk-table__header--numeric" : "");
  if (c->sorted) html_attr(h, "aria-sort", c->sorted > 0 ? "ascending" : "descending");
  html_raw(h, ">");
  if (c->sort_href)
    markup(h, "<a class=\"kith-sort\" href=\"$\">$</a>", c->sort_href, c->title);
  else if (c->title_hidden)
    markup(h, "<span class=\"govuk-visually-hidden\">$</span>", c->title);
  else
    html_text(h, c->title);
  html_raw(h, "</th>\n");
}

static void table_begin(struct html *h, const struct ui_table *t) {
  const char *id = html_id(h, "table");
  /* A wide table scrolls inside its own region, which keyboard users can reach; the page itself never scrolls sideways. */
  markup(h, "<div class=\"kith-scroll\" role=\"region\" aria-labelledby=\"$\" tabindex=\"0\">\n", id);
  markup(h, "<table class=\"govuk-table$$\"", t->roomy ? "" : " kith-dense", t->cards ? " kith-cards" : "");
  html_attr(h, "role", t->cards ? "table" : NULL); /* said, because a browser forgets it when the rows become cards */
  html_raw(h, ">\n");
  markup(h, "<caption class=\"govuk-table__caption govuk-table__caption--m$\" id=\"$\">$</caption>\n",
         t->caption_hidden ? " govuk-visually-hidden" : "", id, t->caption);
  html_raw(h, "<thead class=\"govuk-table__head\">\n<tr class=\"govuk-table__row\">\n");
  for (size_t i = 0; i < t->n_columns; i++) table_heading(h, &t->columns[i]);
  html_raw(h, "</tr>\n</thead>\n<tbody class=\"govuk-table__body\">\n");
}

static void table_content(struct html *h, const struct ui_cell *c) {
  if (c->html)
    html_put(h, c->html);
  else if (c->href && c->hidden)
    ui_link_hidden(h, c->href, c->text, c->hidden);
  else if (c->href)
    ui_link(h, c->href, c->text);
  else
    html_text(h, c->text);
}

void ui_table_row(struct html *h, struct ui_table *t, const struct ui_cell *cells) {
  if (t->rows++ == 0) table_begin(h, t);
  html_raw(h, "<tr class=\"govuk-table__row\"");
  html_attr(h, "role", t->cards ? "row" : NULL);
  html_raw(h, ">\n");
  for (size_t i = 0; i < t->n_columns; i++) {
    bool header = t->row_headers && i == 0;
    if (header)
      html_raw(h, "<th scope=\"row\" class=\"govuk-table__header\"");
    else
      markup(h, "<td class=\"govuk-table__cell$\"", t->columns[i].numeric ? " govuk-table__cell--numeric" : "");
    html_attr(h, "role", !t->cards ? NULL : header ? "rowheader" : "cell");
    html_raw(h, ">");
    bool empty = cells[i].html ? html_length(cells[i].html) == 0 : !cells[i].text || !*cells[i].text;
    if (t->cards && !header && !empty)
      markup(h, "<span class=\"kith-cards__key\" aria-hidden=\"true\">$</span>", t->columns[i].title);
    table_content(h, &cells[i]);
    if (header)
      html_raw(h, "</th>\n");
    else
      html_raw(h, "</td>\n");
  }
  html_raw(h, "</tr>\n");
}

void ui_table_end(struct html *h, struct ui_table *t) {
  if (t->rows == 0) {
    if (!t->caption_hidden && t->caption) markup(h, "<h2 class=\"govuk-heading-m\">$</h2>\n", t->caption);
    ui_empty(h, t->empty ? t->empty : "There is nothing here yet.", NULL, NULL);
    return;
  }
  html_raw(h, "</tbody>\n</table>\n</div>\n");
}

void ui_table_all(struct html *h, struct ui_table *t, const struct ui_cell *cells, size_t n_rows) {
  for (size_t i = 0; i < n_rows; i++) ui_table_row(h, t, cells + i * t->n_columns);
  ui_table_end(h, t);
}

/* --- tasks, events, tabs --------------------------------------------------------------------------------------------------------------- */
static void task(struct html *h, const struct ui_task *t) {
  const char *id = html_id(h, "task");
  markup(h, "<li class=\"govuk-task-list__item$\">\n<div class=\"govuk-task-list__name-and-hint\">",
         t->href ? " govuk-task-list__item--with-link" : "");
  if (t->href) {
    markup(h, "<a class=\"govuk-link govuk-task-list__link\" href=\"$\" aria-describedby=\"$-status", t->href, id);
    if (t->hint) markup(h, " $-hint", id);
    markup(h, "\">$</a>", t->name);
  } else {
    markup(h, "<div>$</div>", t->name);
  }
  if (t->hint) markup(h, "<div id=\"$-hint\" class=\"govuk-task-list__hint\">$</div>", id, t->hint);
  markup(h, "</div>\n<div class=\"govuk-task-list__status\" id=\"$-status\">", id);
  if (t->colour)
    ui_tag(h, t->colour, t->status);
  else
    html_text(h, t->status);
  html_raw(h, "</div>\n</li>\n");
}

void ui_task_list(struct html *h, const struct ui_task *tasks, size_t n) {
  if (n == 0) return;
  html_raw(h, "<ul class=\"govuk-task-list\">\n");
  for (size_t i = 0; i < n; i++) task(h, &tasks[i]);
  html_raw(h, "</ul>\n");
}

void ui_timeline_begin(struct html *h, const char *label) {
  markup(h, "<ol class=\"kith-timeline\" aria-label=\"$\">\n", label);
}

void ui_timeline_event(struct html *h, const struct ui_event *e) {
  markup(h,
         "<li class=\"kith-timeline__event\">\n<p class=\"kith-timeline__title\">$</p>\n<p "
         "class=\"kith-timeline__when\">$",
         e->title, e->when);
  if (e->by) markup(h, ", by $", e->by);
  html_raw(h, "</p>\n");
  if (e->body.html || e->body.text) {
    html_raw(h, "<div class=\"kith-timeline__body\">");
    if (e->body.html)
      html_put(h, e->body.html);
    else
      html_lines(h, e->body.text);
    html_raw(h, "</div>\n");
  }
  html_raw(h, "</li>\n");
}

void ui_timeline_end(struct html *h) {
  html_raw(h, "</ol>\n");
}

void ui_tabs(struct html *h, const char *title, const struct ui_tab *tabs, size_t n) {
  if (n == 0) return;
  markup(h, "<div class=\"govuk-tabs\" data-module=\"govuk-tabs\">\n<h2 class=\"govuk-tabs__title\">$</h2>\n", title);
  html_raw(h, "<ul class=\"govuk-tabs__list\">\n");
  for (size_t i = 0; i < n; i++)
    markup(h, "<li class=\"govuk-tabs__list-item$\"><a class=\"govuk-tabs__tab\" href=\"#$\">$</a></li>\n",
           i == 0 ? " govuk-tabs__list-item--selected" : "", tabs[i].id, tabs[i].label);
  html_raw(h, "</ul>\n");
  for (size_t i = 0; i < n; i++) {
    markup(h, "<div class=\"govuk-tabs__panel$\" id=\"$\">\n", i == 0 ? "" : " govuk-tabs__panel--hidden", tabs[i].id);
    html_put(h, tabs[i].panel);
    html_raw(h, "</div>\n");
  }
  html_raw(h, "</div>\n");
}

void ui_subnav(struct html *h, const char *label, const struct ui_action *items, size_t n, int current) {
  markup(h, "<nav class=\"kith-subnav\" aria-label=\"$\">\n<ul class=\"kith-subnav__list\">\n", label);
  for (size_t i = 0; i < n; i++) {
    bool here = current >= 0 && i == (size_t)current;
    markup(h, "<li class=\"kith-subnav__item\"><a class=\"kith-subnav__link\" href=\"$\"", items[i].href);
    html_attr(h, "aria-current", here ? "page" : NULL);
    markup(h, ">$</a></li>\n", items[i].text);
  }
  html_raw(h, "</ul>\n</nav>\n");
}

/* --- ways about -------------------------------------------------------------------------------------------------------------------------- */
void ui_breadcrumbs(struct html *h, const struct ui_crumb *crumbs, size_t n) {
  if (n == 0) return;
  html_raw(h, "<nav class=\"govuk-breadcrumbs\" aria-label=\"Breadcrumb\">\n<ol class=\"govuk-breadcrumbs__list\">\n");
  for (size_t i = 0; i < n; i++) {
    html_raw(h, "<li class=\"govuk-breadcrumbs__list-item\"");
    if (crumbs[i].href)
      markup(h, "><a class=\"govuk-breadcrumbs__link\" href=\"$\">$</a></li>\n", crumbs[i].href, crumbs[i].text);
    else
      markup(h, " aria-current=\"page\">$</li>\n", crumbs[i].text);
  }
  html_raw(h, "</ol>\n</nav>\n");
}

void ui_back_link(struct html *h, const char *href, const char *text) {
  markup(h, "<a class=\"govuk-back-link\" href=\"$\">$</a>\n", href, text ? text : "Back");
}

static void page_arrow(struct html *h, bool next) {
  if (next)
    html_raw(h,
             "<svg class=\"govuk-pagination__icon govuk-pagination__icon--next\" xmlns=\"http://www.w3.org/2000/svg\" "
             "height=\"13\" "
             "width=\"15\" aria-hidden=\"true\" focusable=\"false\" viewBox=\"0 0 15 13\"><path d=\"M8.5 0 7 1.5l4 "
             "4H0v2h11l-4 4L8.5 13 15 "
             "6.5z\"></path></svg>");
  else
    html_raw(h,
             "<svg class=\"govuk-pagination__icon govuk-pagination__icon--prev\" xmlns=\"http://www.w3.org/2000/svg\" "
             "height=\"13\" "
             "width=\"15\" aria-hidden=\"true\" focusable=\"false\" viewBox=\"0 0 15 13\"><path d=\"M6.5 0 8 1.5l-4 "
             "4h11v2H4l4 4L6.5 13 0 "
             "6.5z\"></path></svg>");
}

static void page_step(struct html *h, bool next, const char *href) {
  markup(h, "<div class=\"govuk-pagination__$\"><a class=\"govuk-link govuk-pagination__link\" href=\"$\" rel=\"$\">",
         next ? "next" : "prev", href, next ? "next" : "prev");
  if (!next) page_arrow(h, false);
  markup(h, "<span class=\"govuk-pagination__link-title\">$<span class=\"govuk-visually-hidden\"> page</span></span>",
         next ? "Next" : "Previous");
  if (next) page_arrow(h, true);
  html_raw(h, "</a></div>\n");
}

static void page_number(struct html *h, const char *prefix, const char *suffix, int number, bool here) {
  const char *n = arena_printf(h->out.arena, "%d", number);
  markup(h,
         "<li class=\"govuk-pagination__item$\"><a class=\"govuk-link govuk-pagination__link\" href=\"$$$\" "
         "aria-label=\"Page $\"",
         here ? " govuk-pagination__item--current" : "", prefix, n, suffix, n);
  html_attr(h, "aria-current", here ? "page" : NULL);
  markup(h, ">$</a></li>\n", n);
}

void ui_pagination(struct html *h, int page, int pages, const char *prefix, const char *suffix) {
  if (pages <= 1) return;
  if (!suffix) suffix = "";
  html_raw(h, "<nav class=\"govuk-pagination\" aria-label=\"Pagination\">\n");
  if (page > 1) page_step(h, false, arena_printf(h->out.arena, "%s%d%s", prefix, page - 1, suffix));
  html_raw(h, "<ul class=\"govuk-pagination__list\">\n");
  int shown = 0;
  for (int i = 1; i <= pages; i++) {
    if (i != 1 && i != pages && (i < page - 1 || i > page + 1)) continue;
    if (shown && i > shown + 1)
      html_raw(h, "<li class=\"govuk-pagination__item govuk-pagination__item--ellipsis\">&ctdot;</li>\n");
    page_number(h, prefix, suffix, i, i == page);
    shown = i;
  }
  html_raw(h, "</ul>\n");
  if (page < pages) page_step(h, true, arena_printf(h->out.arena, "%s%d%s", prefix, page + 1, suffix));
  html_raw(h, "</nav>\n");
}

void ui_pagination_more(struct html *h, const char *previous_href, const char *next_href) {
  if (!previous_href && !next_href) return;
  html_raw(h, "<nav class=\"govuk-pagination\" aria-label=\"Pagination\">\n");
  if (previous_href) page_step(h, false, previous_href);
  if (next_href) page_step(h, true, next_href);
  html_raw(h, "</nav>\n");
}
