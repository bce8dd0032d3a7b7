/* ssda903: what Header and Episodes of a looked-after children return say of each child, as records.
 *
 * Pure functions over files already read. The table is known by its columns, not by its file name (SSDA903 guide, CSV upload). Episodes are put
 * in order of DECOM and folded: a period of care runs from an episode that starts one (RNE S, or the first known) to the first that ends it
 * (REC other than X1); legal statuses and placements are runs of episodes in which they did not change. An episode without DEC is open.
 * The first period of a child whose first episode here is not RNE S began before what the file shows: `began_before`. */
#ifndef KITH_EXCHANGE_SSDA903_H
#define KITH_EXCHANGE_SSDA903_H
#include "base/date.h"
#include "exchange/import.h"

struct care_span { /* a run of days and what was true; to is the day it ended, DATE_NONE open */
  date_t from, to;
  long row;           /* of the episode that began it, for messages */
  const char *code;   /* legal status, placement type, or for a period the category of need */
  const char *reason; /* REC that ended the period; REASON_PLACE_CHANGE that ended the placement */
  const char *provider, *postcode, *urn, *home_postcode, *started; /* placements; started: RNE of the first episode */
  bool began_before;
};
struct care_spans {
  struct care_span *at;
  size_t n, cap;
};
struct care_child {
  const char *local_id, *sex, *ethnicity, *upn, *upn_unknown, *mother;
  date_t born, mother_child_born;
  const char *header_file, *episodes_file;
  long header_row; /* 0: episodes without a header */
  struct care_spans periods, statuses, placements;
};
struct care_return {
  struct care_child *children;
  size_t n;
};

/* Reads every .csv file of the folder that is a Header or an Episodes table; other tables of the return are named in a warning. Bad rows are
 * rejected in r. false when the folder cannot be read or holds neither table. */
bool ssda903_read(struct arena *a, const char *dir, date_t today, struct import_report *r, struct care_return *out,
                  struct error *e);
#endif
