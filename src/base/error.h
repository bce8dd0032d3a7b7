/* error: what went wrong, as a value.
 *
 * A function that can fail returns bool and takes a `struct error *` last. On false the error has a kind and at least a
 * message; ERR_INPUT carries one item for each thing to mend, so that a form can show it beside its field and a file
 * import can list file, row, column, value and what was expected. Strings live in error.arena. Messages are for the
 * person who must act on them and never hold more personal data than the value they themselves gave. */
#ifndef KITH_BASE_ERROR_H
#define KITH_BASE_ERROR_H
#include <stdbool.h>
#include <stddef.h>
struct arena;

enum error_kind {
  ERR_NONE,
  ERR_INPUT,     /* the caller's data; items say which */
  ERR_DENIED,    /* the actor may know it exists but may not do this */
  ERR_NOT_FOUND, /* not there, or not theirs: the two are the same to the caller */
  ERR_CONFLICT,  /* somebody else changed it first; items hold both sides (value = theirs, expected = yours) */
  ERR_RETRY,     /* transient: run the transaction again */
  ERR_BROKEN     /* a fault of the machine, the store or the program */
};

struct error_item {
  const char *file;     /* or NULL */
  long row;             /* 1-based line of data as a spreadsheet shows it, 0 = none */
  const char *column;   /* column or field name, or NULL */
  const char *value;    /* as given, or NULL */
  const char *expected; /* what would be right, or NULL */
  const char *message;  /* whole sentence */
};

struct error {
  struct arena *arena; /* set by error_init */
  enum error_kind kind;
  const char *message;
  struct error_item *items;
  size_t n_items, cap_items;
};

void error_init(struct error *e, struct arena *a);
void error_clear(struct error *e);
/* Sets kind and message (keeps items); always returns false, so `return error_set(...)`. */
bool error_set(struct error *e, enum error_kind k, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Adds one item for a field of a form; sets kind to ERR_INPUT (or leaves ERR_CONFLICT) and a first message. Returns
 * false. */
bool error_field(struct error *e, const char *field, const char *value, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Adds one item for a cell of a file. expected may be NULL. Returns false. */
bool error_cell(struct error *e, const char *file, long row, const char *column, const char *value,
                const char *expected);
const char *error_kind_name(enum error_kind k);

#ifdef __clang_analyzer__ /* which looks at one file at a time and must be told that these return false */
#define error_set(...) ((void)error_set(__VA_ARGS__), false)
#define error_field(...) ((void)error_field(__VA_ARGS__), false)
#define error_cell(...) ((void)error_cell(__VA_ARGS__), false)
#endif
#endif
