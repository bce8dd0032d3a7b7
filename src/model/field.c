/* field: values of the model's field types, from what a person or program typed and back. */
#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/ident.h"
#include "base/text.h"
#include "model/model.h"
#include "model/read.h"

#define TEXT_MAX 500
#define PROSE_MAX 20000
#define FIRST_YEAR 1900
#define LAST_YEAR 2150

static const char *const months[] = {"january", "february", "march",     "april",   "may",      "june",
                                     "july",    "august",   "september", "october", "november", "december"};

static int month_named(const char *s, size_t n) {
  for (int m = 0; m < 12; m++) {
    if (n >= 3 && n <= strlen(months[m]) && strncasecmp(s, months[m], n) == 0) return m + 1;
  }
  return n == 4 && strncasecmp(s, "sept", 4) == 0 ? 9 : 0;
}

/* Number of one to four digits; *s moves past it. -1 when there is none. */
static int number(const char **s, int max_digits) {
  int v = 0, digits = 0;
  while (isdigit((unsigned char)**s)) {
    if (++digits > max_digits) return -1;
    v = v * 10 + (*(*s)++ - '0');
  }
  return digits ? v : -1;
}

static void blanks(const char **s) {
  while (**s == ' ' || **s == ',' || **s == '/' || **s == '-' || **s == '.') (*s)++;
}

/* 27 3 2026, 27/3/2026, 27.3.2026, 27 March 2026, 27th Mar 2026. *rest is where the date ends. */
static date_t typed_date(const char *s, const char **rest) {
  int day = number(&s, 2), month, year;
  if (day < 0) return DATE_NONE;
  if (isalpha((unsigned char)*s) && isalpha((unsigned char)s[1]) && !isalpha((unsigned char)s[2]))
    s += 2; /* st nd rd th */
  blanks(&s);
  if (isalpha((unsigned char)*s)) {
    size_t n = 0;
    while (isalpha((unsigned char)s[n])) n++;
    month = month_named(s, n);
    s += n;
  } else {
    month = number(&s, 2);
  }
  blanks(&s);
  const char *from = s;
  year = number(&s, 4);
  *rest = s;
  return s - from == 4 && month > 0 ? date_of(year, month, day) : DATE_NONE;
}

static date_t any_date(const char *s, const char **rest) {
  if (isdigit((unsigned char)s[0]) && isdigit((unsigned char)s[1]) && isdigit((unsigned char)s[2]) && strlen(s) >= 10) {
    char iso[11];
    memcpy(iso, s, 10);
    iso[10] = '\0';
    *rest = s + 10;
    return date_parse_iso(iso);
  }
  return typed_date(s, rest);
}

static bool within_years(date_t d) {
  int y, m, day;
  date_split(d, &y, &m, &day);
  return y >= FIRST_YEAR && y <= LAST_YEAR;
}

static bool not_future(const struct model_field *f) {
  return f->check && strcmp(f->check, "not_future") == 0;
}

static bool check_date(const struct model_field *f, const char *s, date_t today, struct arena *a, struct value *out,
                       const char **expected) {
  const char *rest = "";
  char iso[DATE_TEXT];
  date_t d = any_date(s, &rest);
  *expected = "Enter a date like 27 3 2026";
  if (d == DATE_NONE || *rest) return false;
  *expected = arena_printf(a, "Enter a date with a year from %d to %d, like 27 3 2026", FIRST_YEAR, LAST_YEAR);
  if (!within_years(d)) return false;
  *expected = "Enter a date that is today or in the past, like 27 3 2026";
  if (not_future(f) && today != DATE_NONE && d > today) return false;
  *out = value_text(arena_strdup(a, date_format(d, iso)));
  return true;
}

