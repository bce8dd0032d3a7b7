/* layout: what stands round every page: head, skip link, name of the product, who is signed in, search, navigation, footer. */
#ifndef KITH_WEB_LAYOUT_H
#define KITH_WEB_LAYOUT_H
#include "web/assets.h"
#include "web/ui.h"

struct layout_nav {
  const char *section, *text, *href;
};
struct layout {
  const struct assets *assets;
  const char *title;   /* without the product's name */
  bool error;          /* the page shows errors: said first in the title */
  const char *section; /* current part of nav, or NULL */
  const struct layout_nav *nav;
  size_t n_nav; /* shown to those who are signed in */
  const struct ui_crumb *crumbs;
  size_t n_crumbs;
  bool wide;
  bool own; /* for a young person: nobody to look for, and larger things to touch */
  const struct html *main;
  const char *user;         /* name of whoever is signed in, or NULL: no search, no navigation */
  const char *authority;    /* name, or NULL */
  bool choose;              /* the user works for several authorities */
  bool synthetic, practice; /* bars on every page */
  const char *csrf, *request_id;
};
void layout_page(struct buf *out, struct arena *a, const struct layout *l);
#endif
