/* The postcode list: made once from the ONS file, then mapped. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "check/ssda903/keep.h"
#include "check/ssda903/place_private.h"

/* "CT18 8WZ": the outward code as a number, and the inward one (a digit and two letters). false when it is not of
 * that shape. */
static bool parse(const char *s, uint64_t *outward, uint32_t *inward) {
  char c[OUTWARD_MAX + 3];
  size_t n = 0;
  for (; *s; s++) {
    if (*s == ' ' || *s == '\t') continue;
    char upper = (char)toupper((unsigned char)*s);
    if (n == sizeof c || !((upper >= 'A' && upper <= 'Z') || (upper >= '0' && upper <= '9'))) return false;
    c[n++] = upper;
  }
  if (n < 5 || c[n - 3] > '9' || c[n - 2] < 'A' || c[n - 1] < 'A') return false;
  *inward = ((uint32_t)(c[n - 3] - '0') * 26 + (uint32_t)(c[n - 2] - 'A')) * 26 + (uint32_t)(c[n - 1] - 'A');
  *outward = 0;
  for (size_t i = 0; i + 3 < n; i++) *outward = *outward << 8 | (unsigned char)c[i];
  return true;
}

/* The file is our own, but files rot: whatever is read from it is checked against its size, and indexes against
 * n_lauas. */
bool postcodes_map(struct place *p, const char *path, struct error *e) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno == ENOENT || error_set(e, ERR_BROKEN, "cannot open %s: %s", path, strerror(errno));
  struct stat st;
  void *at =
      fstat(fd, &st) == 0 && st.st_size > 0 ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
  close(fd);
  if (at == MAP_FAILED) return error_set(e, ERR_BROKEN, "cannot map %s", path);
  const struct postcode_head *h = at;
  size_t size = (size_t)st.st_size;
  if (size < sizeof *h || h->magic != POSTCODE_MAGIC || h->n_lauas > 1u << LAUA_BITS ||
      size != sizeof *h + (size_t)h->n_lauas * LAUA_TEXT + (size_t)h->n_outwards * sizeof(struct outward) +
                  (size_t)h->n_records * sizeof(postcode_record)) {
    munmap(at, size);
    return error_set(e, ERR_BROKEN, "%s is damaged, or another version's: 'kith import postcodes FILE' makes it anew",
                     path);
  }
  madvise(at, size, MADV_RANDOM);
  p->head = h;
  p->mapped = size;
  p->lauas = (const char *)(h + 1);
  p->outwards = (const struct outward *)(const void *)(p->lauas + (size_t)h->n_lauas * LAUA_TEXT);
  p->records = (const postcode_record *)(p->outwards + h->n_outwards);
  return true;
}

static const struct outward *find_outward(const struct place *p, uint64_t key) {
  size_t low = 0, high = p->head->n_outwards;
  while (low < high) {
    size_t mid = low + (high - low) / 2;
    if (p->outwards[mid].key < key)
      low = mid + 1;
    else
      high = mid;
  }
  const struct outward *o = low < p->head->n_outwards ? &p->outwards[low] : NULL;
  return o && o->key == key && o->first <= p->head->n_records && o->n <= p->head->n_records - o->first ? o : NULL;
}

static uint32_t bits(postcode_record r, int from, int n) {
  return (uint32_t)(r >> from & ((UINT64_C(1) << n) - 1));
}

struct spot place_find(const struct place *p, const char *postcode) {
  uint64_t outward;
  uint32_t inward;
  const struct outward *o = p->head && postcode && parse(postcode, &outward, &inward) ? find_outward(p, outward) : NULL;
  if (!o) return (struct spot){0};
  const postcode_record *records = p->records + o->first;
  size_t low = 0, high = o->n;
  while (low < high) {
    size_t mid = low + (high - low) / 2;
    if (records[mid] >> (64 - INWARD_BITS) < inward)
      low = mid + 1;
    else
      high = mid;
  }
  if (low == o->n || records[low] >> (64 - INWARD_BITS) != inward) return (struct spot){0};
  postcode_record r = records[low];
  uint32_t laua = bits(r, NORTH_BITS + EAST_BITS, LAUA_BITS), east = bits(r, NORTH_BITS, EAST_BITS),
           north = bits(r, 0, NORTH_BITS);
  if (laua >= p->head->n_lauas) return (struct spot){0};
  return (struct spot){.known = true,
                       .has_grid = east || north,
                       .laua_number = laua,
                       .laua = place_laua(p, laua),
                       .easting = (int32_t)east,
                       .northing = (int32_t)north};
}

