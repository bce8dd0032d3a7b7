/* Headings, paragraphs, the grid, and components that tell somebody something. */
#include <string.h>

#include "base/error.h"
#include "web/markup.h"

static const char *const heading_sizes[] = {"l", "m", "s", "s"};

void ui_heading(struct html *h, int level, const char *size, const char *text) {
  if (level < 1 || level > 4) level = 2;
  if (!size) size = heading_sizes[level - 1];
  const char *tag = (const char *[]){"h1", "h2", "h3", "h4"}[level - 1];
  markup(h, "<$ class=\"govuk-heading-$\">$</$>\n", tag, size, text, tag);
}

void ui_heading_caption(struct html *h, const char *caption, const char *text) {
  markup(h, "<h1 class=\"govuk-heading-l\"><span class=\"govuk-caption-l\">$</span> $</h1>\n", caption, text);
}

void ui_text(struct html *h, const char *text) {
  if (text) markup(h, "<p class=\"govuk-body\">$</p>\n", text);
}

void ui_textf(struct html *h, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  ui_text(h, arena_vprintf(h->out.arena, fmt, ap));
  va_end(ap);
}

void ui_hint(struct html *h, const char *text) {
  if (text) markup(h, "<p class=\"govuk-body-s kith-secondary\">$</p>\n", text);
}

void ui_prose(struct html *h, const char *text, const char *lang) {
  html_raw(h, "<div class=\"kith-prose govuk-body\"");
  html_attr(h, "lang", lang);
  markup(h, ">$</div>\n", text);
}

void ui_paragraph(struct html *h, struct ui_piece content) {
  html_raw(h, "<p class=\"govuk-body\">");
  markup_piece(h, content);
  html_raw(h, "</p>\n");
}

void ui_link(struct html *h, const char *href, const char *text) {
  markup(h, "<a class=\"govuk-link\" href=\"$\">$</a>", href, text);
}

void ui_link_hidden(struct html *h, const char *href, const char *text, const char *hidden) {
  markup(h, "<a class=\"govuk-link\" href=\"$\">$<span class=\"govuk-visually-hidden\"> $</span></a>", href, text,
         hidden);
}

void ui_list(struct html *h, bool bullets, const struct ui_piece *items, size_t n) {
  if (n == 0) return;
  markup(h, "<ul class=\"govuk-list$\">\n", bullets ? " govuk-list--bullet" : "");
  for (size_t i = 0; i < n; i++) {
    html_raw(h, "<li>");
    markup_piece(h, items[i]);
    html_raw(h, "</li>\n");
  }
  html_raw(h, "</ul>\n");
}

void ui_meta(struct html *h, const struct ui_piece *items, size_t n) {
  if (n == 0) return;
  html_raw(h, "<ul class=\"kith-meta\">\n");
  for (size_t i = 0; i < n; i++) {
    html_raw(h, "<li>");
    markup_piece(h, items[i]);
    html_raw(h, "</li>\n");
  }
  html_raw(h, "</ul>\n");
}

void ui_rule(struct html *h) {
  html_raw(h, "<hr class=\"govuk-section-break govuk-section-break--m govuk-section-break--visible\">\n");
}

void ui_columns_begin(struct html *h, const char *width) {
  markup(h, "<div class=\"govuk-grid-row\">\n<div class=\"govuk-grid-column-$\">\n", width);
}

void ui_columns_next(struct html *h, const char *width) {
  markup(h, "</div>\n<div class=\"govuk-grid-column-$\">\n", width);
}

void ui_columns_end(struct html *h) {
  html_raw(h, "</div>\n</div>\n");
}

void ui_section_begin(struct html *h, const char *id, const char *heading) {
  if (!id) id = html_id(h, "section");
  markup(h, "<section class=\"kith-section\" id=\"$\" aria-labelledby=\"$-heading\">\n", id, id);
  markup(h, "<h2 class=\"govuk-heading-m\" id=\"$-heading\">$</h2>\n", id, heading);
}

void ui_section_end(struct html *h) {
  html_raw(h, "</section>\n");
}

void ui_card_begin(struct html *h, int level, const char *title, const struct html *actions) {
  const char *tag = level == 3 ? "h3" : level == 4 ? "h4" : "h2";
  html_raw(h, "<div class=\"govuk-summary-card\">\n<div class=\"govuk-summary-card__title-wrapper\">\n");
  markup(h, "<$ class=\"govuk-summary-card__title\">$</$>\n", tag, title, tag);
  if (actions) {
    html_raw(h, "<div class=\"govuk-summary-card__actions\">");
    html_put(h, actions);
    html_raw(h, "</div>\n");
  }
  html_raw(h, "</div>\n<div class=\"govuk-summary-card__content\">\n");
}

void ui_card_end(struct html *h) {
  html_raw(h, "</div>\n</div>\n");
}

/* Names of the design system's earlier releases, which the model may use, go to the nearest of today's. */
void ui_tag(struct html *h, const char *colour, const char *text) {
  static const struct {
    const char *name, *shown;
  } known[] = {{"grey", "grey"},    {"green", "green"},     {"teal", "teal"},     {"turquoise", "teal"},
               {"blue", "blue"},    {"light-blue", "teal"}, {"purple", "purple"}, {"magenta", "magenta"},
               {"pink", "magenta"}, {"red", "red"},         {"orange", "orange"}, {"yellow", "yellow"}};
  const char *shown = colour ? "grey" : "blue";
  for (size_t i = 0; colour && i < sizeof known / sizeof *known; i++)
    if (strcmp(known[i].name, colour) == 0) shown = known[i].shown;
  markup(h, "<strong class=\"govuk-tag govuk-tag--$\">$</strong>", shown, text);
}

