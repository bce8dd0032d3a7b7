/* build: from the merged tree to const tables, in two passes: what stands by itself (codes, categories, roles, records with their fields),
 * then what refers to it (conditions, references, states, duties). Reports everything that is wrong and makes what it can. */
#ifndef KITH_MODEL_BUILD_H
#define KITH_MODEL_BUILD_H
#include "model/model.h"
#include "model/read.h"

/* A record being built, with the nodes its parts came from. Members of r are reached through the mutable arrays here. */
struct record_build {
  struct model_record *r;
  const struct node *node;
  struct model_field *fields;
  const struct node **field_nodes;
  size_t cap_fields, cap_nodes;
  struct model_section *sections;
  const struct node **section_nodes;
  struct model_state *states;
};

struct build {
  struct reading r;
  const struct node *root;
  struct model *m;
  struct record_build *records;
};

/* The model of a root tree {categories, codes, duties, facts, records, roles}. Errors are added to e; the result is for use only when none were. */
struct model *build_model(struct arena *a, const struct node *root, struct error *e);

void build_codes(struct build *b);
void build_policy(struct build *b);  /* categories, roles, facts */
void build_records(struct build *b); /* pass one */
void build_states(struct build *b, struct record_build *rb);
void build_links(struct build *b); /* pass two over records */
void build_duties(struct build *b);

/* Index of a category by name, -1 and a report when unknown. */
int build_category(struct build *b, const struct node *map, const char *key);
/* Role ids, each known; the list as given. */
const char *const *build_roles(struct build *b, const struct node *map, const char *key, size_t *n);
const char *const *build_record_names(struct build *b);
/* Views that a select reads; reports what a select may not hold and names that are no record. */
const char *const *build_reads(struct build *b, const struct node *at, const char *key, const char *sql, size_t *n);
#endif
