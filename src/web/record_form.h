/* record_form: forms and reading views of the model's record types, for every type alike.
 *
 * A form asks the fields of one section (or of the whole type, when the row is new) as the model describes them: type, codes valid today,
 * help, example, conditions. Fields that the permit does not read are not shown at all. */
#ifndef KITH_WEB_RECORD_FORM_H
#define KITH_WEB_RECORD_FORM_H
#include "web/route.h"

/* One value for reading: codes as labels, dates in words, references by the name of what they refer to, prose in its lines. */
struct html *record_value_html(struct page *p, const struct record_row *row, const struct model_field *f);
const char *record_value_text(struct page *p, const struct record_row *row,
                              const struct model_field *f); /* NULL: not given or withheld */
/* Fields of a section as a summary list. shown: by field index (record_conditions), NULL all. Empty ones are marked as not given, or with brief
 * named in one line below; withheld ones are left out and counted below. */
void record_section_html(struct page *p, struct html *h, const struct record_row *row, const struct model_section *s,
                         const bool *shown, bool brief);

/* What a form begins with: texts by field index, as model_field_text gives them (NULL not given). */
const char **record_texts(struct arena *a, const struct record_row *row);
/* The questions of one section. reads: categories the permit reads; required: by field index or NULL. */
void record_questions(struct page *p, struct db *db, struct html *h, const struct model_record *r,
                      const struct model_section *s, const char *const *texts, uint64_t reads, const bool *required);
/* What was sent under "f.*" as input of the record; false with the errors, and texts then holds what was typed. */
bool record_input_sent(struct page *p, const struct model_record *r, struct record_input *in, const char **texts,
                       struct error *e);
const char *record_row_title(struct page *p,
                             const struct record_row *row); /* label fields joined, or the type's title */
void record_state_tag(struct html *h, const struct record_row *row);
#endif
