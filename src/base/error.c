#include "base/error.h"

#include <stdarg.h>

#include "base/arena.h"

void error_init(struct error *e, struct arena *a) {
  *e = (struct error){.arena = a};
}

void error_clear(struct error *e) {
  *e = (struct error){.arena = e->arena};
}

bool(error_set)(struct error *e, enum error_kind k, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  e->message = arena_vprintf(e->arena, fmt, ap);
  va_end(ap);
  e->kind = k;
  return false;
}

static void add_item(struct error *e, struct error_item item) {
  e->items = arena_grow(e->arena, e->items, &e->cap_items, e->n_items + 1, sizeof *e->items);
  e->items[e->n_items++] = item;
  if (e->kind != ERR_CONFLICT) e->kind = ERR_INPUT;
  if (!e->message) e->message = item.message;
}

bool(error_field)(struct error *e, const char *field, const char *value, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  const char *message = arena_vprintf(e->arena, fmt, ap);
  va_end(ap);
  add_item(e, (struct error_item){
                  .column = arena_strdup(e->arena, field),
                  .value = arena_strdup(e->arena, value),
                  .message = message,
              });
  return false;
}

bool(error_cell)(struct error *e, const char *file, long row, const char *column, const char *value,
                 const char *expected) {
  struct buf b;
  buf_init(&b, e->arena);
  buf_str(&b, file ? file : "The file");
  if (row > 0) buf_printf(&b, ", row %ld", row);
  if (column) buf_printf(&b, ", column %s", column);
  buf_str(&b, ": ");
  if (value && *value) {
    buf_printf(&b, "“%s” is not right", value);
  } else if (value) {
    buf_str(&b, "the cell is empty");
  } else {
    buf_str(&b, "this is not right");
  }
  if (expected) buf_printf(&b, "; expected %s", expected);
  buf_char(&b, '.');
  add_item(e, (struct error_item){
                  .file = arena_strdup(e->arena, file),
                  .row = row,
                  .column = arena_strdup(e->arena, column),
                  .value = arena_strdup(e->arena, value),
                  .expected = arena_strdup(e->arena, expected),
                  .message = buf_text(&b),
              });
  return false;
}

const char *error_kind_name(enum error_kind k) {
  switch (k) {
  case ERR_NONE:
    return "none";
  case ERR_INPUT:
    return "input";
  case ERR_DENIED:
    return "denied";
  case ERR_NOT_FOUND:
    return "not_found";
  case ERR_CONFLICT:
    return "conflict";
  case ERR_RETRY:
    return "retry";
  case ERR_BROKEN:
    return "broken";
  }
  return "unknown";
}
