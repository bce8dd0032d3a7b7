/* cond_tree: the tree behind struct cond; only cond_parse.c and cond.c see it. */
#ifndef KITH_MODEL_COND_TREE_H
#define KITH_MODEL_COND_TREE_H
#include "model/cond.h"

enum cond_op { COND_AND, COND_OR, COND_NOT, COND_CMP, COND_IN, COND_IS_NULL };
enum cond_cmp { CMP_EQ, CMP_NE, CMP_LT, CMP_LE, CMP_GT, CMP_GE };

struct cond_name {
  enum cond_kind kind;
  const char *name;
};

struct cond {
  enum cond_op op;
  bool negated;                 /* COND_IN, COND_IS_NULL */
  enum cond_cmp cmp;            /* COND_CMP */
  enum value_type type;         /* COND_CMP, COND_IN: type of both sides */
  struct cond_name field;       /* COND_CMP, COND_IN, COND_IS_NULL */
  bool other_is_field;          /* COND_CMP */
  struct cond_name other;       /* COND_CMP with a field on the right */
  const struct value *literals; /* COND_CMP (one), COND_IN */
  size_t n_literals;
  const struct cond *const *items; /* COND_AND, COND_OR: at least two; COND_NOT: one */
  size_t n_items;
};
#endif
