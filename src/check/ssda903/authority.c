/* Which authority answers for children in a place, at a date. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"
#include "check/ssda903/keep.h"
#include "check/ssda903/place_private.h"

static bool there_on(const struct la *l, date_t on) {
  if (on == DATE_NONE) return l->to == DATE_NONE;
  return (l->from == DATE_NONE || l->from <= on) && (l->to == DATE_NONE || on < l->to);
}

const struct la *place_authority(const struct place *p, const char *what, date_t on) {
  const struct la *ended = NULL;
  for (size_t i = 0; what && i < p->n_areas; i++) {
    const struct la *l = &p->areas[i];
    if (!text_eq_ci(l->ons, what) && !(l->code && strcmp(l->code, what) == 0) &&
        !(l->name && text_eq_ci(l->name, what)))
      continue;
    if (there_on(l, on)) return l;
    ended = l;
  }
  return ended;
}

static const struct la *by_ons(const struct place *p, const char *ons) {
  for (size_t i = 0; i < p->n_areas; i++)
    if (strcmp(p->areas[i].ons, ons) == 0) return &p->areas[i];
  return NULL;
}

/* The county of a district of the shipped list, which keeps districts as ranges of numbers; NULL otherwise. */
static const char *shipped_county(const struct place *p, const char *laua) {
  if (p->own_areas || strncmp(laua, "E07000", 6) != 0) return NULL;
  int number = atoi(laua + 6);
  for (size_t i = 0; i < districts_n_shipped; i++)
    if (number >= districts_shipped[i].first && number <= districts_shipped[i].last) return districts_shipped[i].upper;
  return NULL;
}

const char *place_children_services(const struct place *p, const char *laua, date_t on) {
  for (int hops = 0; laua && hops < 8; hops++) { /* a list that leads in a circle must not hold us */
    const char *county = shipped_county(p, laua);
    const struct la *l = county ? NULL : by_ons(p, laua);
    if (county)
      laua = county;
    else if (l && l->successor && l->to != DATE_NONE && (on == DATE_NONE || on >= l->to))
      laua = l->successor;
    else if (l && l->upper)
      laua = l->upper;
    else
      return laua;
  }
  return laua;
}

static date_t first_of_april(int year) {
  return year ? date_of(year, 4, 1) : DATE_NONE;
}

static void use_shipped(struct place *p) {
  struct la *list = arena_alloc(p->arena, authorities_n_shipped * sizeof *list);
  for (size_t i = 0; i < authorities_n_shipped; i++) {
    const struct authority_row *r = &authorities_shipped[i];
    list[i] = (struct la){r->code, r->ons, r->name, first_of_april(r->from), first_of_april(r->to), r->successor, NULL};
  }
  p->areas = list;
  p->n_areas = authorities_n_shipped;
}

static const char *const columns[] = {"code", "ons", "name", "from", "to", "successor", "upper"};
enum { N_AREA_COLUMNS = 7 };

static bool read_date(const struct csv_row *row, const char *file, int column, const char *text, date_t *out,
                      struct error *e) {
  *out = *text ? date_parse_iso(text) : DATE_NONE;
  if (*text && *out == DATE_NONE) *out = date_parse_uk(text);
  return !*text || *out != DATE_NONE ||
         error_cell(e, file, row->row_number, columns[column], text, "a date, or nothing");
}

static bool read_area(struct arena *a, const struct csv_row *row, const char *file, const long *at, struct la *out,
                      struct error *e) {
  const char *t[N_AREA_COLUMNS];
  for (int i = 0; i < N_AREA_COLUMNS; i++) t[i] = text_trim(a, row->cells[at[i]]);
  if (strlen(t[1]) != 9) return error_cell(e, file, row->row_number, "ons", t[1], "an ONS code of nine characters");
  for (int i = 0; i < N_AREA_COLUMNS; i++)
    if (!*t[i] && i != 3 && i != 4) t[i] = NULL;
  *out = (struct la){.code = t[0], .ons = t[1], .name = t[2], .successor = t[5], .upper = t[6]};
  return read_date(row, file, 3, t[3], &out->from, e) && read_date(row, file, 4, t[4], &out->to, e);
}

static bool read_areas(struct arena *a, const char *path, struct la **out, size_t *n, struct error *e) {
  const char *bytes;
  size_t size, cap = 0;
  struct csv *csv;
  long at[N_AREA_COLUMNS];
  if (!file_read(a, path, 0, &bytes, &size, e) || !(csv = csv_open(a, path, bytes, size, e))) return false;
  for (int i = 0; i < N_AREA_COLUMNS; i++)
    if ((at[i] = csv_find(csv, columns[i])) < 0)
      return error_cell(e, path, 1, columns[i], NULL, "this column is needed and is not there");
  *out = NULL, *n = 0;
  for (struct csv_row row; csv_next(csv, &row);) {
    *out = arena_grow(a, *out, &cap, *n + 1, sizeof **out);
    if (!csv_row_check(csv, &row, e) || !read_area(a, &row, path, at, &(*out)[*n], e)) return false;
    ++*n;
  }
  return *n > 0 || error_set(e, ERR_INPUT, "%s holds no authorities", path);
}

bool authorities_load(struct place *p, const char *dir, struct error *e) {
  use_shipped(p);
  if (!dir) return true;
  const char *path = arena_printf(p->arena, "%s/authorities.csv", dir);
  struct la *list;
  size_t n;
  if (access(path, F_OK) != 0) return true;
  if (!read_areas(p->arena, path, &list, &n, e)) return false;
  p->areas = list, p->n_areas = n, p->own_areas = true;
  return true;
}

bool place_make_authorities(const char *path, const char *data_dir, int64_t *n, struct arena *a, struct error *e) {
  struct la *list;
  size_t count, size;
  const char *bytes;
  if (!read_areas(a, path, &list, &count, e) || !file_read(a, path, 0, &bytes, &size, e)) return false;
  *n = (int64_t)count;
  return keep_file(a, data_dir, "authorities.csv", &(struct part){bytes, size}, 1, e);
}
