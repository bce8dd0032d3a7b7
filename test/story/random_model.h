/* random_model: a small model drawn at random and made to evolve as a data officer's would: new fields, sections and
 * code lists, fields that take the place of others, fields retired, moved to another section, found by name, put into
 * another category. */
#ifndef KITH_TEST_RANDOM_MODEL_H
#define KITH_TEST_RANDOM_MODEL_H
#include "../unit/prop.h"
#include "model/model.h"

struct error;
enum random_type {
  RANDOM_TEXT,
  RANDOM_PROSE,
  RANDOM_DATE,
  RANDOM_INTEGER,
  RANDOM_YES_NO,
  RANDOM_CODE,
  RANDOM_MONEY,
  RANDOM_REF,
  RANDOM_TYPES
};
struct random_field {
  char name[24];
  enum random_type type;
  int section, category, codes, from;
  bool sort_key, retired, hidden;
};
struct random_record {
  const char *name;
  int sections, n;
  struct random_field fields[40];
  bool sectioned;
};
enum { RANDOM_CHILD, RANDOM_THING, RANDOM_PIECE, RANDOM_REG, RANDOM_RECORDS };
struct random_model {
  struct random_record records[RANDOM_RECORDS];
  int code_lists, counter;
  char dir[64];
};

void random_model_start(struct random_model *r, struct prop *p);
void random_model_evolve(struct random_model *r, struct prop *p);
const struct model *random_model_load(struct random_model *r, struct arena *a, struct error *e); /* NULL with e */
void random_model_remove(struct random_model *r);                                                /* its files */
#endif
