/* upload: the tables as given, before they are parted into children. Private to this folder. */
#ifndef KITH_CHECK_SSDA903_UPLOAD_H
#define KITH_CHECK_SSDA903_UPLOAD_H
#include "check/ssda903/ssda903.h"

struct given { /* one table of one year */
  bool there;
  uint32_t has;       /* bit per column that was given */
  struct cell *cells; /* n_rows * tables[t].n */
  size_t n_rows, cap;
  bool xml;
};
struct found {
  uint32_t rule, at;
  uint32_t row;
}; /* at: table | last << 8 */
struct finding {
  struct found *v;
  size_t n, cap;
  uint32_t rule;
  struct arena *arena;
};
struct ssda903 {
  struct arena *arena;  /* the caller's */
  struct arena **owned; /* of threads; freed with this */
  size_t n_owned, cap_owned;
  struct place *place;
  struct year year;
  bool xml[2];                     /* [last]: read from XML */
  struct given given[2][N_TABLES]; /* [last] */
  struct child *children;
  size_t n_children;
  const struct rule **rules;
  size_t n_rules;
  struct ssda903_result *results;
  size_t n_results;
  const char **services;   /* authority with children's services, by the number of a laua */
  char (*distances[2])[8]; /* text of PL_DISTANCE, a place for each episode */
  struct ssda903_note *notes;
  size_t n_notes, cap_notes;
};
void ssda903_own(struct ssda903 *s, struct arena *a);
void ssda903_note(struct ssda903 *s, const char *file, long row, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void view_build(struct ssda903 *s);                /* s->children from s->given */
void view_facts(struct child *c, struct arena *a); /* derived facts of one child; thread-safe with its own arena */
/* PL_LA, PL_LOCATION, PL_DISTANCE and Header's UASC of one child, where not given. derive_init once before; then safe
 * from many threads, a child each. */
void derive_init(struct ssda903 *s);
void derive_child(struct ssda903 *s, const struct child *child);

/* Texts of cells, many alike: a pool with a memory of what was put in lately. */
enum { TEXTS_SEEN = 4096, TEXTS_CHUNK = 1 << 16 };
struct texts {
  struct arena *arena;
  char *at, *end;
  const char *seen[TEXTS_SEEN];
};
void texts_init(struct texts *t, struct arena *a);
struct cell cell_of(struct texts *texts, enum table t, int column, const char *text);

/* One file while it is read, apart from the rest, so that files can be read side by side. */
enum { MAX_FILE_COLUMNS = 256, NOTES_EACH = 3 };
struct incoming {
  const char *name;
  bool last;
  enum table table;
  struct given given;         /* of CSV */
  struct given all[N_TABLES]; /* of XML, when xml */
  bool xml;
  struct texts texts; /* its arena holds cells and notes */
  struct ssda903_note *notes;
  size_t n_notes, cap_notes;
  long faulty[8], first_faulty[8]; /* by enum csv_status */
};
/* a: scratch. false with an item when the bytes are no table of the return. */
bool incoming_read(struct incoming *in, struct arena *a, const void *bytes, size_t n, struct error *e);
bool incoming_xml(struct incoming *in, struct arena *a, const void *bytes, size_t n, struct error *e);
bool looks_like_xml(const void *bytes, size_t n);
struct cell *incoming_row(struct arena *a, struct given *g, enum table t); /* a blank row at the end */
void incoming_note(struct incoming *in, long row, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
bool ssda903_take(struct ssda903 *s, struct incoming *in, struct error *e); /* false: the table was there already */
#endif
