/* Every sentence of never.tsv and always.tsv by the pages, the API, exports and searches, through web_handle. What may
 * not be seen is looked for by its words in whatever is answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "asker.h"
#include "base/arena.h"
#include "base/error.h"

static struct asker asker;

static bool texts(const struct model_field *f) {
  return !f->retired && !f->pattern && !f->check && (f->type == FIELD_TEXT || f->type == FIELD_PROSE);
}

/* Are the words that story_world wrote there in what was answered? */
static bool shows_field(const struct sentence *s, const struct model_record *r, const struct model_field *f) {
  return texts(f) && strstr(asker_body(&asker), arena_printf(asker.arena, "%s %s %s", s->word, r->name, f->name));
}

static bool shows(const struct sentence *s) {
  const struct model *m = asker.f->engine->model;
  if (asker.answer.status >= 500) fail_msg("%d: %s", asker.answer.status, sentence_text(asker.arena, s));
  if (s->kind == ITEM_EXISTS) return strstr(asker_body(&asker), arena_printf(asker.arena, "%s ", s->word)) != NULL;
  if (s->record) return shows_field(s, s->record, s->field);
  for (size_t i = 0; i < m->n_records; i++) {
    const struct model_record *r = &m->records[i];
    for (size_t k = 0; r->about == ABOUT_CHILD && k < r->n_fields; k++) {
      bool asked_for = s->categories & ((uint64_t)1 << r->fields[k].category_index);
      if (asked_for && shows_field(s, r, &r->fields[k])) return true;
    }
  }
  return false;
}

/* Is there a text by which the item would be known? */
static bool has_words(const struct sentence *s) {
  const struct model *m = asker.f->engine->model;
  if (s->kind == ITEM_EXISTS) return true;
  if (s->kind != ITEM_READ) return false;
  if (s->record) return texts(s->field);
  for (size_t i = 0; i < m->n_records; i++) {
    const struct model_record *r = &m->records[i];
    for (size_t k = 0; r->about == ABOUT_CHILD && k < r->n_fields; k++) {
      if (texts(&r->fields[k]) && s->categories & ((uint64_t)1 << r->fields[k].category_index)) return true;
    }
  }
  return false;
}

static bool get_shows(size_t i, const char *path) {
  asker_get(&asker, i, path);
  return shows(&asker.f->story.sentences[i]);
}

/* Record types that hold the item; for the child's existence all. */
static bool concerns(const struct sentence *s, const struct model_record *r) {
  if (r->about != ABOUT_CHILD) return false;
  if (s->record || s->kind == ITEM_EXISTS) return s->kind == ITEM_EXISTS || s->record == r;
  for (size_t k = 0; k < r->n_fields; k++) {
    if (s->categories & ((uint64_t)1 << r->fields[k].category_index)) return true;
  }
  return false;
}

/* base: "/children" or "/api/v1/children"; every address under it where the item could be met; ends: after a record,
 * after a row. */
static bool walk(size_t i, const char *base, const char *const *record_ends, const char *const *row_ends) {
  const struct sentence *s = &asker.f->story.sentences[i];
  const struct model *m = asker.f->engine->model;
  const char *child = arena_printf(asker.arena, "%s/886-%lld", base, (long long)s->child);
  bool seen = get_shows(i, child);
  for (size_t k = 0; k < m->n_records; k++) {
    const struct model_record *r = &m->records[k];
    if (!concerns(s, r)) continue;
    for (size_t e = 0; record_ends[e]; e++)
      seen |= get_shows(i, arena_printf(asker.arena, "%s/%s%s", child, r->name, record_ends[e]));
    for (size_t e = 0; s->record == r && row_ends[e]; e++) {
      seen |=
          get_shows(i, arena_printf(asker.arena, "%s/%s/886-%lld%s", child, r->name, (long long)s->row, row_ends[e]));
    }
  }
  return seen;
}

/* All of them, whether or not an earlier one showed it: each page is tried. */
static bool any_shows(size_t i, const char *const *paths) {
  bool seen = false;
  for (; *paths; paths++) seen |= get_shows(i, *paths);
  return seen;
}

static bool by_web(size_t i) {
  static const char *const records[] = {"", NULL}, *const rows[] = {"", "/history", NULL};
  const char *child = arena_printf(asker.arena, "/children/886-%lld", (long long)asker.f->story.sentences[i].child);
  const char *const others[] = {"/", "/children", arena_printf(asker.arena, "%s/who", child),
                                arena_printf(asker.arena, "%s/records", child), NULL};
  bool seen = walk(i, "/children", records, rows);
  return any_shows(i, others) || seen;
}

