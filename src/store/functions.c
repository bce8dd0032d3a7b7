/* functions: what SQL may call. age_on and school_year are ours, the same on both back ends and as base/date has them; the
 * rest are those built-ins that both back ends have and that mean the same there. */
#include <sqlite3.h>
#include <string.h>

#include "base/date.h"
#include "store/backend.h"

static date_t date_argument(sqlite3_value *v) {
  const char *s = (const char *)sqlite3_value_text(v);
  return s ? date_parse_iso(s) : DATE_NONE;
}

static void age_on(sqlite3_context *c, int n, sqlite3_value **v) {
  (void)n;
  date_t born = date_argument(v[0]), on = date_argument(v[1]);
  if (born == DATE_NONE || on == DATE_NONE)
    sqlite3_result_null(c);
  else
    sqlite3_result_int64(c, date_age(born, on));
}

static void school_year(sqlite3_context *c, int n, sqlite3_value **v) {
  (void)n;
  date_t d = date_argument(v[0]);
  if (d == DATE_NONE)
    sqlite3_result_null(c);
  else
    sqlite3_result_int64(c, date_academic_year(d));
}

bool functions_sqlite(struct sqlite3 *c) {
  int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  return sqlite3_create_function_v2(c, "age_on", 2, flags, NULL, age_on, NULL, NULL, NULL) == SQLITE_OK &&
         sqlite3_create_function_v2(c, "school_year", 1, flags, NULL, school_year, NULL, NULL, NULL) == SQLITE_OK;
}

bool functions_shared(const char *name, size_t n) {
  static const char *const names[] = {
      "age_on", "school_year", "count",      "sum",  "min",   "max",         "abs",        "coalesce",  "nullif",
      "length", "lower",       "upper",      "trim", "ltrim", "rtrim",       "replace",    "substr",    "like",
      "rank",   "row_number",  "dense_rank", "lag",  "lead",  "first_value", "last_value", "nth_value", "ntile"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (strlen(names[i]) == n && strncasecmp(names[i], name, n) == 0) return true;
  }
  return false;
}

/* A text that is not a date of the years 1 to 9999 gives NULL, as date_parse_iso gives DATE_NONE. */
const char functions_postgres[] =
    "create or replace function store_is_date(d text) returns boolean language sql immutable parallel safe as $$\n"
    "  select coalesce(d ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' and substr(d, 1, 4) <> '0000' and\n"
    "    case when substr(d, 6, 2) in ('04', '06', '09', '11') then substr(d, 9, 2) <> '31'\n"
    "         when substr(d, 6, 2) = '02' then substr(d, 9, 2) < '29' or (substr(d, 9, 2) = '29' and\n"
    "           (substr(d, 1, 4)::int % 4 = 0 and substr(d, 1, 4)::int % 100 <> 0 or substr(d, 1, 4)::int % 400 = 0))\n"
    "         else true end, false) $$;\n"
    "create or replace function age_on(born text, d text) returns bigint language sql immutable parallel safe as $$\n"
    "  select case when not (store_is_date(born) and store_is_date(d)) then null\n"
    "    when d collate \"C\" < born collate \"C\" then -1 else substr(d, 1, 4)::bigint - substr(born, 1, 4)::bigint "
    "-\n"
    "    case when substr(d, 6) collate \"C\" < substr(born, 6) collate \"C\" then 1 else 0 end end $$;\n"
    "create or replace function school_year(d text) returns bigint language sql immutable parallel safe as $$\n"
    "  select case when store_is_date(d) then substr(d, 1, 4)::bigint -\n"
    "    case when substr(d, 6, 2) < '09' then 1 else 0 end end $$;\n";
