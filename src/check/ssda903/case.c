/* A return held as JSON. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "check/ssda903/report.h"

static const char *text_of(struct arena *a, const struct json *v) {
  if (!v) return NULL;
  switch (v->type) {
  case JSON_STRING:
    return v->s;
  case JSON_INT:
    return arena_printf(a, "%lld", (long long)v->i);
  case JSON_REAL:
    return arena_printf(a, "%.15g", v->d);
  case JSON_TRUE:
    return "1";
  case JSON_FALSE:
    return "0";
  default:
    return NULL;
  }
}

static const char *const *texts(struct arena *a, const struct json *array, size_t n) {
  const char **out = arena_alloc(a, (n + 1) * sizeof *out);
  for (size_t i = 0; array && array->type == JSON_ARRAY && i < n && i < array->n; i++)
    out[i] = text_of(a, array->items[i]);
  return out;
}

static bool read_rows(struct arena *a, const struct json *table, const char *const **columns, size_t *n_columns,
                      const char *const *const **rows, size_t *n_rows) {
  const struct json *c = json_get(table, "columns"), *r = json_get(table, "rows");
  if (!c || c->type != JSON_ARRAY || !r || r->type != JSON_ARRAY) return false;
  *n_columns = c->n;
  *n_rows = r->n;
  *columns = texts(a, c, c->n);
  const char *const **all = arena_alloc(a, (r->n + 1) * sizeof *all);
  for (size_t i = 0; i < r->n; i++) all[i] = texts(a, r->items[i], c->n);
  *rows = all;
  return true;
}

static bool add_table(struct arena *a, struct ssda903 *s, const char *name, const struct json *table, struct error *e) {
  size_t n = strlen(name), n_columns, n_rows;
  bool last = n > 5 && strcmp(name + n - 5, "_last") == 0;
  int t = table_find(last ? arena_strndup(a, name, n - 5) : name);
  const char *const *columns, *const *const *rows;
  if (t < 0) return error_field(e, name, NULL, "%s is not a table of the return", name);
  if (!read_rows(a, table, &columns, &n_columns, &rows, &n_rows))
    return error_field(e, name, NULL, "a table is {\"columns\": [...], \"rows\": [[...]]}");
  return ssda903_add_rows(s, (enum table)t, last, columns, n_columns, rows, n_rows);
}

static date_t date_of_text(const char *s) {
  date_t d = s ? date_parse_uk(s) : DATE_NONE;
  return d != DATE_NONE || !s ? d : date_parse_iso(s);
}

/* The provider table: columns by name, those that are there. */
static bool set_providers(struct arena *a, struct place *place, const struct json *table) {
  const char *const *columns, *const *const *rows;
  size_t n_columns, n_rows;
  if (!read_rows(a, table, &columns, &n_columns, &rows, &n_rows)) return false;
  struct provider *list = arena_alloc(a, (n_rows + 1) * sizeof *list);
  for (size_t i = 0; i < n_rows; i++) {
    const char *cells[PROVIDER_COLUMNS] = {0};
    for (size_t k = 0; k < n_columns; k++) {
      int at = provider_column(columns[k]);
      if (at >= 0) cells[at] = rows[i][k];
    }
    list[i] = provider_of(a, place, cells);
  }
  return place_set_providers(place, list, n_rows);
}

bool check_json_case(struct arena *a, struct place *place, const struct json *request, const char *const *only,
                     struct buf *out, struct error *e) {
  const struct json *meta = json_get(request, "metadata"), *given = json_get(request, "tables"),
                    *providers = json_get(meta, "provider_info");
  if (!given || given->type != JSON_OBJECT)
    return error_set(e, ERR_INPUT, "a return is {\"metadata\": {...}, \"tables\": {...}}");
  struct ssda903 *s = ssda903_new(a, place);
  for (size_t i = 0; i < given->n; i++)
    if (!add_table(a, s, given->keys[i], given->items[i], e)) return false;
  place_set_providers(place, NULL, 0);
  if (providers && !set_providers(a, place, providers)) return error_set(e, ERR_INPUT, "provider_info is a table");
  const char *year = text_of(a, json_get(meta, "collectionYear")), *format = text_of(a, json_get(meta, "file_format"));
  struct ssda903_setup setup = {.year_ends = year ? atoi(year) : 0,
                                .start = date_of_text(text_of(a, json_get(meta, "collection_start"))),
                                .end = date_of_text(text_of(a, json_get(meta, "collection_end"))),
                                .authority = text_of(a, json_get(meta, "localAuthority")),
                                .xml = format && strcmp(format, "xml") == 0,
                                .only = only,
                                .threads = 1};
  bool ok = ssda903_run(s, &setup, e);
  if (ok) report_json(s, out), buf_char(out, '\n');
  ssda903_free(s);
  return ok;
}
