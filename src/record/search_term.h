/* search_term: what somebody typed into a search, term by term, and how well a token of a child meets a term. Private
 * to record/. */
#ifndef KITH_RECORD_SEARCH_TERM_H
#define KITH_RECORD_SEARCH_TERM_H
#include "base/ctx.h"

enum { SEARCH_TERMS = 8 };
struct search_term { /* NULL where the term is no such thing */
  const char *word, *sound, *part, *local_id, *local_prefix, *upn, *nhs, *born;
};
struct search_score {
  int score; /* 0: it does not meet the term */
  const char *why;
};
/* Terms of the text, the longest first, since it leaves the fewest. A date or an NHS number may be of three words. */
size_t search_terms(const struct ctx *c, const char *text, struct search_term out[SEARCH_TERMS]);
struct search_score search_score(const struct search_term *t, const char *kind, const char *token);
#endif
