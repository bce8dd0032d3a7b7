/* Dates of birth as people write them: 2015-12-12, 12/12/2015, 12.12.15, 12 December 2015, Dec 12 2015, 12122015. */
#include "record/search_date.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int month_of(const char *s, size_t n) {
  static const char *const months[] = {"january", "february", "march",     "april",   "may",      "june",
                                       "july",    "august",   "september", "october", "november", "december"};
  if (n < 3) return 0;
  for (int i = 0; i < 12; i++)
    if (n <= strlen(months[i]) && strncasecmp(s, months[i], n) == 0) return i + 1;
  return n == 4 && strncasecmp(s, "sept", 4) == 0 ? 9 : 0;
}

struct part {
  int number;
  size_t digits;
  int month;
};

/* Numbers and month names, whatever stands between them; -1 when there is anything else. */
static int parts_of(const char *s, struct part out[4]) {
  int n = 0;
  while (*s) {
    size_t digits = strspn(s, "0123456789"), letters = 0;
    if (digits) {
      if (n == 4 || digits > 8) return -1;
      out[n++] = (struct part){.number = atoi(s), .digits = digits};
      s += digits;
      if (strncasecmp(s, "st", 2) == 0 || strncasecmp(s, "nd", 2) == 0 || strncasecmp(s, "rd", 2) == 0 ||
          strncasecmp(s, "th", 2) == 0)
        s += 2;
      continue;
    }
    while (isalpha((unsigned char)s[letters])) letters++;
    if (letters) {
      int month = month_of(s, letters);
      if (n == 4 || month == 0) return -1;
      out[n++] = (struct part){.month = month};
      s += letters;
      continue;
    }
    if (!strchr("/-. ,", *s)) return -1;
    s++;
  }
  return n;
}

/* Two digits mean the last hundred years. */
static int full_year(const struct part *p, date_t today) {
  int y, m, d;
  if (p->digits == 4) return p->number;
  if (p->digits != 2) return 0;
  date_split(today, &y, &m, &d);
  int year = y / 100 * 100 + p->number;
  return year > y ? year - 100 : year;
}

date_t search_date(const char *s, date_t today) {
  struct part p[4];
  int n = parts_of(s, p);
  if (n == 1 && p[0].digits == 8) {
    date_t d = date_of(p[0].number % 10000, p[0].number / 10000 % 100, p[0].number / 1000000);
    return d != DATE_NONE && p[0].number % 10000 > 1900
               ? d
               : date_of(p[0].number / 10000, p[0].number / 100 % 100, p[0].number % 100);
  }
  if (n != 3) return DATE_NONE;
  if (p[0].digits == 4 && !p[2].month && p[2].digits <= 2)
    return date_of(p[0].number, p[1].month ? p[1].month : p[1].number, p[2].number);
  if (p[0].month && !p[1].month && p[1].digits <= 2) return date_of(full_year(&p[2], today), p[0].month, p[1].number);
  if (p[0].month || p[0].digits > 2 || p[2].month || (!p[1].month && p[1].digits > 2)) return DATE_NONE;
  return date_of(full_year(&p[2], today), p[1].month ? p[1].month : p[1].number, p[0].number);
}
