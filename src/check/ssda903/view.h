/* view: one child of an upload, this year's and last year's rows of all twelve tables, sorted once, with facts that many rules share.
 *
 * Rules see nothing else, keep nothing, and cannot see what another rule did. Rows of a table are in the order of their natural date (rows without one
 * last), then of their end, then of their text: the order of rows in a file never changes which rows a rule flags. Every row without CHILD is a child by itself. A missing table and a missing column are
 * blank; whether a rule runs at all is decided by the tables it needs (rules.h). */
#ifndef KITH_CHECK_SSDA903_VIEW_H
#define KITH_CHECK_SSDA903_VIEW_H
#include "check/ssda903/place.h"
#include "check/ssda903/table.h"

struct rows {
  const struct row *at;
  size_t n;
};

/* A period of care: a run of episodes each of which begins on the day on which the one before it ended with X1. first and last index child.t[EPISODES]. */
struct period {
  size_t first, last;
  date_t from, to; /* DATE_NONE: still looked after */
  const char *reason;
};

struct year {            /* what holds for the whole return */
  int ends;              /* 2027 for 2026-27 */
  date_t start, end;     /* 1 April, 31 March; DATE_NONE when the caller gave none */
  const char *authority; /* uploading authority, nine characters, or NULL */
  bool xml;
  uint32_t have, have_last;  /* TABLE_BIT of the tables given */
  const struct place *place; /* postcodes, authorities, providers; never NULL, may be empty */
};

struct child {
  const char *id;
  const struct year *year;
  struct rows t[N_TABLES], last[N_TABLES];
  /* facts */
  date_t born; /* Header's, DATE_NONE when blank or invalid */
  struct period *periods;
  size_t n_periods; /* this year's episodes */
  bool
      all_year; /* looked after continuously for 12 months at 31 March, short breaks (V3, V4) out: the OC2 population */
  date_t birthday_4, birthday_10, birthday_16, birthday_18; /* 29 February: 28 February */
};
/* Shorthands. */
static inline const struct cell *hdr(const struct child *c) {
  return c->t[HEADER].n ? c->t[HEADER].at[0].c : NULL;
}
bool is_short_break(const struct cell *episode);       /* V3, V4 */
const struct row *last_episode(const struct child *c); /* latest DECOM, NULL */
const struct row *first_episode(const struct child *c);
date_t years_after(date_t d, int n); /* 29 February becomes 28 February */

/* The whole upload, for the few rules across children. Children sorted by id. */
struct upload {
  const struct year *year;
  const struct child *children;
  size_t n;
};
#endif
