/* words: the sentences that pages make from the model, so that "Personal education plan" reads "Start a personal education plan" and a list of
 * role ids reads "Designated teacher or social worker". All text is in the page's arena. */
#ifndef KITH_WEB_WORDS_H
#define KITH_WEB_WORDS_H
#include "record/record.h"
#include "web/route.h"

const char *words_within(struct arena *a,
                         const char *title); /* as it stands within a sentence: "personal education plan", "UPN" */
const char *words_one(struct arena *a, const char *title); /* "a school", "an action" */
const char *words_add(struct arena *a,
                      const struct model_record *r); /* "Add a school"; what goes through states is started */
/* "Designated teacher or social worker": of a title that names several ("Team manager or practice supervisor"), the first. */
const char *words_role(struct page *p, const char *role);
const char *words_roles(struct page *p, const char *const *roles, size_t n);
/* Who can take a row on from where it stands; NULL when nobody needs to. */
const char *words_waits(struct page *p, const struct record_row *row);
bool words_in_work(const struct record_row *row); /* has states and stands in none that is final or frozen */
#endif
