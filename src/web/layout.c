#include "web/layout.h"

#include <string.h>

#include "web/markup.h"

static void head(struct html *h, const struct layout *l) {
  html_raw(h, "<!DOCTYPE html>\n<html lang=\"en\" class=\"govuk-template kith\">\n<head>\n<meta charset=\"utf-8\">\n");
  markup(h, "<title>$$$Kith</title>\n", l->error ? "Error: " : "", l->title, l->title ? " – " : "");
  html_raw(h,
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"theme-color\" "
           "content=\"#1f4d45\">\n");
  html_raw(h, "<meta name=\"robots\" content=\"noindex\">\n");
  html_raw(h,
           "<meta name=\"htmx-config\" "
           "content='{\"allowEval\":false,\"includeIndicatorStyles\":false,\"selfRequestsOnly\":true,"
           "\"historyCacheSize\":0,\"refreshOnHistoryMiss\":true}'>\n");
  const char *icon = assets_url(l->assets, "kith.svg");
  if (icon)
    markup(h, "<link rel=\"icon\" type=\"image/svg+xml\" href=\"$\">\n", icon);
  else
    html_raw(h, "<link rel=\"icon\" href=\"data:,\">\n");
  static const char *const sheets[] = {"govuk.css", "kith.css"};
  for (size_t i = 0; i < 2; i++) {
    const char *url = assets_url(l->assets, sheets[i]);
    if (url) markup(h, "<link rel=\"stylesheet\" href=\"$\">\n", url);
  }
  const char *htmx = assets_url(l->assets, "htmx.js"), *own = assets_url(l->assets, "kith.js");
  if (htmx) markup(h, "<script src=\"$\" defer></script>\n", htmx);
  if (own) markup(h, "<script type=\"module\" src=\"$\"></script>\n", own);
  html_raw(h, "</head>\n");
}

static void who(struct html *h, const struct layout *l) {
  html_raw(h, "<div class=\"kith-header__who\">\n");
  markup(h, "<span class=\"kith-header__user\">$</span>\n", l->user);
  if (l->choose) html_raw(h, "<a class=\"kith-header__link\" href=\"/choose-authority\">Change authority</a>\n");
  html_raw(h, "<form action=\"/sign-out\" method=\"post\" class=\"kith-header__form\">\n");
  ui_hidden(h, "_csrf", l->csrf);
  html_raw(h, "<button type=\"submit\" class=\"kith-header__button\">Sign out</button>\n</form>\n</div>\n");
}

/* Posted, so that no name stands in an address, a log or the browser's history. */
static void search(struct html *h, const struct layout *l) {
  html_raw(h, "<form action=\"/search\" method=\"post\" role=\"search\" class=\"kith-search\">\n");
  ui_hidden(h, "_csrf", l->csrf);
  html_raw(h,
           "<label class=\"govuk-visually-hidden\" for=\"site-search\">Find a child by name, date of birth or "
           "number</label>\n"
           "<input class=\"kith-search__input\" id=\"site-search\" name=\"q\" type=\"search\" maxlength=\"200\" "
           "autocomplete=\"off\" "
           "spellcheck=\"false\" placeholder=\"Find a child\">\n"
           "<button class=\"kith-search__button\" type=\"submit\">Search</button>\n</form>\n");
}

static void navigation(struct html *h, const struct layout *l) {
  html_raw(h, "<nav class=\"kith-nav\" aria-label=\"Main\">\n<ul class=\"govuk-width-container kith-nav__list\">\n");
  for (size_t i = 0; i < l->n_nav; i++) {
    const struct layout_nav *item = &l->nav[i];
    bool here = l->section && strcmp(l->section, item->section) == 0;
    markup(h, "<li class=\"kith-nav__item\"><a class=\"kith-nav__link\" href=\"$\"", item->href);
    html_attr(h, "aria-current", here ? "true" : NULL);
    markup(h, ">$</a></li>\n", item->text);
  }
  html_raw(h, "</ul>\n</nav>\n");
}

static void bars(struct html *h, const struct layout *l) {
  if (l->synthetic)
    html_raw(h,
             "<div class=\"kith-bar kith-bar--synthetic\" role=\"note\"><div class=\"govuk-width-container\">"
             "<strong class=\"govuk-tag govuk-tag--yellow\">SYNTHETIC</strong> Everything here is invented. Do not "
             "enter details of real people."
             "</div></div>\n");
  else if (l->practice)
    html_raw(h,
             "<div class=\"kith-bar kith-bar--practice\" role=\"note\"><div class=\"govuk-width-container\">"
             "<strong class=\"govuk-tag govuk-tag--purple\">PRACTICE</strong> Nothing done here reaches a real child's "
             "record."
             "</div></div>\n");
}

static void header(struct html *h, const struct layout *l) {
  html_raw(h,
           "<header class=\"kith-header\">\n<div class=\"govuk-width-container kith-header__bar\">\n<div "
           "class=\"kith-header__product\">\n");
  html_raw(h, "<a href=\"/\" class=\"kith-header__name\">Kith</a>\n");
  if (l->authority) markup(h, "<span class=\"kith-header__authority\">$</span>\n", l->authority);
  html_raw(h, "</div>\n");
  if (l->user) {
    if (l->authority && !l->own) search(h, l);
    who(h, l);
  }
  html_raw(h, "</div>\n");
  if (l->user && l->n_nav) navigation(h, l);
  bars(h, l);
  html_raw(h, "</header>\n");
}

static void footer(struct html *h, const struct layout *l) {
  html_raw(h, "<footer class=\"kith-footer\">\n<div class=\"govuk-width-container kith-footer__row\">\n");
  html_raw(h, "<span>Kith: caring for children together</span>\n");
  if (l->request_id) markup(h, "<span>Page reference <code class=\"kith-code\">$</code></span>\n", l->request_id);
  html_raw(h, "</div>\n</footer>\n");
}

void layout_page(struct buf *out, struct arena *a, const struct layout *l) {
  struct html *h = html_new(a);
  head(h, l);
  markup(h, "<body class=\"govuk-template__body$$\">\n", l->wide ? " kith--wide" : "", l->own ? " kith--own" : "");
  html_raw(
      h,
      "<a href=\"#main-content\" class=\"govuk-skip-link\" data-module=\"govuk-skip-link\">Skip to main content</a>\n");
  header(h, l);
  html_raw(h, "<div class=\"govuk-width-container\">\n");
  ui_breadcrumbs(h, l->crumbs, l->n_crumbs);
  html_raw(h, "<main class=\"govuk-main-wrapper kith-main\" id=\"main-content\" tabindex=\"-1\">\n");
  html_put(h, l->main);
  html_raw(h, "</main>\n</div>\n");
  footer(h, l);
  html_raw(h, "</body>\n</html>\n");
  buf_add(out, h->out.data, h->out.len);
}
