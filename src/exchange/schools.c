/* The national school list and its links, into ref: school and school_link. A school that becomes an academy changes its URN; its links
 * say which came of which. Source: Get Information about Schools, all establishment data and links (Open Government Licence). */
#include <sodium.h>
#include <string.h>

#include "base/ident.h"
#include "base/text.h"
#include "exchange/kinds.h"
#include "kith/ref.h"

enum { SCHOOL_COLUMNS = 32, HASH = 16 };
enum how { AS_TEXT, AS_DATE, AS_NUMBER, AS_URN };

/* Column of the list, column of ref.school. The first three must be there. */
static const struct {
  const char *from, *to;
  enum how how;
} school_map[SCHOOL_COLUMNS] = {
    {"URN", "urn", AS_URN},
    {"EstablishmentName", "name", AS_TEXT},
    {"EstablishmentStatus (name)", "status", AS_TEXT},
    {"?LA (code)", "la_code", AS_TEXT},
    {"?LA (name)", "la_name", AS_TEXT},
    {"?EstablishmentNumber", "establishment_number", AS_TEXT},
    {"?TypeOfEstablishment (name)", "type", AS_TEXT},
    {"?EstablishmentTypeGroup (name)", "type_group", AS_TEXT},
    {"?OpenDate", "open_on", AS_DATE},
    {"?CloseDate", "close_on", AS_DATE},
    {"?ReasonEstablishmentClosed (name)", "reason_closed", AS_TEXT},
    {"?PhaseOfEducation (name)", "phase", AS_TEXT},
    {"?StatutoryLowAge", "low_age", AS_NUMBER},
    {"?StatutoryHighAge", "high_age", AS_NUMBER},
    {"?Boarders (name)", "boarders", AS_TEXT},
    {"?OfficialSixthForm (name)", "sixth_form", AS_TEXT},
    {"?Gender (name)", "gender", AS_TEXT},
    {"?ReligiousCharacter (name)", "religious_character", AS_TEXT},
    {"?SchoolCapacity", "capacity", AS_NUMBER},
    {"?NumberOfPupils", "pupils", AS_NUMBER},
    {"?Trusts (name)", "trust", AS_TEXT},
    {"?UKPRN", "ukprn", AS_TEXT},
    {"?Street", "street", AS_TEXT},
    {"?Locality", "locality", AS_TEXT},
    {"?Town", "town", AS_TEXT},
    {"?County (name)", "county", AS_TEXT},
    {"?Postcode", "postcode", AS_TEXT},
    {"?TelephoneNum", "telephone", AS_TEXT},
    {"?SchoolWebsite", "website", AS_TEXT},
    {"?Easting", "easting", AS_NUMBER},
    {"?Northing", "northing", AS_NUMBER},
    {"?OfstedRating (name)", "ofsted_rating", AS_TEXT},
};

struct school_row {
  const char *cells[SCHOOL_COLUMNS];
  int64_t numbers[SCHOOL_COLUMNS];
  unsigned char hash[HASH];
};
struct link_row {
  const char *urn, *link_urn, *type, *on;
};
struct load {
  const struct import_options *options;
  struct import_report *report;
  struct arena *arena;
  struct school_row *schools;
  size_t n_schools, cap_schools;
  struct link_row *links;
  size_t n_links, cap_links;
  const char *upsert, *types; /* of ref.school */
  int64_t created, changed, unchanged;
};

static bool read_cell(struct load *l, const char *file, const struct csv_row *row, size_t i, const char *given,
                      struct school_row *out) {
  const char *column = school_map[i].from + (school_map[i].from[0] == '?');
  given = text_trim(l->arena, given);
  if (!*given)
    return i > 1 || error_cell(&l->report->rejected, file, row->row_number, column, "",
                               "a value: a school needs its number and name");
  if (school_map[i].how == AS_DATE) {
    date_t d = date_parse_uk(given);
    char iso[DATE_TEXT];
    if (d == DATE_NONE)
      return error_cell(&l->report->rejected, file, row->row_number, column, given, "a date, day-month-year");
    out->cells[i] = arena_strdup(l->arena, date_format(d, iso));
  } else if (school_map[i].how == AS_NUMBER) {
    if (strspn(given, "0123456789") != strlen(given) || strlen(given) > 9)
      return error_cell(&l->report->rejected, file, row->row_number, column, given, "a whole number");
    for (const char *p = given; *p; p++) out->numbers[i] = out->numbers[i] * 10 + (*p - '0');
    out->cells[i] = given;
  } else {
    char urn[9];
    if (school_map[i].how == AS_URN && !urn_check(given, urn))
      return error_cell(&l->report->rejected, file, row->row_number, column, given,
                        "a school's unique reference number, six digits");
    out->cells[i] = text_clean(l->arena, given, strlen(given));
    if (!out->cells[i]) return error_cell(&l->report->rejected, file, row->row_number, column, NULL, "readable text");
  }
  return true;
}

