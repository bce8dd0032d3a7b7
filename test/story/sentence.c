#include "sentence.h"

#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/error.h"

static uint64_t bit(int category) {
  return (uint64_t)1 << category;
}

static bool bad(const struct sentence *s, struct error *e, const char *expected) {
  return error_cell(e, s->file, s->line, "item", s->item, expected);
}

static bool item_category(struct sentence *s, const struct model *m, const char *id, struct error *e) {
  const struct model_category *k = model_category(m, id);
  if (!k) return bad(s, e, "a category of sharing.yaml");
  s->categories = bit(k->index);
  return true;
}

static bool item_field(struct sentence *s, const struct model *m, struct arena *a, struct error *e) {
  const char *dot = strchr(s->item, '.');
  s->record = model_record(m, arena_strndup(a, s->item, (size_t)(dot - s->item)));
  if (!s->record) return bad(s, e, "a record type of the model");
  s->field = model_field(s->record, dot + 1);
  if (!s->field) return bad(s, e, "a field of the record");
  s->categories = bit(s->record->category_index) | bit(s->field->category_index);
  return true;
}

static bool item(struct sentence *s, const struct model *m, struct arena *a, struct error *e) {
  s->kind = ITEM_READ;
  if (strcmp(s->item, "child exists") == 0) return s->kind = ITEM_EXISTS, true;
  if (strcmp(s->item, "register") == 0) return s->kind = ITEM_REGISTER, true;
  if (strncmp(s->item, "role:", 5) == 0) return s->kind = ITEM_ROLE, true;
  if (strncmp(s->item, "write:", 6) == 0) return s->kind = ITEM_WRITE, item_category(s, m, s->item + 6, e);
  if (strchr(s->item, '.')) return item_field(s, m, a, e);
  return item_category(s, m, s->item, e);
}

static bool parse(struct arena *a, const struct model *m, char *line, struct sentence *s, struct error *e) {
  const char **cells[] = {&s->role, &s->relation, &s->situation, &s->item, &s->route, &s->what, &s->source};
  char *rest = line;
  for (size_t i = 0; i < 7; i++) {
    *cells[i] = strsep(&rest, "\t");
    if (!*cells[i] || !**cells[i]) return error_cell(e, s->file, s->line, NULL, line, "seven columns, none empty");
  }
  if (rest) return error_cell(e, s->file, s->line, NULL, line, "seven columns");
  if (!model_role(m, s->role)) return error_cell(e, s->file, s->line, "role", s->role, "a role of roles.yaml");
  return item(s, m, a, e);
}

bool sentences_read(struct arena *a, const struct model *m, const char *file, struct sentence **out, size_t *n,
                    struct error *e) {
  const char *bytes;
  size_t size, cap = 0;
  if (!file_read(a, arena_printf(a, "%s/test/%s", KITH_SOURCE_ROOT, file), 0, &bytes, &size, e)) return false;
  char *rest = arena_strndup(a, bytes, size);
  *out = NULL;
  *n = 0;
  bool header = true, ok = true;
  for (long number = 1; rest; number++) {
    char *line = strsep(&rest, "\n");
    if (!*line || *line == '#') continue;
    if (header) {
      header = false;
      continue;
    }
    *out = arena_grow(a, *out, &cap, *n + 1, sizeof **out);
    struct sentence *s = &(*out)[(*n)++];
    *s = (struct sentence){.file = file, .line = number};
    ok &= parse(a, m, line, s, e);
  }
  return ok;
}

const char *sentence_text(struct arena *a, const struct sentence *s) {
  return arena_printf(a, "%s:%ld %s %s %s: %s (%s) [%s]", s->file, s->line, s->role, s->relation, s->situation, s->item,
                      s->what, s->source);
}