static bool by_api(size_t i) {
  static const char *const records[] = {"", NULL}, *const rows[] = {"", "/history", NULL};
  bool seen = walk(i, "/api/v1/children", records, rows);
  return get_shows(i, "/api/v1/children") || seen;
}

static bool by_export(size_t i) {
  static const char *const records[] = {"/export", NULL}, *const rows[] = {NULL};
  bool seen = walk(i, "/children", records, rows);
  return get_shows(i, "/children/export") || seen;
}

static bool by_search(size_t i) {
  const struct sentence *s = &asker.f->story.sentences[i];
  asker_post(&asker, i, "/api/v1/children/search", "application/json",
             arena_printf(asker.arena, "{\"q\":\"%s\"}", s->word));
  bool seen = shows(s);
  asker_post(&asker, i, "/search", "application/x-www-form-urlencoded",
             arena_printf(asker.arena, "_csrf=%s&q=%s", asker.csrf[i], s->word));
  return shows(s) || seen;
}

static const struct {
  const char *name;
  bool (*try_it)(size_t);
  bool always; /* a record.field that must be seen must be seen here */
} ways[] = {{"web", by_web, true}, {"api", by_api, true}, {"export", by_export, false}, {"search", by_search, false}};

static bool asks(const struct sentence *s, size_t way) {
  if (strcmp(s->route, "all") != 0 && strcmp(s->route, ways[way].name) != 0) return false;
  if (!has_words(s)) return false;
  if (strcmp(ways[way].name, "search") == 0) return s->kind == ITEM_EXISTS;
  return sentence_is_never(s) || (ways[way].always && s->record);
}

static int try_way(size_t way, int *tried) {
  int wrong = 0;
  for (size_t i = 0; i < asker.f->story.n; i++) {
    const struct sentence *s = &asker.f->story.sentences[i];
    if (!asks(s, way)) continue;
    ++*tried;
    if (ways[way].try_it(i) == sentence_is_never(s)) {
      wrong++;
      print_error("by %s: %s\n", ways[way].name, sentence_text(asker.arena, s));
    }
    arena_reset(asker.arena);
  }
  return wrong;
}

static void test_ways(void **state) {
  (void)state;
  int wrong = 0;
  for (size_t way = 0; way < sizeof ways / sizeof ways[0]; way++) {
    int tried = 0;
    int64_t before = asker.asked;
    wrong += try_way(way, &tried);
    print_message("# %s: %d sentences, %lld requests\n", ways[way].name, tried, (long long)(asker.asked - before));
    assert_true(tried > 0);
  }
  assert_int_equal(wrong, 0);
}

/* An answer without what differs from request to request: digits. */
static const char *plain(void) {
  char *s = arena_strdup(asker.arena, asker_body(&asker)), *to = s;
  for (const char *from = s; *from; from++) {
    if (!strchr("0123456789abcdef-", *from)) *to++ = *from;
  }
  *to = '\0';
  return s;
}

static void alike(size_t i, const char *base, const char *end) {
  const struct sentence *s = &asker.f->story.sentences[i];
  int status = asker_get(&asker, i, arena_printf(asker.arena, "%s/886-%lld%s", base, (long long)s->child, end));
  const char *refused = plain();
  int absent =
      asker_get(&asker, i, arena_printf(asker.arena, "%s/886-%lld%s", base, (long long)s->child + 900000000, end));
  if (status != 404 || absent != 404 || strcmp(refused, plain()) != 0) {
    fail_msg("%d and %d: %s%s tells a refused child from an absent one: %s", status, absent, base, end,
             sentence_text(asker.arena, s));
  }
}

/* Not yours and not there: the same status and the same words. */
static void test_refusals_are_alike(void **state) {
  (void)state;
  int tried = 0;
  for (size_t i = 0; i < asker.f->story.n; i++) {
    const struct sentence *s = &asker.f->story.sentences[i];
    if (s->kind != ITEM_EXISTS || !sentence_is_never(s)) continue;
    tried++;
    alike(i, "/children", "");
    alike(i, "/children", "/pep");
    alike(i, "/children", "/pep/export");
    alike(i, "/api/v1/children", "");
    alike(i, "/api/v1/children", "/pep");
    arena_reset(asker.arena);
  }
  assert_true(tried > 50);
}

static int open_all(void **state) {
  if (story_open(state) != 0) return -1;
  struct story_fixture *f = *state;
  if (asker_open(&asker, f, &f->e)) return 0;
  story_say(&f->e);
  return -1;
}

static int close_all(void **state) {
  asker_close(&asker);
  return story_close(state);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_ways), cmocka_unit_test(test_refusals_are_alike)};
  return cmocka_run_group_tests(tests, open_all, close_all);
}
