/* table: names of indexes and the record engine's own tables. Private to record/. */
#ifndef KITH_RECORD_TABLE_H
#define KITH_RECORD_TABLE_H
#include "record/row.h"

/* unique_with holds over all unvoided rows, so that an index can keep it; a record whose rows are current between dates
 * may hold the same value at different times, which only a check inside the transaction can tell (rule.c). */
bool table_unique_by_index(const struct model_record *r, const struct model_field *f);
#endif
