/* play: a story told as a table, one row a step: who does what to what, and what is expected (in the manner of
 * scenario tests). The stage is an installation; a row is played in a transaction of its own, as a request would
 * be. */
#ifndef KITH_TEST_PLAY_H
#define KITH_TEST_PLAY_H
#include "installation.h"

struct stage {
  struct installation *in;
  const char *local_id;         /* of the child whom the story follows */
  int64_t child, plan, version; /* in the authority that is played in; version of the plan */
  const char *code;
};
struct step;
typedef bool act_fn(struct stage *s, struct db *db, const struct step *x, struct error *e);
struct act {
  enum { IN_READ, IN_WRITE, OUTSIDE } where;
  act_fn *fn;
};
struct step {
  const char *who; /* an email, a child's local number, or "authority" */
  const struct act *does;
  const char *what, *with; /* what each means is the act's */
  int64_t n;               /* how many, for acts that count */
  enum error_kind expects; /* the refusal; ERR_NONE: it works */
  int64_t base;            /* version begun from; 0: the newest */
};
/* false with the row and what was wrong on stderr. */
bool play(struct stage *s, const char *code, const struct step *steps, size_t n);

extern const struct act comes_in;  /* what: kind of import; with: files, blank between; n: rows created or changed */
extern const struct act opens;     /* the child */
extern const struct act initiates; /* a plan; with: "field=text; field=text" */
extern const struct act fills;     /* what: section; with: fields; then marks it done */
extern const struct act adds;      /* what: a part of the plan; with: fields */
extern const struct act moves;     /* what: state; with: reason or NULL */
extern const struct act reads; /* what: "record.field" of the child, of the plan or of the newest row; with: its text */
extern const struct act may_not_read; /* what: "record.field", withheld */
extern const struct act lists;        /* what: record; n rows of any child */
extern const struct act counts;       /* the same, counted */
extern const struct act finds;        /* what: words to search; n: whether it gives the child */
extern const struct act tells;        /* history of the plan's field `what`: n changes, the newest by `with` */
extern const struct act shows_frozen; /* the newest snapshot is intact; n: how many there are */
extern const struct act owes;         /* what: duty; n: its enum duty_status */
extern const struct act disposes;     /* what: category; with: reason */
#endif
