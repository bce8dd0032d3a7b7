/* child_head: what stands at the top of every page about a child: the name, the way back, the parts of the record. */
#ifndef KITH_WEB_CHILD_HEAD_H
#define KITH_WEB_CHILD_HEAD_H
#include "web/record_form.h"

struct child_head {
  const struct permit *permit;
  int64_t child;
  const char *name, *ref, *url;
  struct record_row row;
  bool readable;
};
/* Opens the child of the path, notes the opening and sets the crumbs: Children > name [> text]. ERR_NOT_FOUND when not there or not theirs. */
bool child_open(struct page *p, struct db *db, struct child_head *out, const char *crumb, const char *crumb_href,
                const char *crumb2, struct error *e);
const char *child_name_of(
    struct page *p, const struct record_row *row); /* "Ada O'Neill", "Child 100000" when the name is not known yet */
void child_subnav(struct page *p, const struct child_head *c,
                  const char *current); /* current: "overview", "pep", "records", "who" */
const struct model_record *record_of_child(struct page *p, const char *name,
                                           struct error *e);        /* a type about a child and not the child itself */
uint64_t record_bits(const struct model_record *r, uint64_t reads); /* categories of this type that the permit reads */
#endif
