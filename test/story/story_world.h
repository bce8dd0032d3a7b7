/* story_world: for each sentence a child and a person of its own, in the relation and situation that the sentence
 * names, made as an import makes them: rows of the model's records, through the record layer. Every text of a child's
 * records holds the sentence's word. */
#ifndef KITH_TEST_STORY_WORLD_H
#define KITH_TEST_STORY_WORLD_H
#include "record/record.h"
#include "sentence.h"

struct story {
  struct ctx ctx; /* 24 November 2026, 09:00 */
  const struct record_env *env;
  struct sentence *sentences;
  size_t n;
};
void story_init(struct story *s, struct arena *a, const struct record_env *env, struct random *r);
/* Inside a write to a store that holds the model (record_apply_model). Makes everything anew when it runs again. */
bool story_build(struct db *db, struct story *s, struct error *e);
#endif
