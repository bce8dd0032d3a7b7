/* kith import roll: who is on roll at which school, from when. */
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/text.h"
#include "exchange/load.h"
#include "kith/ref.h"

enum column { CHILD_ID, UPN, URN, SCHOOL, KIND, YEAR_GROUP, CLASS, FROM, UNTIL, N_COLUMNS };
static const char *const names[N_COLUMNS] = {"?child",      "?upn",   "urn",  "?school", "?kind",
                                             "?year_group", "?class", "from", "?until"};
const char import_roll_template[] =
    "child,upn,urn,school,kind,year_group,class,from,until\r\n"
    "100000,,130000,Hill School,,8,8B,01/09/2025,\r\n";

struct line {
  long row;
  const char *cell[N_COLUMNS];
  int64_t child;
};
struct job {
  const char *file;
  struct line *lines;
  size_t n, cap;
  struct keys child, upn, organisation, enrolment;
};

static bool reject(struct loader *l, const struct job *j, const struct line *x, enum column c, const char *expected) {
  l->report->rejected_rows++;
  return error_cell(&l->report->rejected, j->file, x->row, names[c] + (names[c][0] == '?'), x->cell[c], expected);
}

static bool read_lines(struct loader *l, struct job *j, const char *path, struct error *e) {
  struct csv *csv;
  struct csv_row row;
  long at[N_COLUMNS];
  int64_t n = 0;
  if (!import_open(l->arena, path, l->report, &csv, e) || !import_columns(csv, j->file, names, N_COLUMNS, at, e))
    return false;
  for (; csv_next(csv, &row); n++) {
    struct line x = {.row = row.row_number};
    char urn[9];
    if (!import_row_ok(&row, j->file, l->report)) continue;
    for (int i = 0; i < N_COLUMNS; i++) {
      const char *s = at[i] < 0 ? "" : text_clean(l->arena, row.cells[at[i]], strlen(row.cells[at[i]]));
      x.cell[i] = s && *s ? s : NULL;
    }
    if (!x.cell[CHILD_ID] && !x.cell[UPN])
      reject(l, j, &x, CHILD_ID, "the child's local number, or a upn");
    else if (!x.cell[URN] || !urn_check(x.cell[URN], urn))
      reject(l, j, &x, URN, "a school's unique reference number");
    else if (!x.cell[FROM])
      reject(l, j, &x, FROM, "the date on which the child came on roll");
    else {
      j->lines = arena_grow(l->arena, j->lines, &j->cap, j->n + 1, sizeof *j->lines);
      j->lines[j->n++] = x;
    }
  }
  import_read(l->report, "roll", n);
  return true;
}

static bool load_known(struct loader *l, struct job *j, struct error *e) {
  struct keys *all[] = {&j->child, &j->upn, &j->organisation, &j->enrolment};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) keys_init(all[i], l->arena);
  return keys_load(&j->child, l->db, "select local_id, id from child where local_id is not null", e) &&
         keys_load(&j->upn, l->db, "select value, child from identifier where scheme = 'upn'", e) &&
         keys_load(&j->organisation, l->db,
                   "select urn, id from organisation where urn is not null and kind = 'school'", e) &&
         keys_load(&j->enrolment, l->db,
                   "select cast(child as text), id, cast(organisation as text), from_on from enrolment", e);
}

/* A school that became an academy has a new number and is the same school: the register keeps one row, which takes the present number and name, and
 * its former ones stays with the enrolments of its time and in the history. */
static bool rename_school(struct loader *l, struct job *j, const char *former, const struct school *now, int64_t id,
                          struct error *e) {
  const struct model_record *r = load_record(l, "organisation");
  struct record_input in;
  keys_put(&j->organisation, now->urn, id);
  keys_put(&j->organisation, former, id);
  record_input_init(&in, l->arena, r);
  load_value(&in, r, "urn", value_text(now->urn));
  if (now->found) load_value(&in, r, "name", value_text(now->name));
  return load_put(l, "organisation", id, 0, &in, &id, e);
}

/* The register's row of the school, by the number given, the present one, or a former one that the register still holds. */
static bool find_school(struct loader *l, struct job *j, const char *urn, struct school *now, int64_t *id,
                        struct error *e) {
  const char *const *former;
  size_t n = 0;
  if (!school_on(l->db, l->arena, urn, l->ctx->today, now, e)) return false;
  *id = keys_get(&j->organisation, now->urn);
  if (*id) return keys_put(&j->organisation, urn, *id), true;
  *id = keys_get(&j->organisation, urn);
  if (*id) return rename_school(l, j, urn, now, *id, e);
  if (!school_former(l->db, l->arena, now->urn, &former, &n, e)) return false;
  for (size_t i = 0; i < n && !*id; i++) {
    *id = keys_get(&j->organisation, former[i]);
    if (*id && !rename_school(l, j, former[i], now, *id, e)) return false;
  }
  if (*id) keys_put(&j->organisation, urn, *id);
  return true;
}

