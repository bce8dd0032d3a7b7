#include "exchange/ssda903.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/text.h"
#include "exchange/kinds.h"

enum header_column { H_CHILD, H_SEX, H_DOB, H_ETHNIC, H_UPN, H_MOTHER, H_MC_DOB, N_HEADER };
static const char *const header_names[N_HEADER] = {"CHILD", "SEX", "DOB", "ETHNIC", "UPN", "?MOTHER", "?MC_DOB"};
enum episode_column {
  E_CHILD,
  E_DECOM,
  E_RNE,
  E_LS,
  E_CIN,
  E_PLACE,
  E_PROVIDER,
  E_DEC,
  E_REC,
  E_CHANGE,
  E_HOME,
  E_PL_POST,
  E_URN,
  N_EPISODE
};
static const char *const episode_names[N_EPISODE] = {
    "CHILD",      "DECOM",    "RNE", "LS", "CIN", "PLACE", "?PLACE_PROVIDER", "DEC", "REC", "?REASON_PLACE_CHANGE",
    "?HOME_POST", "?PL_POST", "?URN"};

struct episode {
  const char *child, *file;
  long row;
  date_t from, to;
  const char *cells[N_EPISODE]; /* NULL when blank */
};
struct reader {
  struct arena *a;
  struct import_report *r;
  date_t today;
  struct care_child *children;
  size_t n_children, cap_children;
  struct episode *episodes;
  size_t n_episodes, cap_episodes;
};

static const char *cell(struct reader *x, const struct csv_row *row, long at) {
  if (at < 0) return NULL;
  const char *s = text_trim(x->a, row->cells[at]);
  return *s ? text_upper_ascii(x->a, s) : NULL;
}

static bool reject(struct reader *x, const char *file, const struct csv_row *row, const char *column, const char *value,
                   const char *expected) {
  return error_cell(&x->r->rejected, file, row->row_number, column + (*column == '?'), value, expected);
}

/* A date as the guide writes it; ISO is read too. Blank gives DATE_NONE and is good. */
static bool read_date(struct reader *x, const char *file, const struct csv_row *row, const char *column,
                      const char *given, date_t *out) {
  *out = DATE_NONE;
  if (!given) return true;
  *out = date_parse_uk(given);
  if (*out == DATE_NONE) *out = date_parse_iso(given);
  if (*out == DATE_NONE) return reject(x, file, row, column, given, "a date, day/month/year");
  if (*out < date_of(1900, 1, 1)) return reject(x, file, row, column, given, "a date since 1900");
  return true;
}

static bool read_header_row(struct reader *x, const char *file, const struct csv_row *row, const long *at) {
  struct care_child c = {.header_row = row->row_number, .header_file = file};
  const char *cells[N_HEADER];
  bool good = true;
  for (int i = 0; i < N_HEADER; i++) cells[i] = cell(x, row, at[i]);
  c.local_id = cells[H_CHILD], c.sex = cells[H_SEX], c.ethnicity = cells[H_ETHNIC], c.mother = cells[H_MOTHER];
  if (!c.local_id || !local_id_check(c.local_id))
    good = reject(x, file, row, "CHILD", c.local_id, "the child's local number: letters and digits, at most 20");
  good = read_date(x, file, row, "DOB", cells[H_DOB], &c.born) && good;
  good = read_date(x, file, row, "MC_DOB", cells[H_MC_DOB], &c.mother_child_born) && good;
  const char *upn = cells[H_UPN];
  char normal[UPN_LENGTH + 1];
  if (upn && upn[0] == 'U' && upn[1] == 'N')
    c.upn_unknown = upn;
  else if (upn && upn_check(upn, normal) != UPN_INVALID)
    c.upn = arena_strdup(x->a, normal);
  else if (upn)
    reject(x, file, row, "UPN", upn, "a unique pupil number with the right check letter; the child goes in without it");
  if (!good) {
    x->r->rejected_rows++;
    return false;
  }
  x->children = arena_grow(x->a, x->children, &x->cap_children, x->n_children + 1, sizeof *x->children);
  x->children[x->n_children++] = c;
  return true;
}

