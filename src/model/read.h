/* read: values out of nodes. Each function reports what is wrong with file, line and remedy and goes on with something harmless, so that
 * one run finds every mistake. */
#ifndef KITH_MODEL_READ_H
#define KITH_MODEL_READ_H
#include "base/date.h"
#include "model/node.h"

struct reading {
  struct arena *a;
  struct error *e;
};

/* Mistake at value `at` (or at the map itself when at is NULL). fmt makes the sentence, without full stop; remedy too. False always. */
bool read_bad(struct reading *r, const struct node *at, const char *key, const char *remedy, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* The closest of n words to given, or NULL; for "did you mean". words are taken from a NULL-ended list. */
const char *read_nearest(const char *given, const char *const *words);
/* "Did you mean “x”?" or fallback as a remedy. */
const char *read_did_you_mean(struct reading *r, const char *given, const char *const *words, const char *fallback);
/* Reports keys of map that are not in the NULL-ended list; what names the thing ("A field"). False when map is no map. */
bool read_keys(struct reading *r, const struct node *map, const char *const *keys, const char *what);

const char *read_text(struct reading *r, const struct node *map, const char *key, bool required);
/* A name: ^[a-z][a-z0-9_]{0,47}$ */
const char *read_name(struct reading *r, const struct node *map, const char *key, bool required);
bool read_name_ok(const char *s);
/* One of a NULL-ended list of words: its index, or -1. */
int read_choice(struct reading *r, const struct node *map, const char *key, const char *const *words, bool required);
bool read_flag(struct reading *r, const struct node *map, const char *key);
bool read_integer(struct reading *r, const struct node *map, const char *key,
                  int64_t *out); /* false: absent or wrong */
/* A decimal with at most scale places, as a scaled integer. */
bool read_decimal(struct reading *r, const struct node *map, const char *key, int scale, int64_t *out);
bool read_decimal_text(const char *s, int scale, int64_t *out);
date_t read_date(struct reading *r, const struct node *map, const char *key); /* DATE_NONE when absent or wrong */
/* A list of scalars, or one scalar. Never NULL when the key is there. */
const char *const *read_texts(struct reading *r, const struct node *map, const char *key, size_t *n);
const struct node *read_list(struct reading *r, const struct node *map,
                             const char *key); /* NULL when absent or no list */
const struct node *read_map(struct reading *r, const struct node *map, const char *key);
#endif