void ui_inset(struct html *h, struct ui_piece content) {
  html_raw(h, "<div class=\"govuk-inset-text\">");
  markup_piece(h, content);
  html_raw(h, "</div>\n");
}

void ui_warning(struct html *h, const char *text) {
  html_raw(
      h,
      "<div class=\"govuk-warning-text\">\n<span class=\"govuk-warning-text__icon\" aria-hidden=\"true\">!</span>\n");
  markup(h,
         "<strong class=\"govuk-warning-text__text\"><span class=\"govuk-visually-hidden\">Warning</span> "
         "$</strong>\n</div>\n",
         text);
}

void ui_details(struct html *h, const char *summary, struct ui_piece content) {
  html_raw(h, "<details class=\"govuk-details\">\n<summary class=\"govuk-details__summary\">");
  markup(h, "<span class=\"govuk-details__summary-text\">$</span></summary>\n<div class=\"govuk-details__text\">",
         summary);
  markup_piece(h, content);
  html_raw(h, "</div>\n</details>\n");
}

void ui_panel(struct html *h, const char *title, struct ui_piece body) {
  markup(h, "<div class=\"govuk-panel govuk-panel--confirmation\">\n<h1 class=\"govuk-panel__title\">$</h1>\n", title);
  html_raw(h, "<div class=\"govuk-panel__body\">");
  markup_piece(h, body);
  html_raw(h, "</div>\n</div>\n");
}

void ui_notification(struct html *h, bool success, const char *title, struct ui_piece content) {
  const char *id = html_id(h, "notification");
  markup(h,
         "<div class=\"govuk-notification-banner$\" role=\"$\" aria-labelledby=\"$\" "
         "data-module=\"govuk-notification-banner\">\n",
         success ? " govuk-notification-banner--success" : "", success ? "alert" : "region", id);
  markup(h,
         "<div class=\"govuk-notification-banner__header\"><h2 class=\"govuk-notification-banner__title\" "
         "id=\"$\">$</h2></div>\n",
         id,
         title     ? title
         : success ? "Success"
                   : "Important");
  html_raw(h, "<div class=\"govuk-notification-banner__content\"><div class=\"govuk-notification-banner__heading\">");
  markup_piece(h, content);
  html_raw(h, "</div></div>\n</div>\n");
}

void ui_error_summary(struct html *h) {
  const struct error *e = h->errors;
  if (!e || e->kind == ERR_NONE) return;
  html_raw(h, "<div class=\"govuk-error-summary\" data-module=\"govuk-error-summary\">\n<div role=\"alert\">\n");
  html_raw(
      h,
      "<h2 class=\"govuk-error-summary__title\">There is a problem</h2>\n<div class=\"govuk-error-summary__body\">\n");
  html_raw(h, "<ul class=\"govuk-list govuk-error-summary__list\">\n");
  for (size_t i = 0; i < e->n_items; i++) {
    const struct error_item *item = &e->items[i];
    if (item->column)
      markup(h, "<li><a href=\"#f-$\">$</a></li>\n", item->column, item->message);
    else
      markup(h, "<li>$</li>\n", item->message);
  }
  if (e->n_items == 0) markup(h, "<li>$</li>\n", e->message);
  html_raw(h, "</ul>\n</div>\n</div>\n</div>\n");
}

void ui_empty(struct html *h, const char *what, const char *do_href, const char *do_text) {
  markup(h, "<div class=\"kith-empty\"><p class=\"govuk-body\">$</p>", what);
  if (do_href) markup(h, "<p class=\"govuk-body\"><a class=\"govuk-link\" href=\"$\">$</a></p>", do_href, do_text);
  html_raw(h, "</div>\n");
}

void ui_date(struct html *h, date_t d) {
  char iso[DATE_TEXT], words[40];
  if (d == DATE_NONE) {
    html_raw(h, "<span class=\"kith-secondary\">Not known</span>");
    return;
  }
  markup(h, "<time datetime=\"$\">$</time>", date_format(d, iso), date_long(d, words, sizeof words));
}

/* Days up to a fortnight, then weeks, months and years, each rounded down: nearness, not arithmetic. */
static const char *how_far(struct arena *a, int64_t days) {
  int64_t off = days < 0 ? -days : days;
  static const struct {
    int64_t least, days;
    const char *unit;
  } units[] = {{730, 365, "year"}, {61, 30, "month"}, {15, 7, "week"}, {0, 1, "day"}};
  if (off == 0) return "today";
  if (off == 1) return days > 0 ? "tomorrow" : "yesterday";
  size_t i = 0;
  while (off < units[i].least) i++;
  return arena_printf(a, days > 0 ? "in %lld %ss" : "%lld %ss ago", (long long)(off / units[i].days), units[i].unit);
}

void ui_date_near(struct html *h, date_t d, date_t today) {
  ui_date(h, d);
  if (d == DATE_NONE || today == DATE_NONE) return;
  html_raw(h, " <span class=\"kith-near\">(");
  html_text(h, how_far(h->out.arena, (int64_t)d - today));
  html_raw(h, ")</span>");
}

void ui_instant(struct html *h, instant_t t) {
  char iso[INSTANT_TEXT], words[40];
  date_t d;
  int hour, minute;
  if (t == INSTANT_NONE) {
    html_raw(h, "<span class=\"kith-secondary\">Not known</span>");
    return;
  }
  instant_london(t, &d, &hour, &minute);
  markup(h, "<time datetime=\"$\">$ at ", instant_format(t, iso), date_long(d, words, sizeof words));
  html_textf(h, "%02d:%02d", hour, minute);
  html_raw(h, "</time>");
}
