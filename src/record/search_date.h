/* search_date: a date of birth in any common way of writing it; day before month, as in Britain. A pure function.
 * Private to record/. */
#ifndef KITH_RECORD_SEARCH_DATE_H
#define KITH_RECORD_SEARCH_DATE_H
#include "base/date.h"
date_t search_date(const char *s, date_t today); /* DATE_NONE: not one */
#endif