static void hash_school(struct school_row *s) {
  crypto_generichash_state st;
  crypto_generichash_init(&st, NULL, 0, HASH);
  for (size_t i = 0; i < SCHOOL_COLUMNS; i++) {
    const char *cell = s->cells[i] ? s->cells[i] : "";
    crypto_generichash_update(&st, (const unsigned char *)cell, strlen(cell) + 1);
  }
  crypto_generichash_final(&st, s->hash, HASH);
}

static bool read_schools(struct load *l, const char *path, struct error *e) {
  struct csv *csv;
  struct csv_row row;
  long at[SCHOOL_COLUMNS];
  const char *names[SCHOOL_COLUMNS], *file = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
  for (size_t i = 0; i < SCHOOL_COLUMNS; i++) names[i] = school_map[i].from;
  if (!import_open(l->arena, path, l->report, &csv, e) || !import_columns(csv, file, names, SCHOOL_COLUMNS, at, e))
    return false;
  int64_t read = 0;
  while (csv_next(csv, &row)) {
    struct school_row s = {0};
    bool good = true;
    read++;
    if (!import_row_ok(&row, file, l->report)) continue;
    for (size_t i = 0; i < SCHOOL_COLUMNS; i++)
      if (at[i] >= 0 && !read_cell(l, file, &row, i, row.cells[at[i]], &s)) good = false;
    if (!good) {
      l->report->rejected_rows++;
      continue;
    }
    hash_school(&s);
    l->schools = arena_grow(l->arena, l->schools, &l->cap_schools, l->n_schools + 1, sizeof *l->schools);
    l->schools[l->n_schools++] = s;
  }
  import_read(l->report, "schools", read);
  return true;
}

static bool read_links(struct load *l, const char *path, struct error *e) {
  static const char *const names[] = {"URN", "LinkURN", "LinkType", "?LinkEstablishedDate"};
  struct csv *csv;
  struct csv_row row;
  long at[4];
  const char *file = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
  if (!import_open(l->arena, path, l->report, &csv, e) || !import_columns(csv, file, names, 4, at, e)) return false;
  int64_t read = 0;
  while (csv_next(csv, &row)) {
    read++;
    if (!import_row_ok(&row, file, l->report)) continue;
    char urn[9], link[9], iso[DATE_TEXT] = "";
    const char *on = at[3] < 0 ? "" : text_trim(l->arena, row.cells[at[3]]);
    bool good = urn_check(row.cells[at[0]], urn) ||
                error_cell(&l->report->rejected, file, row.row_number, names[0], row.cells[at[0]], "a school's number");
    good = (urn_check(row.cells[at[1]], link) ||
            error_cell(&l->report->rejected, file, row.row_number, names[1], row.cells[at[1]], "a school's number")) &&
           good;
    if (*on && date_parse_uk(on) == DATE_NONE)
      good =
          error_cell(&l->report->rejected, file, row.row_number, "LinkEstablishedDate", on, "a date, day-month-year");
    else if (*on)
      date_format(date_parse_uk(on), iso);
    if (!good) {
      l->report->rejected_rows++;
      continue;
    }
    l->links = arena_grow(l->arena, l->links, &l->cap_links, l->n_links + 1, sizeof *l->links);
    l->links[l->n_links++] = (struct link_row){arena_strdup(l->arena, urn), arena_strdup(l->arena, link),
                                               arena_strdup(l->arena, row.cells[at[2]]), arena_strdup(l->arena, iso)};
  }
  import_read(l->report, "school links", read);
  return true;
}

static void upsert_text(struct load *l) {
  struct buf sql, types;
  buf_init(&sql, l->arena), buf_init(&types, l->arena);
  buf_str(&sql, "insert into school (");
  for (size_t i = 0; i < SCHOOL_COLUMNS; i++) buf_printf(&sql, "%s, ", school_map[i].to);
  buf_str(&sql, "name_key, name_fold, row_hash) values (");
  for (size_t i = 0; i < SCHOOL_COLUMNS; i++)
    buf_printf(&sql, "$%zu, ", i + 1), buf_char(&types, school_map[i].how == AS_NUMBER ? 'i' : 't');
  buf_printf(&sql, "$%d, $%d, $%d) on conflict (urn) do update set ", SCHOOL_COLUMNS + 1, SCHOOL_COLUMNS + 2,
             SCHOOL_COLUMNS + 3);
  for (size_t i = 1; i < SCHOOL_COLUMNS; i++)
    buf_printf(&sql, "%s = excluded.%s, ", school_map[i].to, school_map[i].to);
  buf_str(&sql, "name_key = excluded.name_key, name_fold = excluded.name_fold, row_hash = excluded.row_hash");
  buf_str(&types, "ttb");
  l->upsert = buf_text(&sql), l->types = buf_text(&types);
}

