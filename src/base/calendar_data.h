/* calendar_data: bank holidays in England and Wales as dated data, kept apart from the arithmetic over them. */
#ifndef KITH_BASE_CALENDAR_DATA_H
#define KITH_BASE_CALENDAR_DATA_H
#include <stddef.h>

struct bank_holiday {
  int ymd; /* 20231225 */
  const char *name;
};
extern const struct bank_holiday CALENDAR_HOLIDAYS[]; /* sorted by day */
extern const size_t CALENDAR_HOLIDAY_COUNT;
enum {
  CALENDAR_FIRST_YEAR = 2010,
  CALENDAR_LAST_YEAR = 2030,
  CALENDAR_PROCLAIMED_TO = 2028 /* last year of the list published by the government; later years are by rule */
};
#endif