static bool read_episode_row(struct reader *x, const char *file, const struct csv_row *row, const long *at) {
  struct episode p = {.row = row->row_number, .file = file};
  bool good = true;
  for (int i = 0; i < N_EPISODE; i++) p.cells[i] = cell(x, row, at[i]);
  p.child = p.cells[E_CHILD];
  if (!p.child || !local_id_check(p.child))
    good = reject(x, file, row, "CHILD", p.child, "the child's local number: letters and digits, at most 20");
  good = read_date(x, file, row, "DECOM", p.cells[E_DECOM], &p.from) && good;
  good = read_date(x, file, row, "DEC", p.cells[E_DEC], &p.to) && good;
  if (good && p.from == DATE_NONE) good = reject(x, file, row, "DECOM", NULL, "the date on which the episode began");
  if (good && p.to != DATE_NONE && p.to < p.from)
    good = reject(x, file, row, "DEC", p.cells[E_DEC], "a date not before DECOM");
  if (!good) {
    x->r->rejected_rows++;
    return false;
  }
  x->episodes = arena_grow(x->a, x->episodes, &x->cap_episodes, x->n_episodes + 1, sizeof *x->episodes);
  x->episodes[x->n_episodes++] = p;
  return true;
}

typedef bool row_fn(struct reader *x, const char *file, const struct csv_row *row, const long *at);

/* Where the columns stand; how many of those that a table must have are not there. */
static int lacks(const struct csv *csv, const char *const *names, int n, long *at) {
  int lacking = 0;
  for (int i = 0; i < n; i++) {
    at[i] = csv_find(csv, names[i] + (names[i][0] == '?'));
    lacking += at[i] < 0 && names[i][0] != '?';
  }
  return lacking;
}

struct table {
  const char *name;
  const char *const *columns;
  int n, nearly; /* nearly: a file that lacks so many of its columns is still meant to be this table */
  row_fn *read;
};
enum { HEADER, EPISODES, N_TABLES };
static const struct table tables[N_TABLES] = {{"Header", header_names, N_HEADER, 1, read_header_row},
                                              {"Episodes", episode_names, N_EPISODE, 3, read_episode_row}};

/* A file that is one of the tables but for a column or two: guessing would lose what it says. */
static bool not_whole(const struct csv *csv, const struct table *t, const char *file, struct error *e) {
  long at[N_EPISODE];
  return import_columns(csv, file, t->columns, (size_t)t->n, at, e);
}

/* Whichever table its columns make it. */
static bool read_file(struct reader *x, const char *path, const char *file, bool *seen, struct error *e) {
  struct csv *csv;
  struct csv_row row;
  long at[N_EPISODE];
  int64_t n = 0;
  if (!import_open(x->a, path, x->r, &csv, e)) return false;
  for (int i = N_TABLES - 1; i >= 0; i--) {
    const struct table *t = &tables[i];
    int lacking = lacks(csv, t->columns, t->n, at);
    if (lacking > t->nearly) continue;
    if (lacking) return not_whole(csv, t, file, e);
    for (; csv_next(csv, &row); n++)
      if (import_row_ok(&row, file, x->r)) t->read(x, file, &row, at);
    import_read(x->r, t->name, n);
    return seen[i] = true;
  }
  import_warn(x->r, "%s is neither Header nor Episodes and was passed over", file);
  return true;
}

static int by_child_and_date(const void *pa, const void *pb) {
  const struct episode *a = pa, *b = pb;
  int c = strcmp(a->child, b->child);
  if (c) return c;
  if (a->from != b->from) return a->from < b->from ? -1 : 1;
  date_t x = a->to == DATE_NONE ? INT32_MAX : a->to, y = b->to == DATE_NONE ? INT32_MAX : b->to;
  if (x != y) return x < y ? -1 : 1;
  return a->row < b->row ? -1 : a->row > b->row;
}

static int by_local_id(const void *pa, const void *pb) {
  const struct care_child *a = pa, *b = pb;
  int c = strcmp(a->local_id, b->local_id);
  return c ? c : a->header_row < b->header_row ? -1 : a->header_row > b->header_row;
}

static struct care_span *last_of(struct care_spans *s) {
  return s->n ? &s->at[s->n - 1] : NULL;
}

static struct care_span *begin(struct reader *x, struct care_spans *s, const struct episode *p, const char *code) {
  s->at = arena_grow(x->a, s->at, &s->cap, s->n + 1, sizeof *s->at);
  s->at[s->n] =
      (struct care_span){.from = p->from, .to = p->to, .row = p->row, .code = code, .started = p->cells[E_RNE]};
  return &s->at[s->n++];
}

