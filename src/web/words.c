#include "web/words.h"

#include <ctype.h>
#include <string.h>

const char *words_within(struct arena *a, const char *title) {
  char *out = arena_strdup(a, title);
  if (isupper((unsigned char)out[0]) && islower((unsigned char)out[1])) out[0] = (char)tolower((unsigned char)out[0]);
  return out;
}

const char *words_one(struct arena *a, const char *title) {
  const char *text = words_within(a, title);
  return arena_printf(a, "%s %s", *text && strchr("aeiou", *text) ? "an" : "a", text);
}

const char *words_add(struct arena *a, const struct model_record *r) {
  return arena_printf(a, "%s %s", r->n_states ? "Start" : "Add", words_one(a, r->title));
}

const char *words_role(struct page *p, const char *role) {
  const struct model_role *r = model_role(p->model, role);
  if (!r) return role;
  const char *end = strstr(r->title, " or "), *comma = strchr(r->title, ',');
  if (comma && (!end || comma < end)) end = comma;
  return end ? arena_strndup(p->arena, r->title, (size_t)(end - r->title)) : r->title;
}

const char *words_roles(struct page *p, const char *const *roles, size_t n) {
  struct buf b;
  buf_init(&b, p->arena);
  for (size_t i = 0; i < n; i++) {
    const char *title = words_role(p, roles[i]);
    if (i)
      buf_printf(&b, "%s%s", i + 1 == n ? " or " : ", ", words_within(p->arena, title));
    else
      buf_str(&b, title);
  }
  return buf_text(&b);
}

bool words_in_work(const struct record_row *row) {
  const struct model_state *s = row->state ? model_state(row->record, row->state) : NULL;
  return s && !s->final && !s->snapshot && !row->voided;
}

const char *words_waits(struct page *p, const struct record_row *row) {
  const struct model_state *s = row->state ? model_state(row->record, row->state) : NULL;
  if (!words_in_work(row) || s->n_next == 0) return NULL;
  return words_roles(p, s->next[0].roles, s->next[0].n_roles);
}
