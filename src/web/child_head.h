/* child_head: what stands at the top of every page about a child (the name, the way back, the parts of the record) or in the register, which
 * is of no child. */
#ifndef KITH_WEB_CHILD_HEAD_H
#define KITH_WEB_CHILD_HEAD_H
#include "web/record_form.h"

struct child_head {
  const struct permit *permit;
  int64_t child; /* 0: the register */
  const char *name, *ref, *url;
  struct record_row row;
  bool readable;
  bool own; /* the reader is this child */
};
/* Opens the child of the path, or the register when the path names none, notes the opening and sets the crumbs: Children > name [> text [> text]].
 * ERR_NOT_FOUND when not there or not theirs. */
bool child_open(struct page *p, struct db *db, struct child_head *out, const char *crumb, const char *crumb_href,
                const char *crumb2, struct error *e);
/* "Ada O'Neill", "Child 100000" when the name is not known yet */
const char *child_name_of(struct page *p, const struct record_row *row);
/* current: "overview", "pep", "records", "who". Nothing in the register, nor for the child, whose navigation has them. */
void child_subnav(struct page *p, const struct child_head *c, const char *current);
bool child_may_see_who(const struct child_head *c); /* who has looked: the child, and those who answer for the record */
/* A type about a child, or of the register, as the path is. */
const struct model_record *record_of_page(struct page *p, const char *name, struct error *e);
uint64_t record_bits(const struct model_record *r, uint64_t reads); /* categories of this type that the permit reads */
void child_row_shown(struct page *p, const struct child_head *c,
                     const struct record_row *row); /* for the access entry */
#endif
