#include "check/ssda903/command.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/json.h"
#include "check/ssda903/provider.h"
#include "check/ssda903/report.h"

struct run {
  const struct check_command *c;
  struct arena *arena;
  FILE *out;
  struct place *place;
  struct error *error;
  size_t flags;
};

/* "101,102": NULL-ended; NULL when not given. */
static const char *const *codes_given(struct run *r) {
  const char *given = r->c->only;
  size_t n = 0, cap = 0;
  const char **out = NULL;
  for (const char *p = given; p && *p;) {
    size_t length = strcspn(p, ",");
    out = arena_grow(r->arena, out, &cap, n + 2, sizeof *out);
    if (length) out[n++] = arena_strndup(r->arena, p, length);
    p += length + (p[length] == ',');
  }
  return out;
}

static bool read_input(struct run *r, const char *path, const char **bytes, size_t *n) {
  if (strcmp(path, "-") != 0) return file_read(r->arena, path, 0, bytes, n, r->error);
  struct buf b;
  char chunk[1 << 16];
  buf_init(&b, r->arena);
  for (size_t got; (got = fread(chunk, 1, sizeof chunk, stdin)) > 0;) buf_add(&b, chunk, got);
  *n = b.len;
  *bytes = buf_text(&b);
  return !ferror(stdin) || error_set(r->error, ERR_INPUT, "standard input cannot be read");
}

/* One return or an array of them; each in an arena of its own, one line of output each. */
static bool check_json(struct run *r) {
  const char *bytes;
  size_t n;
  const struct json *all;
  if (!read_input(r, r->c->json, &bytes, &n) || !(all = json_parse(r->arena, bytes, n, r->error))) return false;
  const struct json *const *items = all->type == JSON_ARRAY ? all->items : &all;
  const char *const *only = codes_given(r);
  for (size_t i = 0, count = all->type == JSON_ARRAY ? all->n : 1; i < count; i++) {
    struct arena *a = arena_new();
    struct buf out;
    buf_init(&out, a);
    bool ok = check_json_case(a, r->place, items[i], only, &out, r->error);
    if (ok) fwrite(out.data, 1, out.len, r->out);
    place_set_providers(r->place, NULL, 0);
    arena_free(a);
    if (!ok) return false;
  }
  return true;
}

