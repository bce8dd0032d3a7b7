/* label: what a row is called. Private to record/. */
#ifndef KITH_RECORD_LABEL_H
#define KITH_RECORD_LABEL_H
#include "record/row.h"

/* From values by field index; "" when no naming field has a value. */
const char *label_of(struct arena *a, const struct model_record *r, const struct value *values);
/* Person or child by id, whatever its record type: who did something. 0: "The system". */
const char *label_actor(struct db *db, const struct ctx *c, const struct model *m, int64_t id);
/* A field's value as it is shown, references by name. */
const char *label_value(struct db *db, const struct ctx *c, const struct model *m, const struct model_field *f,
                        struct value v);
#endif