/* RFC 3339, or a date and a London time: 27 3 2026 14:05. */
static bool check_instant(const struct model_field *f, const char *s, date_t today, struct value *out,
                          const char **expected) {
  instant_t t = instant_parse(s);
  *expected = "Enter a date and time like 27 3 2026 14:05";
  if (t == INSTANT_NONE) {
    const char *rest = "";
    date_t d = any_date(s, &rest);
    if (d == DATE_NONE) return false;
    blanks(&rest);
    int hour = number(&rest, 2);
    if (hour < 0 || hour > 23 || *rest != ':') return false;
    rest++;
    const char *from = rest;
    int minute = number(&rest, 2);
    if (rest - from != 2 || minute > 59 || *rest) return false;
    t = instant_of_london(d, hour, minute);
  }
  if (!within_years(instant_london_date(t))) return false;
  *expected = "Enter a date and time that are not in the future, like 27 3 2026 14:05";
  if (not_future(f) && today != DATE_NONE && instant_london_date(t) > today) return false;
  *out = value_int(t);
  return true;
}

static const char *decimal(struct arena *a, int64_t v, int scale, bool commas) {
  char digits[24];
  struct buf b;
  uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;
  buf_init(&b, a);
  if (v < 0) buf_char(&b, '-');
  int n = snprintf(digits, sizeof digits, "%0*llu", scale + 1, (unsigned long long)u);
  for (int i = 0; i < n; i++) {
    int whole_left = n - scale - i;
    if (whole_left == 0) buf_char(&b, '.');
    if (commas && i > 0 && whole_left > 0 && whole_left % 3 == 0) buf_char(&b, ',');
    buf_char(&b, digits[i]);
  }
  return buf_text(&b);
}

static const char *range(const struct model_field *f, int scale, struct arena *a) {
  const char *unit = f->type == FIELD_MONEY ? "an amount" : scale ? "a number" : "a whole number";
  const char *sign = f->type == FIELD_MONEY ? "£" : "";
  const char *low = f->has_min ? decimal(a, f->min, scale, true) : NULL,
             *high = f->has_max ? decimal(a, f->max, scale, true) : NULL;
  if (low && high) return arena_printf(a, "Enter %s from %s%s to %s%s", unit, sign, low, sign, high);
  if (low) return arena_printf(a, "Enter %s of %s%s or more", unit, sign, low);
  if (high) return arena_printf(a, "Enter %s of %s%s or less", unit, sign, high);
  return scale == 2 && *sign ? "Enter an amount like £1,200.50"
         : scale             ? "Enter a number like 12.5"
                             : "Enter a whole number like 12";
}

/* Commas may part thousands: 1,200 but not 12,00. */
static bool strip_commas(char *s) {
  char *to = s, *point = strchr(s, '.');
  char *end = point ? point : s + strlen(s);
  for (char *c = s; *c; c++) {
    if (*c == ',') {
      if (c >= end || (end - c) % 4 != 0 || c == s) return false;
      continue;
    }
    *to++ = *c;
  }
  *to = '\0';
  return true;
}

static bool check_number(const struct model_field *f, const char *given, struct arena *a, struct value *out,
                         const char **expected) {
  int scale = f->type == FIELD_MONEY ? 2 : f->type == FIELD_NUMBER ? f->scale : 0;
  char *s = arena_strdup(a, given);
  int64_t v;
  bool negative = *s == '-';
  s += negative;
  if (f->type == FIELD_MONEY && strncmp(s, "£", strlen("£")) == 0) s += strlen("£");
  while (*s == ' ') s++;
  *expected = range(f, scale, a);
  if (*s == '-' || !strip_commas(s) || !read_decimal_text(s, scale, &v)) return false;
  if (negative) v = -v;
  if ((f->has_min && v < f->min) || (f->has_max && v > f->max)) return false;
  *out = value_int(v);
  return true;
}

static bool check_yes_no(const char *s, struct value *out, const char **expected) {
  static const char *const yes[] = {"yes", "y", "true", "1"}, *const no[] = {"no", "n", "false", "0"};
  for (size_t i = 0; i < 4; i++) {
    if (!text_eq_ci(s, yes[i]) && !text_eq_ci(s, no[i])) continue;
    *out = value_int(text_eq_ci(s, yes[i]));
    return true;
  }
  *expected = "Select yes or no";
  return false;
}