/* Schools that the register does not hold yet come into it, named as the national list names them. */
static bool put_school(struct loader *l, struct job *j, const struct line *x, struct error *e) {
  const struct model_record *r = load_record(l, "organisation");
  struct record_input in;
  struct school s;
  int64_t id;
  if (!find_school(l, j, x->cell[URN], &s, &id, e)) return false;
  if (id) return true;
  record_input_init(&in, l->arena, r);
  load_value(&in, r, "kind", value_text("school"));
  load_value(&in, r, "name", value_text(s.found || !x->cell[SCHOOL] ? s.name : x->cell[SCHOOL]));
  load_value(&in, r, "urn", value_text(s.urn));
  if (s.found)
    load_value(&in, r, "town", value_text(s.town)),
        load_text(l, &in, r, "postcode", s.postcode, j->file, x->row, "urn");
  if (!load_put(l, "organisation", 0, 0, &in, &id, e)) return false;
  keys_put(&j->organisation, s.urn, id);
  keys_put(&j->organisation, x->cell[URN], id);
  return true;
}

static bool put_enrolment(struct loader *l, struct job *j, const struct line *x, struct error *e) {
  const struct model_record *r = load_record(l, "enrolment");
  struct record_input in;
  int64_t school = keys_get(&j->organisation, x->cell[URN]);
  record_input_init(&in, l->arena, r);
  bool good = load_text(l, &in, r, "from_on", x->cell[FROM], j->file, x->row, "from");
  good = load_text(l, &in, r, "to_on", x->cell[UNTIL], j->file, x->row, "until") && good;
  good = load_text(l, &in, r, "kind", x->cell[KIND] ? x->cell[KIND] : "main", j->file, x->row, "kind") && good;
  good = load_text(l, &in, r, "year_group", x->cell[YEAR_GROUP], j->file, x->row, "year_group") && good;
  if (!good) return l->report->rejected_rows++, true;
  load_value(&in, r, "organisation", value_int(school));
  load_value(&in, r, "school", value_text(x->cell[URN]));
  if (x->cell[CLASS]) load_value(&in, r, "class_name", value_text(x->cell[CLASS]));
  const char *key = arena_printf(l->arena, "%lld\n%lld\n%s", (long long)x->child, (long long)school,
                                 in.values[model_field(r, "from_on")->index].s);
  int64_t id = keys_get(&j->enrolment, key);
  if (!load_begin(l, x->child, e) || !load_put(l, "enrolment", id, 0, &in, &id, e)) return false;
  keys_put(&j->enrolment, key, id);
  return load_end(l, e);
}

static bool apply(struct loader *l, void *arg, struct error *e) {
  struct job *j = arg;
  if (!load_known(l, j, e) || !load_begin(l, 0, e)) return false;
  for (size_t i = 0; i < j->n; i++) {
    struct line *x = &j->lines[i];
    char upn[UPN_LENGTH + 1];
    x->child = x->cell[CHILD_ID]                             ? keys_get(&j->child, x->cell[CHILD_ID])
               : upn_check(x->cell[UPN], upn) != UPN_INVALID ? keys_get(&j->upn, upn)
                                                             : 0;
    if (x->child && !put_school(l, j, x, e)) return false;
  }
  if (!load_end(l, e)) return false;
  for (size_t i = 0; i < j->n; i++) {
    const struct line *x = &j->lines[i];
    if (!x->child)
      reject(l, j, x, x->cell[CHILD_ID] ? CHILD_ID : UPN, "a child who is here");
    else if (!put_enrolment(l, j, x, e))
      return false;
  }
  return true;
}

bool import_roll(const struct engine *g, const struct authority *a, const struct ctx *c, const char *const *paths,
                 size_t n, const struct import_options *o, struct import_report *r, struct error *e) {
  struct job j = {0};
  struct loader l;
  if (n != 1) return error_set(e, ERR_INPUT, "give one file; --template prints its columns");
  loader_init(&l, g, a, c, paths[0], o, r);
  j.file = l.source;
  return read_lines(&l, &j, paths[0], e) && load_run(&l, apply, &j, e);
}
