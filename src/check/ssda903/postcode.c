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

uint64_t postcode_key(const char *s) {
  uint64_t key = 0;
  int n = 0;
  for (; *s; s++) {
    if (*s == ' ' || *s == '\t') continue;
    int c = toupper((unsigned char)*s);
    if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) || ++n > POSTCODE_MAX) return 0;
    key = key * 37 + (uint64_t)(c <= '9' ? c - '0' + 1 : c - 'A' + 11);
  }
  return key;
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
  if (size < sizeof *h || h->magic != POSTCODE_MAGIC || h->n_lauas > 65535 ||
      size != sizeof *h + (size_t)h->n_lauas * LAUA_TEXT + (size_t)h->n_records * sizeof(struct postcode_record)) {
    munmap(at, size);
    return error_set(e, ERR_BROKEN, "%s is damaged, or another version's: 'kith import postcodes FILE' makes it anew",
                     path);
  }
  madvise(at, size, MADV_RANDOM);
  p->head = h;
  p->mapped = size;
  p->lauas = (const char *)(h + 1);
  p->records = (const struct postcode_record *)(const void *)(p->lauas + (size_t)h->n_lauas * LAUA_TEXT);
  return true;
}

struct spot place_find(const struct place *p, const char *postcode) {
  uint64_t key = p->head && postcode ? postcode_key(postcode) : 0;
  size_t low = 0, high = key ? p->head->n_records : 0;
  while (low < high) {
    size_t mid = low + (high - low) / 2;
    if (p->records[mid].key >> 16 < key)
      low = mid + 1;
    else
      high = mid;
  }
  if (!key || low == p->head->n_records || p->records[low].key >> 16 != key) return (struct spot){0};
  const struct postcode_record *r = &p->records[low];
  uint32_t laua = r->key & 0xffff;
  if (laua >= p->head->n_lauas) return (struct spot){0};
  return (struct spot){.known = true,
                       .has_grid = r->easting != NO_GRID,
                       .laua_number = laua,
                       .laua = place_laua(p, laua),
                       .easting = r->easting,
                       .northing = r->northing};
}

size_t place_n_lauas(const struct place *p) {
  return p->head ? p->head->n_lauas : 0;
}

const char *place_laua(const struct place *p, size_t i) {
  const char *code = p->lauas + i * LAUA_TEXT;
  return *code && !code[LAUA_TEXT - 1] ? code : NULL;
}

enum { COL_POSTCODE, COL_LAUA, COL_EASTING, COL_NORTHING, N_COLS, MAX_LINE = 1 << 16, MAX_CELLS = 256 };

struct making {
  gzFile in;
  const char *path;
  char *line;
  int at[N_COLS];
  struct postcode_record *records;
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

static int32_t metres(const char *s) {
  char *end;
  long v = strtol(s, &end, 10);
  return end == s || *end || v < -2000000 || v > 2000000 ? NO_GRID : (int32_t)v;
}

static bool add_line(struct making *m, char **cells, int n, long line, struct error *e) {
  for (int k = 0; k < N_COLS; k++)
    if (m->at[k] >= n) return error_cell(e, m->path, line, NULL, NULL, "as many cells as the header has");
  uint64_t key = postcode_key(cells[m->at[COL_POSTCODE]]);
  const char *laua = cells[m->at[COL_LAUA]];
  if (!key) return error_cell(e, m->path, line, "postcode", cells[m->at[COL_POSTCODE]], "a postcode");
  if (strlen(laua) >= LAUA_TEXT || m->n_lauas > 65000)
    return error_cell(e, m->path, line, "laua", laua, "a code of nine characters");
  if (m->n == m->cap) {
    m->cap = m->cap ? m->cap * 2 : 1 << 20;
    m->records = realloc(m->records, m->cap * sizeof *m->records);
    if (!m->records) abort();
  }
  int32_t east = metres(cells[m->at[COL_EASTING]]), north = metres(cells[m->at[COL_NORTHING]]);
  if (north == NO_GRID || east == 0) east = NO_GRID; /* the ONS writes 0 where there is no grid reference */
  m->records[m->n++] = (struct postcode_record){key << 16 | laua_index(m, laua), east, north};
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
  const struct postcode_record *a = pa, *b = pb;
  return a->key < b->key ? -1 : a->key > b->key;
}

static bool write_list(const struct making *m, const char *dir, struct arena *a, struct error *e) {
  struct postcode_head head = {POSTCODE_MAGIC, (uint32_t)m->n_lauas, (uint32_t)m->n};
  struct part parts[] = {
      {&head, sizeof head}, {m->lauas, m->n_lauas * LAUA_TEXT}, {m->records, m->n * sizeof *m->records}};
  return keep_file(a, dir, "postcodes.kith", parts, 3, e);
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