static const char *code_choices(const struct model_codes *l, date_t on, struct arena *a) {
  struct buf b;
  size_t shown = 0;
  buf_init(&b, a);
  for (size_t i = 0; i < l->n && shown < 8; i++) {
    if (l->codes[i].retired || !model_code_valid(&l->codes[i], on)) continue;
    buf_printf(&b, "%s%s (%s)", shown++ ? ", " : "", l->codes[i].code, l->codes[i].label);
  }
  if (shown == 8) buf_str(&b, " …");
  return buf_text(&b);
}

static bool check_code(const struct model_field *f, const char *s, date_t on, struct arena *a, struct value *out,
                       const char **expected) {
  const struct model_code *found = model_code(f->codes, s);
  char from[24], to[24];
  for (size_t i = 0; !found && i < f->codes->n; i++) {
    if (text_eq_ci(f->codes->codes[i].code, s) || text_eq_ci(f->codes->codes[i].label, s)) found = &f->codes->codes[i];
  }
  if (!found) {
    *expected = arena_printf(a, "Select a %s: %s", f->codes->title, code_choices(f->codes, on, a));
    return false;
  }
  if (!model_code_valid(found, on)) {
    *expected = found->from != DATE_NONE && on < found->from
                    ? arena_printf(a, "“%s” may be used from %s on; select another", found->code,
                                   date_long(found->from, from, sizeof from))
                    : arena_printf(a, "“%s” could be used until %s; select another", found->code,
                                   date_long(found->to, to, sizeof to));
    return false;
  }
  *out = value_text(found->code);
  return true;
}

static bool check_ref(const struct model_field *f, const char *s, struct arena *a, struct value *out,
                      const char **expected) {
  int64_t v;
  char urn[9];
  if (strcmp(f->ref, "school") == 0) {
    *expected = "Enter a school's unique reference number (URN), like 136789";
    if (!urn_check(s, urn)) return false;
    *out = value_text(arena_strdup(a, urn));
    return true;
  }
  const char *dash = strchr(s, '-'); /* 330-4821: outside the store ids carry the authority */
  *expected = "Select one from the list";
  if (dash && dash - s == 3 && authority_code_check(arena_strndup(a, s, 3))) s = dash + 1;
  if (!read_decimal_text(s, 0, &v) || v <= 0) return false;
  *out = value_int(v);
  return true;
}

static bool matches(const char *pattern, const char *s) {
  regex_t re;
  regmatch_t at;
  if (regcomp(&re, pattern, REG_EXTENDED) != 0) return false;
  bool ok = regexec(&re, s, 1, &at, 0) == 0 && at.rm_so == 0 && s[at.rm_eo] == '\0';
  regfree(&re);
  return ok;
}

/* The built-in checks of numbers by which children and schools are known; each gives the normal form. */
static const char *known_number(const char *check, const char *s, struct arena *a, const char **expected) {
  char out[16];
  if (strcmp(check, "upn") == 0) {
    *expected = "Enter a unique pupil number of 13 characters with the right check letter, like B801200005001";
    return upn_check(s, out) != UPN_INVALID ? arena_strdup(a, out) : NULL;
  }
  if (strcmp(check, "nhs") == 0) {
    *expected = "Enter an NHS number of 10 digits, like 485 777 3456";
    return nhs_check(s, out) ? arena_strdup(a, out) : NULL;
  }
  if (strcmp(check, "postcode") == 0) {
    *expected = "Enter a full postcode, like TN23 7XL";
    return postcode_check(s, out) ? arena_strdup(a, out) : NULL;
  }
  if (strcmp(check, "urn") == 0) {
    *expected = "Enter a unique reference number (URN), like 136789 or SC012345";
    return urn_check(s, out) ? arena_strdup(a, out) : NULL;
  }
  *expected = "Enter letters and digits only, at most 20";
  return local_id_check(s) ? s : NULL;
}

