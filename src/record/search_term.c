#include "record/search_term.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/ident.h"
#include "base/text.h"
#include "record/search_date.h"

static void word_term(struct arena *a, const char *typed, struct search_term *t) {
  char upn[UPN_LENGTH + 1], nhs[11], *save = NULL, *rest = NULL;
  t->word = strtok_r(text_fold(a, typed), " ", &save);
  if (t->word && text_length(t->word) >= 3) t->part = t->word;
  if (t->word && text_length(t->word) >= 2) t->sound = strtok_r(text_sounds(a, t->word), " ", &rest);
  t->local_id = text_upper_ascii(a, typed);
  if (strlen(t->local_id) >= 3) t->local_prefix = t->local_id;
  if (upn_check(typed, upn) != UPN_INVALID) t->upn = arena_strdup(a, upn);
  if (nhs_check(typed, nhs)) t->nhs = arena_strdup(a, nhs);
}

static const char *born(const struct ctx *c, const char *typed) {
  date_t d = search_date(typed, c->today);
  return d == DATE_NONE ? NULL : date_format(d, arena_alloc(c->arena, DATE_TEXT));
}

static size_t weight(const struct search_term *t) {
  return t->born || t->upn || t->nhs ? 100 : t->word ? strlen(t->word) : 0;
}

static int by_weight(const void *x, const void *y) {
  size_t p = weight(x), q = weight(y);
  return (p < q) - (p > q);
}

size_t search_terms(const struct ctx *c, const char *text, struct search_term out[SEARCH_TERMS]) {
  struct arena *a = c->arena;
  char *words[32], *save = NULL, nhs[11];
  size_t n = 0, terms = 0;
  for (char *w = strtok_r(arena_strdup(a, text), " \t\n,", &save); w && n < 32; w = strtok_r(NULL, " \t\n,", &save))
    words[n++] = w;
  for (size_t i = 0; i < n && terms < SEARCH_TERMS; terms++) {
    struct search_term *t = &out[terms];
    *t = (struct search_term){0};
    const char *three = i + 2 < n ? arena_printf(a, "%s %s %s", words[i], words[i + 1], words[i + 2]) : NULL;
    if (three && (t->born = born(c, three))) {
      i += 3;
    } else if (three && nhs_check(three, nhs)) {
      t->nhs = arena_strdup(a, nhs);
      i += 3;
    } else {
      t->born = born(c, words[i]);
      word_term(a, words[i++], t);
    }
  }
  qsort(out, terms, sizeof *out, by_weight);
  return terms;
}

static bool equals(const char *x, const char *token) {
  return x && strcmp(x, token) == 0;
}
static bool begins(const char *x, const char *token) {
  return x && strncmp(x, token, strlen(x)) == 0;
}

struct search_score search_score(const struct search_term *t, const char *kind, const char *token) {
  static const struct search_score none = {0, NULL};
  switch (*kind) {
  case 'n':
    if (equals(t->word, token)) return (struct search_score){100, "name"};
    return begins(t->word, token) ? (struct search_score){80, "name"} : none;
  case 'i':
    return begins(t->part, token) ? (struct search_score){50, "part of a name"} : none;
  case 's':
    return equals(t->sound, token) ? (struct search_score){40, "sounds like it"} : none;
  case 'd':
    return equals(t->born, token) ? (struct search_score){100, "date of birth"} : none;
  case 'l':
    if (equals(t->local_id, token)) return (struct search_score){110, "local id"};
    return begins(t->local_prefix, token) ? (struct search_score){60, "local id"} : none;
  case 'u':
    return equals(t->upn, token) ? (struct search_score){120, "UPN"} : none;
  case 'h':
    return equals(t->nhs, token) ? (struct search_score){120, "NHS number"} : none;
  default:
    return none;
  }
}