static bool same(const char *a, const char *b) {
  return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool ends_care(const struct episode *p) {
  return p->to != DATE_NONE && p->cells[E_REC] && strcmp(p->cells[E_REC], "X1") != 0;
}

/* Folds one episode, later than all before it, into the child's spans. */
static void fold(struct reader *x, struct care_child *c, const struct episode *p) {
  struct care_span *period = last_of(&c->periods), *status = last_of(&c->statuses), *place = last_of(&c->placements);
  bool starts = p->cells[E_RNE] && *p->cells[E_RNE] == 'S';
  bool follows = period && period->to == DATE_NONE && !starts;
  if (!follows) {
    if (period && period->to == DATE_NONE) period->to = p->from; /* a new period shows that the former had ended */
    period = begin(x, &c->periods, p, p->cells[E_CIN]);
    period->began_before = !starts && c->periods.n == 1;
  }
  period->to = ends_care(p) ? p->to : DATE_NONE;
  period->reason = ends_care(p) ? p->cells[E_REC] : NULL;
  if (follows && status && same(status->code, p->cells[E_LS]) && (status->to == p->from || status->to == DATE_NONE))
    status->to = p->to;
  else
    begin(x, &c->statuses, p, p->cells[E_LS]);
  bool stayed = follows && place && same(place->code, p->cells[E_PLACE]) &&
                same(place->provider, p->cells[E_PROVIDER]) && same(place->postcode, p->cells[E_PL_POST]) &&
                same(place->urn, p->cells[E_URN]) && p->cells[E_RNE] && *p->cells[E_RNE] == 'L';
  if (!stayed) {
    place = begin(x, &c->placements, p, p->cells[E_PLACE]);
    place->provider = p->cells[E_PROVIDER], place->postcode = p->cells[E_PL_POST], place->urn = p->cells[E_URN],
    place->home_postcode = p->cells[E_HOME];
  }
  place->to = p->to;
  place->reason = p->cells[E_CHANGE];
}

static bool join(struct reader *x, struct care_return *out) {
  if (x->n_children) qsort(x->children, x->n_children, sizeof *x->children, by_local_id);
  if (x->n_episodes) qsort(x->episodes, x->n_episodes, sizeof *x->episodes, by_child_and_date);
  size_t kept = 0;
  for (size_t i = 0; i < x->n_children; i++) {
    struct care_child *c = &x->children[i];
    if (kept && strcmp(x->children[kept - 1].local_id, c->local_id) == 0) {
      error_cell(&x->r->rejected, c->header_file, c->header_row, "CHILD", c->local_id,
                 "each child once: the first row of this child was taken");
      x->r->rejected_rows++;
      continue;
    }
    x->children[kept++] = *c;
  }
  size_t at = 0;
  for (size_t i = 0; i < x->n_episodes; i++) {
    const struct episode *p = &x->episodes[i];
    while (at < kept && strcmp(x->children[at].local_id, p->child) < 0) at++;
    if (at == kept || strcmp(x->children[at].local_id, p->child) != 0) {
      error_cell(&x->r->rejected, p->file, p->row, "CHILD", p->child,
                 "a child of the Header: this one is not there or was rejected");
      x->r->rejected_rows++;
      continue;
    }
    if (i && same(x->episodes[i - 1].child, p->child) && x->episodes[i - 1].from == p->from &&
        same(x->episodes[i - 1].cells[E_DEC], p->cells[E_DEC])) {
      error_cell(&x->r->rejected, p->file, p->row, "DECOM", p->cells[E_DECOM],
                 "one episode at a time: this one stands in the file twice");
      x->r->rejected_rows++;
      continue;
    }
    x->children[at].episodes_file = p->file;
    fold(x, &x->children[at], p);
  }
  *out = (struct care_return){x->children, kept};
  return true;
}

static int is_csv(const struct dirent *d) {
  size_t n = strlen(d->d_name);
  return n > 4 && text_eq_ci(d->d_name + n - 4, ".csv");
}

bool ssda903_read(struct arena *a, const char *dir, date_t today, struct import_report *r, struct care_return *out,
                  struct error *e) {
  struct reader x = {.a = a, .r = r, .today = today};
  struct dirent **names;
  bool seen[N_TABLES] = {false}, ok = true;
  int n = scandir(dir, &names, is_csv, alphasort);
  if (n < 0 && errno == ENOTDIR)
    return error_set(e, ERR_INPUT, "%s is a file: give the folder that holds the return's CSV files, unpacked.", dir);
  if (n < 0) return error_set(e, ERR_INPUT, "The folder %s cannot be read: %s.", dir, strerror(errno));
  for (int i = 0; i < n; i++) {
    const char *file = arena_strdup(a, names[i]->d_name);
    if (ok) ok = read_file(&x, arena_printf(a, "%s/%s", dir, file), file, seen, e);
    free(names[i]);
  }
  free(names);
  if (!ok) return false;
  for (int i = 0; i < N_TABLES; i++)
    if (!seen[i])
      return error_set(e, ERR_INPUT, "%s holds no %s table: expected CSV files whose columns are those of the return.",
                       dir, tables[i].name);
  return join(&x, out);
}
