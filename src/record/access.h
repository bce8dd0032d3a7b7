/* access: which rows a permit opens and what it may do there; the guard decides, this asks. Private to record/. */
#ifndef KITH_RECORD_ACCESS_H
#define KITH_RECORD_ACCESS_H
#include "record/rule.h"

bool access_not_found(struct db *db, struct error *e); /* the guard's one answer */
/* The row as stored, when the permit may read it; ERR_NOT_FOUND otherwise. */
bool access_row(struct db *db, const struct ctx *c, const struct permit *p, const struct model_record *r, int64_t id,
                struct row *out, struct error *e);
/* The same for a writer: a permit for the row's own child (or the register), of this transaction. */
bool access_writable(struct db *db, const struct ctx *c, const struct permit *p, const struct model_record *r,
                     int64_t id, struct row *out, struct error *e);
/* May the actor know that this child exists? One of whom they may not know is as good as absent. The system may. */
bool access_child_known(struct db *db, const struct ctx *c, const struct model *m, const struct actor *who,
                        int64_t child);
/* A field's value as it is shown; NULL for a reference to a child of whom the reader may not know. */
const char *access_label(struct db *db, const struct ctx *c, const struct permit *p, const struct model_field *f,
                         struct value v);
void access_withhold(const struct permit *p, struct row *row); /* blanks what the permit does not read */
bool access_section(const struct permit *p, const struct model_record *r,
                    const struct model_section *s); /* by role and category */
#endif