static bool check_text(const struct model_field *f, const char *s, struct arena *a, struct value *out,
                       const char **expected) {
  size_t n = text_length(s), most = f->has_max ? (size_t)f->max : f->type == FIELD_PROSE ? PROSE_MAX : TEXT_MAX;
  *expected = arena_printf(a, "Enter at most %zu characters", most);
  if (n > most) return false;
  *expected = arena_printf(a, "Enter at least %lld characters", (long long)f->min);
  if (f->has_min && (int64_t)n < f->min) return false;
  *expected = "Enter one line of text";
  if (f->type == FIELD_TEXT && strchr(s, '\n')) return false;
  *expected = f->example ? arena_printf(a, "Enter it like %s", f->example) : "Enter it in the form described";
  if (f->pattern && !matches(f->pattern, s)) return false;
  if (f->check) s = known_number(f->check, s, a, expected);
  if (!s) return false;
  *out = value_text(s);
  return true;
}

bool model_field_check(const struct model_field *f, const char *given, date_t today, struct arena *a, struct value *out,
                       const char **expected) {
  const char *s = text_clean(a, given ? given : "", given ? strlen(given) : 0);
  *out = VALUE_NONE;
  *expected = "Enter text without broken characters";
  if (!s) return false;
  if (!*s) return true;
  switch (f->type) {
  case FIELD_TEXT:
  case FIELD_PROSE:
  case FIELD_FILE:
    return check_text(f, s, a, out, expected);
  case FIELD_DATE:
    return check_date(f, s, today, a, out, expected);
  case FIELD_INSTANT:
    return check_instant(f, s, today, out, expected);
  case FIELD_NUMBER:
  case FIELD_INTEGER:
  case FIELD_MONEY:
    return check_number(f, s, a, out, expected);
  case FIELD_YES_NO:
    return check_yes_no(s, out, expected);
  case FIELD_CODE:
    return check_code(f, s, today, a, out, expected);
  case FIELD_REF:
    return check_ref(f, s, a, out, expected);
  }
  return false;
}

static const char *show_instant(instant_t t, struct arena *a) {
  date_t d;
  int hour, minute;
  char day[32];
  instant_london(t, &d, &hour, &minute);
  return arena_printf(a, "%s, %02d:%02d", date_long(d, day, sizeof day), hour, minute);
}

const char *model_field_show(const struct model_field *f, struct value v, struct arena *a) {
  char day[32];
  if (v.type == VALUE_NULL) return "";
  switch (f->type) {
  case FIELD_DATE: {
    date_t d = v.type == VALUE_TEXT ? date_parse_iso(v.s) : DATE_NONE;
    if (d == DATE_NONE) break;
    return arena_strdup(a, date_long(d, day, sizeof day));
  }
  case FIELD_INSTANT:
    return show_instant(v.i, a);
  case FIELD_MONEY:
    return arena_printf(a, "%s£%s", v.i < 0 ? "-" : "", decimal(a, v.i < 0 ? -v.i : v.i, 2, true));
  case FIELD_INTEGER:
    return decimal(a, v.i, 0, true);
  case FIELD_NUMBER:
    return decimal(a, v.i, f->scale, true);
  case FIELD_YES_NO:
    return v.i ? "Yes" : "No";
  case FIELD_CODE: {
    const struct model_code *c = f->codes && v.type == VALUE_TEXT ? model_code(f->codes, v.s) : NULL;
    if (c) return c->label;
    break;
  }
  default:
    break;
  }
  return v.type == VALUE_INT ? decimal(a, v.i, 0, false) : v.s;
}

const char *model_field_text(const struct model_field *f, struct value v, struct arena *a) {
  char at[INSTANT_TEXT];
  if (v.type == VALUE_NULL) return "";
  switch (f->type) {
  case FIELD_INSTANT:
    return arena_strdup(a, instant_format(v.i, at));
  case FIELD_MONEY:
    return decimal(a, v.i, 2, false);
  case FIELD_NUMBER:
    return decimal(a, v.i, f->scale, false);
  case FIELD_YES_NO:
    return v.i ? "yes" : "no";
  default:
    return v.type == VALUE_INT ? decimal(a, v.i, 0, false) : v.s;
  }
}
