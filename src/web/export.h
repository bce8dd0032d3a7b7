/* export: the way from a list to the same list as CSV. */
#ifndef KITH_WEB_EXPORT_H
#define KITH_WEB_EXPORT_H
#include "web/route.h"

/* A line with the link; list: address of the list's page, "/children/886-5/note". */
void export_link(struct page *p, const char *list);
#endif