static bool write_school(struct load *l, struct db *db, const struct school_row *s) {
  struct stmt *q = db_sql(db, "select row_hash from school where urn = $1", "t");
  sql_text(q, 1, s->cells[0]);
  bool there = sql_row(q), same = false;
  if (there) {
    size_t n;
    const void *old = col_blob(q, 0, &n);
    same = n == HASH && memcmp(old, s->hash, HASH) == 0;
  }
  sql_end(q);
  if (same) return l->unchanged++, true;
  q = db_sql(db, l->upsert, l->types);
  for (size_t i = 0; i < SCHOOL_COLUMNS; i++) {
    if (!s->cells[i])
      sql_null(q, (int)i + 1);
    else if (school_map[i].how == AS_NUMBER)
      sql_int(q, (int)i + 1, s->numbers[i]);
    else
      sql_text(q, (int)i + 1, s->cells[i]);
  }
  sql_text(q, SCHOOL_COLUMNS + 1, text_sort_key(l->arena, s->cells[1]));
  sql_text(q, SCHOOL_COLUMNS + 2, text_fold(l->arena, s->cells[1]));
  sql_blob(q, SCHOOL_COLUMNS + 3, s->hash, HASH);
  there ? l->changed++ : l->created++;
  return sql_run(q);
}

static bool write_link(struct load *l, struct db *db, const struct link_row *k) {
  struct stmt *q =
      db_sql(db, "select established_on from school_link where urn = $1 and link_urn = $2 and type = $3", "ttt");
  sql_text(q, 1, k->urn), sql_text(q, 2, k->link_urn), sql_text(q, 3, k->type);
  bool there = sql_row(q), same = there && strcmp(col_text(q, 0) ? col_text(q, 0) : "", k->on) == 0;
  sql_end(q);
  if (same) return l->unchanged++, true;
  q = db_sql(db,
             "insert into school_link (urn, link_urn, type, established_on) values ($1, $2, $3, $4) on conflict (urn, "
             "link_urn, type) "
             "do update set established_on = excluded.established_on",
             "tttt");
  sql_text(q, 1, k->urn), sql_text(q, 2, k->link_urn), sql_text(q, 3, k->type);
  *k->on ? sql_text(q, 4, k->on) : sql_null(q, 4);
  there ? l->changed++ : l->created++;
  return sql_run(q);
}

static bool apply(struct db *db, void *arg, struct error *e) {
  struct load *l = arg;
  l->created = l->changed = l->unchanged = 0;
  if (!ref_ensure(db, e)) return false;
  for (size_t i = 0; i < l->n_schools; i++) {
    if (!write_school(l, db, &l->schools[i])) return db_ok(db, e);
    if (i % 1000 == 0 && l->options->progress)
      l->options->progress(l->options->progress_arg, "schools", (int64_t)i, (int64_t)l->n_schools);
  }
  for (size_t i = 0; i < l->n_links; i++)
    if (!write_link(l, db, &l->links[i])) return db_ok(db, e);
  if (!db_ok(db, e)) return false;
  return !l->options->dry_run || error_set(e, ERR_DENIED, "dry run"); /* rolled back */
}

bool import_schools(const struct engine *g, const struct authority *a, const struct ctx *c, const char *const *paths,
                    size_t n, const struct import_options *o, struct import_report *r, struct error *e) {
  struct load l = {.options = o, .report = r, .arena = c->arena};
  (void)a;
  if (n < 1 || n > 2) return error_set(e, ERR_INPUT, "give the school list, and then the links file if there is one");
  if (!read_schools(&l, paths[0], e) || (n == 2 && !read_links(&l, paths[1], e))) return false;
  if (o->strict && r->rejected.n_items) return import_refuse(r, e);
  upsert_text(&l);
  bool ok = store_write(g->ref, apply, &l, e);
  if (!ok && o->dry_run && e->kind == ERR_DENIED) {
    error_clear(e);
    ok = true;
  }
  if (ok) r->created = l.created, r->changed = l.changed, r->unchanged = l.unchanged;
  return ok;
}
