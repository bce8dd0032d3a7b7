#include "kith/event.h"

#include "base/arena.h"
#include "base/json.h"

static bool append(struct db *db, const struct ctx *c, const char *kind, int64_t account, int64_t by,
                   const struct ledger_body *body, struct error *e) {
  const struct ledger_touch touch = {"account", account, 0};
  const struct ledger_entry x = {
      .actor = by,
      .record = "account",
      .id = account,
      .kind = kind,
      .bodies = body,
      .n_bodies = body ? 1 : 0,
      .touches = &touch,
      .n_touches = account ? 1 : 0,
  };
  return ledger_append(db, c, &x, NULL, e);
}

bool event_add(struct db *db, const struct ctx *c, const char *kind, int64_t account, int64_t by, struct error *e) {
  return append(db, c, kind, account, by, NULL, e);
}

bool event_membership(struct db *db, const struct ctx *c, const char *kind, int64_t account, const char *authority,
                      int64_t actor, struct error *e) {
  struct buf b;
  struct json_writer w;
  buf_init(&b, c->arena);
  json_begin(&w, &b);
  json_array(&w);
  json_object(&w);
  json_key(&w, "f");
  json_object(&w);
  json_key(&w, "actor");
  json_put_int(&w, actor);
  json_key(&w, "authority");
  json_put_text(&w, authority);
  json_end_object(&w);
  json_key(&w, "i");
  json_put_int(&w, account);
  json_key(&w, "r");
  json_put_text(&w, "account");
  json_key(&w, "v");
  json_put_int(&w, 0);
  json_end_object(&w);
  json_end_array(&w);
  const struct ledger_body body = {"account", buf_text(&b), b.len};
  return append(db, c, kind, account, 0, &body, e);
}