static int by_name(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_return_file(const char *name) {
  const char *dot = strrchr(name, '.');
  return name[0] != '.' && dot && (strcasecmp(dot, ".csv") == 0 || strcasecmp(dot, ".xml") == 0);
}

/* Files of a folder in the order of their names, so that what is said of them does not hang on the disk. */
static bool list_folder(struct run *r, const char *dir, const char ***out, size_t *n) {
  DIR *d = opendir(dir);
  size_t cap = 0;
  *out = NULL, *n = 0;
  if (!d) return error_set(r->error, ERR_INPUT, "cannot read the folder %s", dir);
  for (struct dirent *entry; (entry = readdir(d));) {
    if (!is_return_file(entry->d_name)) continue;
    *out = arena_grow(r->arena, *out, &cap, *n + 1, sizeof **out);
    (*out)[(*n)++] = arena_strdup(r->arena, entry->d_name);
  }
  closedir(d);
  if (!*n) return error_set(r->error, ERR_INPUT, "the folder %s holds no CSV or XML file", dir);
  qsort(*out, *n, sizeof **out, by_name);
  return true;
}

struct file_list {
  struct ssda903_file *at;
  size_t n, cap;
};

/* In messages a file is known by its folder and name, since both years have the same names. */
static bool add_folder(struct run *r, struct file_list *files, const char *dir, bool last) {
  const char **names, *slash = strrchr(dir, '/');
  size_t n;
  if (!list_folder(r, dir, &names, &n)) return false;
  files->at = arena_grow(r->arena, files->at, &files->cap, files->n + n, sizeof *files->at);
  for (size_t i = 0; i < n; i++)
    files->at[files->n++] =
        (struct ssda903_file){arena_printf(r->arena, "%s/%s", slash && slash[1] ? slash + 1 : dir, names[i]),
                              arena_printf(r->arena, "%s/%s", dir, names[i]), last};
  return true;
}

static bool add_folders(struct run *r, struct ssda903 *s) {
  struct file_list files = {0};
  return add_folder(r, &files, r->c->this_dir, false) &&
         (!r->c->last_dir || add_folder(r, &files, r->c->last_dir, true)) &&
         ssda903_add_files(s, files.at, files.n, r->error);
}

static void progress(struct run *r, const char *what, int done) {
  if (r->c->progress) r->c->progress(r->c->progress_arg, what, done, 3);
}

/* "2026-27" or "2027": the year in which it ends; 0 when it is neither. */
static int year_given(const char *text) {
  char *end;
  long first = strtol(text, &end, 10);
  if (first < 2000 || first > 2100) return 0;
  if (!*end) return (int)first;
  long second = *end == '-' ? strtol(end + 1, &end, 10) : -1;
  return !*end && second == (first + 1) % 100 ? (int)first + 1 : 0;
}

static bool set_providers(struct run *r) {
  const char *path = r->c->providers;
  if (!path) {
    path = arena_printf(r->arena, "%s/providers.kith", r->c->data);
    if (access(path, R_OK) != 0) return true;
  }
  return providers_load(r->place, r->arena, path, r->error);
}

static bool print_results(struct run *r, const struct ssda903 *s) {
  const struct ssda903_result *results;
  size_t n = ssda903_results(s, &results);
  struct buf out;
  buf_init(&out, r->arena);
  for (size_t i = 0; i < n; i++) r->flags += results[i].n;
  if (r->c->format && strcmp(r->c->format, "xlsx") == 0) return report_xlsx(s, r->arena, r->c->out, r->error);
  if (r->c->format && strcmp(r->c->format, "json") == 0)
    report_json(s, &out), buf_char(&out, '\n');
  else if (r->c->format && strcmp(r->c->format, "csv") == 0)
    report_csv(s, r->arena, &out);
  else
    report_text(s, r->arena, &out);
  fwrite(out.data, 1, out.len, r->out);
  return true;
}

static bool check_folders(struct run *r) {
  const char *year = r->c->year;
  struct ssda903_setup setup = {.year_ends = year ? year_given(year) : 0,
                                .start = DATE_NONE,
                                .end = DATE_NONE,
                                .authority = r->c->la,
                                .only = codes_given(r)};
  if (!setup.year_ends) return error_set(r->error, ERR_INPUT, "the collection year is given as 2026-27");
  struct ssda903 *s = ssda903_new(r->arena, r->place);
  progress(r, "reading: step", 0);
  bool ok = set_providers(r) && add_folders(r, s);
  if (ok) progress(r, "checking: step", 1), ok = ssda903_run(s, &setup, r->error);
  if (ok) progress(r, "writing: step", 2), ok = print_results(r, s);
  progress(r, "done: step", 3);
  ssda903_free(s);
  return ok;
}

static bool explain(struct run *r) {
  struct buf out;
  buf_init(&out, r->arena);
  if (!report_explain(r->c->explain, r->arena, &out))
    return error_set(r->error, ERR_INPUT, "%s is not a rule of the return", r->c->explain);
  fputs(buf_text(&out), r->out);
  return true;
}

bool check_command_run(const struct check_command *c, struct arena *a, FILE *out, size_t *flags, struct error *e) {
  struct run r = {.c = c, .arena = a, .out = out, .error = e};
  *flags = 0;
  if (c->explain) return explain(&r);
  if (!c->json == !c->this_dir)
    return error_set(e, ERR_INPUT, "give the return with --this DIR, or as JSON with --json FILE");
  if (c->this_dir && c->format && strcmp(c->format, "xlsx") == 0 && !c->out)
    return error_set(e, ERR_INPUT, "a workbook needs a file to go to: --out FILE");
  bool ok = place_open(a, c->data, &r.place, e) && (c->json ? check_json(&r) : check_folders(&r));
  place_close(r.place);
  *flags = r.flags;
  return ok;
}