size_t place_n_lauas(const struct place *p) {
  return p->head ? p->head->n_lauas : 0;
}

const char *place_laua(const struct place *p, size_t i) {
  const char *code = p->lauas + i * LAUA_TEXT;
  return *code && !code[LAUA_TEXT - 1] ? code : NULL;
}

enum { COL_POSTCODE, COL_LAUA, COL_EASTING, COL_NORTHING, N_COLS, MAX_LINE = 1 << 16, MAX_CELLS = 256 };

struct made {
  uint64_t outward;
  postcode_record record;
};
struct making {
  gzFile in;
  const char *path;
  char *line;
  int at[N_COLS];
  struct made *records;
  size_t n, cap;
  char (*lauas)[LAUA_TEXT];
  size_t n_lauas, cap_lauas, last_laua;
};

/* Splits a line in place; quotes around a cell are taken off (the ONS writes no others). */
static int split(char *line, char **cells) {
  int n = 0;
  line[strcspn(line, "\r\n")] = '\0';
  for (char *p = line; p && n < MAX_CELLS;) {
    char *end = NULL;
    if (*p == '"') {
      char *close = strchr(++p, '"');
      if (!close) return n;
      *close = '\0';
      end = strchr(close + 1, ',');
    } else if ((end = strchr(p, ','))) {
      *end = '\0';
    }
    cells[n++] = p;
    p = end ? end + 1 : NULL;
  }
  return n;
}

static bool find_columns(struct making *m, char **cells, int n, struct error *e) {
  static const char *const names[N_COLS][4] = {[COL_POSTCODE] = {"postcode", "pcds", "pcd", "pcd7"},
                                               [COL_LAUA] = {"laua", "oslaua", "lad", "ladcd"},
                                               [COL_EASTING] = {"easting", "oseast1m", "east1m", "eastings"},
                                               [COL_NORTHING] = {"northing", "osnrth1m", "north1m", "northings"}};
  for (int k = 0; k < N_COLS; k++) {
    m->at[k] = -1;
    for (int i = 0; i < n; i++)
      for (int j = 0; j < 4 && m->at[k] < 0; j++)
        if (text_eq_ci(cells[i], names[k][j])) m->at[k] = i;
    if (m->at[k] < 0) return error_cell(e, m->path, 1, names[k][0], NULL, "this column is needed and is not there");
  }
  return true;
}

static size_t laua_index(struct making *m, const char *code) {
  if (m->n_lauas && strcmp(m->lauas[m->last_laua], code) == 0) return m->last_laua;
  size_t i = 0;
  while (i < m->n_lauas && strcmp(m->lauas[i], code) != 0) i++;
  if (i == m->n_lauas) {
    if (m->n_lauas == m->cap_lauas) {
      m->cap_lauas = m->cap_lauas ? m->cap_lauas * 2 : 512;
      m->lauas = realloc(m->lauas, m->cap_lauas * LAUA_TEXT);
      if (!m->lauas) abort();
    }
    memset(m->lauas[i], 0, LAUA_TEXT);
    memcpy(m->lauas[i], code, strlen(code));
    m->n_lauas++;
  }
  return m->last_laua = i;
}

/* Metres, or 0 when there are none or they do not fit. */
static uint64_t metres(const char *s, int n_bits) {
  char *end;
  long v = strtol(s, &end, 10);
  return end == s || *end || v < 0 || v >= 1L << n_bits ? 0 : (uint64_t)v;
}

