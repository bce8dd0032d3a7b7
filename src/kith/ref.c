#include "kith/ref.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/ident.h"
#include "base/text.h"

#define T(name) \
  { name, STORE_TEXT, false }
#define N(name) \
  { name, STORE_INTEGER, false }

static const struct store_column school_columns[] = {
    {"urn", STORE_TEXT, true},
    {"name", STORE_TEXT, true},
    {"name_key", STORE_TEXT, true},
    {"name_fold", STORE_TEXT, true},
    {"row_hash", STORE_BLOB, true},
    T("status"),
    T("la_code"),
    T("la_name"),
    T("establishment_number"),
    T("type"),
    T("type_group"),
    T("open_on"),
    T("close_on"),
    T("reason_closed"),
    T("phase"),
    N("low_age"),
    N("high_age"),
    T("boarders"),
    T("sixth_form"),
    T("gender"),
    T("religious_character"),
    N("capacity"),
    N("pupils"),
    T("trust"),
    T("ukprn"),
    T("street"),
    T("locality"),
    T("town"),
    T("county"),
    T("postcode"),
    T("telephone"),
    T("website"),
    N("easting"),
    N("northing"),
    T("ofsted_rating"),
};
static const struct store_index school_indexes[] = {{"school_by_name", "name_key, urn", false, NULL},
                                                    {"school_by_la", "la_code, urn", false, NULL}};
static const struct store_table school_table = {
    "school", school_columns, sizeof school_columns / sizeof *school_columns, "urn", false, school_indexes, 2};
static const struct store_column link_columns[] = {
    {"urn", STORE_TEXT, true}, {"link_urn", STORE_TEXT, true}, {"type", STORE_TEXT, true}, T("established_on")};
static const struct store_index link_indexes[] = {{"school_link_back", "link_urn, urn, type", false, NULL}};
static const struct store_table link_table = {"school_link", link_columns, 4, "urn, link_urn, type",
                                              true,          link_indexes, 1};

bool ref_ensure(struct db *db, struct error *e) {
  return db_ensure_table(db, &school_table, e) && db_ensure_table(db, &link_table, e);
}

#define SCHOOL_SQL                                                                                                    \
  "select s.urn, s.name, s.status, s.type, s.phase, s.town, s.postcode, s.la_code, s.la_name, s.open_on, s.close_on " \
  "from ref.school s "

static void school_read(struct stmt *q, struct arena *a, struct school *s) {
  const char **texts[] = {&s->urn,  &s->name,     &s->status,  &s->type,   &s->phase,
                          &s->town, &s->postcode, &s->la_code, &s->la_name};
  for (int i = 0; i < 9; i++) *texts[i] = arena_strdup(a, col_text(q, i));
  s->open_on = col_null(q, 9) ? DATE_NONE : date_parse_iso(col_text(q, 9));
  s->close_on = col_null(q, 10) ? DATE_NONE : date_parse_iso(col_text(q, 10));
  s->found = true;
}

bool school_get(struct db *db, struct arena *a, const char *urn, struct school *out, struct error *e) {
  *out = (struct school){.urn = urn,
                         .name = arena_printf(a, "School %s (not in the national list)", urn),
                         .open_on = DATE_NONE,
                         .close_on = DATE_NONE};
  struct stmt *q = db_sql(db, SCHOOL_SQL "where s.urn = $1", "t");
  sql_text(q, 1, urn);
  if (sql_row(q)) school_read(q, a, out);
  sql_end(q);
  return db_ok(db, e);
}

static const char *successor(struct db *db, struct arena *a, const char *urn, date_t on) {
  char today[DATE_TEXT];
  struct stmt *q =
      db_sql(db,
             "select link_urn from ref.school_link where urn = $1 and type >= 'Successor' and type < 'Successos' "
             "and (established_on is null or established_on <= $2) order by established_on desc nulls last, link_urn",
             "tt");
  sql_text(q, 1, urn);
  sql_text(q, 2, date_format(on, today));
  const char *next = sql_row(q) ? arena_strdup(a, col_text(q, 0)) : NULL;
  sql_end(q);
  return next;
}

bool school_on(struct db *db, struct arena *a, const char *urn, date_t on, struct school *out, struct error *e) {
  if (!school_get(db, a, urn, out, e)) return false;
  for (int step = 0; step < 10; step++) {
    bool closed = !out->found || (out->close_on != DATE_NONE && out->close_on <= on);
    const char *next = closed ? successor(db, a, out->urn, on) : NULL;
    if (!next) break;
    struct school after;
    if (!school_get(db, a, next, &after, e)) return false;
    if (!after.found) break;
    *out = after;
  }
  return db_ok(db, e);
}

bool school_former(struct db *db, struct arena *a, const char *urn, const char *const **out, size_t *n,
                   struct error *e) {
  const char **list = NULL;
  size_t cap = 0;
  struct stmt *q =
      db_sql(db,
             "select urn from ref.school_link where link_urn = $1 and type >= 'Successor' and type < 'Successos' "
             "union select link_urn from ref.school_link where urn = $1 and type >= 'Predecessor' and type < "
             "'Predecessos' order by 1",
             "t");
  sql_text(q, 1, urn);
  for (*n = 0; sql_row(q);) {
    list = arena_grow(a, list, &cap, *n + 1, sizeof *list);
    list[(*n)++] = arena_strdup(a, col_text(q, 0));
  }
  *out = list;
  return db_ok(db, e);
}

bool school_search(struct db *db, struct arena *a, const char *text, int limit, struct school **out, size_t *n,
                   struct error *e) {
  const char *fold = text_fold(a, text);
  *out = arena_alloc(a, (size_t)(limit > 0 ? limit : 1) * sizeof **out);
  *n = 0;
  struct buf like;
  buf_init(&like, a);
  buf_char(&like, '%');
  for (const char *p = fold; *p; p++) {
    if (*p == '%' || *p == '_' || *p == '\\') buf_char(&like, '\\');
    buf_char(&like, *p);
  }
  buf_char(&like, '%');
  struct stmt *q = db_sql(db,
                          SCHOOL_SQL
                          "where s.urn = $1 or s.name_fold like $2 escape '\\' order by case when s.urn = $1 then 0 "
                          "when s.close_on is null then 1 else 2 end, "
                          "s.name_key, s.urn limit $3",
                          "tti");
  sql_text(q, 1, text);
  sql_text(q, 2, buf_text(&like));
  sql_int(q, 3, limit);
  while (sql_row(q)) school_read(q, a, &(*out)[(*n)++]);
  return db_ok(db, e);
}
