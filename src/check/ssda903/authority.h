/* authority: the authorities list as shipped. Private to this folder; place.h is what others ask. */
#ifndef KITH_CHECK_SSDA903_AUTHORITY_H
#define KITH_CHECK_SSDA903_AUTHORITY_H
#include <stddef.h>

struct authority_row {
  const char *code, *ons, *name;
  int from, to;          /* began and ended on 1 April of this year; 0: before the list begins, still there */
  const char *successor; /* ONS code; NULL when there is none, or more than one */
};
extern const struct authority_row authorities_shipped[];
extern const size_t authorities_n_shipped;
struct district_range {
  int first, last;
  const char *upper;
};
extern const struct district_range districts_shipped[];
extern const size_t districts_n_shipped;
#endif