static bool add_line(struct making *m, char **cells, int n, long line, struct error *e) {
  uint64_t outward;
  uint32_t inward;
  for (int k = 0; k < N_COLS; k++)
    if (m->at[k] >= n) return error_cell(e, m->path, line, NULL, NULL, "as many cells as the header has");
  const char *postcode = cells[m->at[COL_POSTCODE]], *laua = cells[m->at[COL_LAUA]];
  if (!parse(postcode, &outward, &inward)) return error_cell(e, m->path, line, "postcode", postcode, "a postcode");
  if (strlen(laua) >= LAUA_TEXT || (m->n_lauas == 1u << LAUA_BITS && laua_index(m, laua) >> LAUA_BITS))
    return error_cell(e, m->path, line, "laua", laua, "a code of nine characters, and not more than 1,024 of them");
  if (m->n == m->cap) {
    m->cap = m->cap ? m->cap * 2 : 1 << 20;
    m->records = realloc(m->records, m->cap * sizeof *m->records);
    if (!m->records) abort();
  }
  uint64_t east = metres(cells[m->at[COL_EASTING]], EAST_BITS), north = metres(cells[m->at[COL_NORTHING]], NORTH_BITS);
  if (!east || !north) east = north = 0; /* the ONS leaves them blank, or writes 0 */
  m->records[m->n++] = (struct made){outward, (uint64_t)inward << (64 - INWARD_BITS) |
                                                  (uint64_t)laua_index(m, laua) << (NORTH_BITS + EAST_BITS) |
                                                  east << NORTH_BITS | north};
  return true;
}

static bool read_lines(struct making *m, struct error *e) {
  char *cells[MAX_CELLS];
  for (long line = 1; gzgets(m->in, m->line, MAX_LINE); line++) {
    char *text = line == 1 && strncmp(m->line, "\xEF\xBB\xBF", 3) == 0 ? m->line + 3 : m->line;
    int n = split(text, cells);
    if (n == 1 && !*cells[0]) continue;
    if (line == 1 ? !find_columns(m, cells, n, e) : !add_line(m, cells, n, line, e)) return false;
  }
  int fault;
  gzerror(m->in, &fault);
  if (fault != Z_OK && fault != Z_STREAM_END) return error_set(e, ERR_INPUT, "%s is damaged, or cut short", m->path);
  return m->n > 0 || error_set(e, ERR_INPUT, "%s holds no postcodes", m->path);
}

static int by_key(const void *pa, const void *pb) {
  const struct made *a = pa, *b = pb;
  if (a->outward != b->outward) return a->outward < b->outward ? -1 : 1;
  return a->record < b->record ? -1 : a->record > b->record;
}

static bool write_list(const struct making *m, const char *dir, struct arena *a, struct error *e) {
  struct outward *outwards = NULL;
  postcode_record *records = arena_alloc(a, m->n * sizeof *records);
  size_t n = 0, cap = 0;
  for (size_t i = 0; i < m->n; i++) {
    if (!n || outwards[n - 1].key != m->records[i].outward) {
      outwards = arena_grow(a, outwards, &cap, n + 1, sizeof *outwards);
      outwards[n++] = (struct outward){m->records[i].outward, (uint32_t)i, 0};
    }
    outwards[n - 1].n++;
    records[i] = m->records[i].record;
  }
  struct postcode_head head = {POSTCODE_MAGIC, (uint32_t)m->n_lauas, (uint32_t)n, (uint32_t)m->n, 0};
  struct part parts[] = {{&head, sizeof head},
                         {m->lauas, m->n_lauas * LAUA_TEXT},
                         {outwards, n * sizeof *outwards},
                         {records, m->n * sizeof *records}};
  return keep_file(a, dir, "postcodes.kith", parts, 4, e);
}

bool place_make_postcodes(const char *path, const char *data_dir, int64_t *n, struct arena *a, struct error *e) {
  struct making m = {.path = path};
  m.in = gzopen(path, "rbe");
  if (!m.in) return error_set(e, ERR_INPUT, "cannot read %s: %s", path, strerror(errno));
  gzbuffer(m.in, 1 << 17);
  m.line = arena_alloc(a, MAX_LINE);
  bool ok = read_lines(&m, e);
  gzclose(m.in);
  if (ok) {
    qsort(m.records, m.n, sizeof *m.records, by_key);
    ok = write_list(&m, data_dir, a, e);
    *n = (int64_t)m.n;
  }
  free(m.records);
  free(m.lauas);
  return ok;
}
