/* sentence: a line of never.tsv or always.tsv, with the child and the person whom the story makes for it. */
#ifndef KITH_TEST_SENTENCE_H
#define KITH_TEST_SENTENCE_H
#include "guard/guard.h"

enum item_kind { ITEM_EXISTS, ITEM_REGISTER, ITEM_ROLE, ITEM_READ, ITEM_WRITE };
struct sentence {
  const char *file;
  long line;
  const char *role, *relation, *situation, *item, *route, *what, *source;
  /* what item means in the model */
  enum item_kind kind;
  const struct model_record *record; /* of record.field, else NULL */
  const struct model_field *field;
  uint64_t categories; /* all that must be readable (writable) for the item to be seen */
  /* what story_world made */
  int64_t child, actor;
  const char *word; /* in the child's name and in every text of the child's records; no other child's texts hold it */
  int64_t row;      /* of record, or 0 */
};

/* Reads the file of the source tree; an item that the model does not know is an error naming the line. */
bool sentences_read(struct arena *a, const struct model *m, const char *file, struct sentence **out, size_t *n,
                    struct error *e);
const char *sentence_text(struct arena *a, const struct sentence *s); /* "never.tsv:17 class_teacher on_roll: ..." */
#endif
