/* markup: how the component files write HTML. A literal of the program in which each `$` stands for one text argument, escaped.
 *   markup(h, "<a class=\"govuk-link\" href=\"$\">$</a>", href, text);
 * The number of arguments is checked against the number of `$` in debug builds. Only files of the component library include this. */
#ifndef KITH_WEB_MARKUP_H
#define KITH_WEB_MARKUP_H
#include "web/ui.h"

#define markup(h, literal, ...)                                       \
  markup_fill((h), "" literal "", (const char *const[]){__VA_ARGS__}, \
              sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))
void markup_fill(struct html *h, const char *literal, const char *const *texts, size_t n);
void markup_piece(struct html *h, struct ui_piece p); /* text escaped, or the fragment */
void markup_int(struct html *h, long long n);
#endif
