/* Drafts: what somebody is writing, outside the ledger, for nobody else's eyes. */
#include <string.h>

#include "record/save.h"

static const char *or_empty(const char *s) {
  return s ? s : "";
}

static void bind_key(struct stmt *q, int first, const struct permit *p, const char *record, int64_t row, int64_t owner,
                     const char *section) {
  sql_int(q, first, permit_actor(p)->id);
  sql_text(q, first + 1, record);
  sql_int(q, first + 2, row);
  sql_int(q, first + 3, permit_child(p));
  sql_int(q, first + 4, owner);
  sql_text(q, first + 5, or_empty(section));
}

bool draft_save(struct db *db, const struct ctx *c, const struct permit *p, const struct draft *d, struct error *e) {
  if (!permit_valid(p, db, permit_child(p), e)) return false;
  if (permit_is_system(p)) return error_set(e, ERR_BROKEN, "A draft belongs to a person.");
  if (!model_record(permit_model(p), d->record)) return access_not_found(db, e);
  struct stmt *q = db_sql(db,
                          "insert into draft (actor, record, row_id, child, owner, section, id, base, body, at) "
                          "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
                          "on conflict (actor, record, row_id, child, owner, section) "
                          "do update set base = excluded.base, body = excluded.body, at = excluded.at",
                          "itiiitiiti");
  bind_key(q, 1, p, d->record, d->row, d->owner, d->section);
  sql_int(q, 7, db_counter(db, "draft", 1));
  sql_int(q, 8, d->base);
  sql_text(q, 9, or_empty(d->body));
  sql_int(q, 10, c->now);
  sql_run(q);
  return db_ok(db, e);
}

bool draft_get(struct db *db, const struct ctx *c, const struct permit *p, const char *record, int64_t row,
               int64_t owner, const char *section, struct draft *out, bool *found, struct error *e) {
  if (!permit_valid(p, db, permit_child(p), e)) return false;
  struct stmt *q = db_sql(db,
                          "select id, base, body, at from draft where actor = $1 and record = $2 and row_id = $3 "
                          "and child = $4 and owner = $5 and section = $6",
                          "itiiit");
  bind_key(q, 1, p, record, row, owner, section);
  *found = sql_row(q);
  if (*found) {
    *out = (struct draft){.id = col_int(q, 0),
                          .record = arena_strdup(c->arena, record),
                          .row = row,
                          .child = permit_child(p),
                          .owner = owner,
                          .section = arena_strdup(c->arena, section),
                          .base = col_int(q, 1),
                          .body = arena_strdup(c->arena, col_text(q, 2)),
                          .at = col_int(q, 3)};
  }
  sql_end(q);
  return db_ok(db, e);
}

bool draft_discard(struct db *db, const struct ctx *c, const struct permit *p, const char *record, int64_t row,
                   int64_t owner, const char *section, struct error *e) {
  (void)c;
  if (!permit_valid(p, db, permit_child(p), e)) return false;
  struct stmt *q = db_sql(db,
                          "delete from draft where actor = $1 and record = $2 and row_id = $3 and child = $4 and "
                          "owner = $5 and section = $6",
                          "itiiit");
  bind_key(q, 1, p, record, row, owner, section);
  sql_run(q);
  return db_ok(db, e);
}

void draft_drop(struct db *db, const struct permit *p, const struct model_record *r, int64_t row, int64_t child,
                const char *section) {
  struct stmt *q =
      db_sql(db, "delete from draft where actor = $1 and record = $2 and row_id = $3 and child = $4 and section = $5",
             "itiit");
  sql_int(q, 1, permit_actor(p)->id);
  sql_text(q, 2, r->name);
  sql_int(q, 3, row);
  sql_int(q, 4, child);
  sql_text(q, 5, or_empty(section));
  sql_run(q);
}
