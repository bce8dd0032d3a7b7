/* record_view: what the pages of one row share: the child, the type, the row, the section being edited; and how rows are listed. */
#ifndef KITH_WEB_RECORD_VIEW_H
#define KITH_WEB_RECORD_VIEW_H
#include "web/child_head.h"
#include "web/words.h"

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
/* Opens the child (or the register) and, when the path names a row, reads it. crumb2: last crumb, NULL for lists. */
bool view_load(struct view *v, struct db *db, const char *crumb2, struct error *e);
void view_crumb(struct view *v, const char *text); /* changes the last crumb */
const char *view_list_url(struct view *v);
const char *view_row_url(struct view *v, const struct record_row *row);
const char *view_tab(const struct view *v); /* for child_subnav */
/* "Personal education plan of 11 September 2026", "Placement: foster placement": the type and what names the row. */
const char *view_row_name(struct view *v);
const char *view_section_title(const struct view *v, const struct model_section *s);

/* record_list_page.c. A table of rows, the parts of owner when it is not 0, from page (1 the first). */
bool view_table(struct view *v, struct db *db, const struct model_record *r, int64_t owner, int64_t page,
                struct error *e);
/* record_work.c: a row that goes through states in sections by several hands. */
bool view_work(struct view *v, struct db *db, const bool *shown, struct error *e);
bool view_parts(struct view *v, struct db *db, const struct model_section *s, bool change, struct error *e);
void view_add_part(struct view *v, const struct model_section *s); /* a button, for whoever may add one */
/* record_read.c: every section that the reader may see, one below the other. */
bool view_sections(struct view *v, struct db *db, const bool *shown, struct error *e);
#endif
