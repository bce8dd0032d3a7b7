/* record_view: what the pages of one row share: the child, the type, the row, the section being edited. */
#ifndef KITH_WEB_RECORD_VIEW_H
#define KITH_WEB_RECORD_VIEW_H
#include "web/child_head.h"

struct view {
  struct page *p;
  struct child_head head;
  const struct model_record *record;
  struct record_row row;               /* id 0: a new one */
  const struct model_section *section; /* being edited */
  const char **texts;                  /* what the form holds, by field index */
  int64_t base, owner;
  const struct error *errors; /* of the form being shown again, or NULL */
};
/* Opens the child and, when the path names a row, reads it. crumb2: last crumb, NULL for lists. */
bool view_load(struct view *v, struct db *db, const char *crumb2, struct error *e);
const char *view_row_url(struct view *v, const struct record_row *row);
#endif
