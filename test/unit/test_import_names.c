/* Names of the world's people, and what looks like a name and is not; and two imports at the same time. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../story/installation.h"
#include "base/arena.h"
#include "exchange/kinds.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static struct installation in;

/* A child's names in each script, as somebody would write them. Invented. */
static const struct {
  const char *script, *forenames, *surname;
} names[] = {
    {"Latin", "Zoë Siân", "O’Neill-Łukasiewicz"},
    {"Greek", "Ελένη", "Παπαδοπούλου"},
    {"Cyrillic", "Юлія", "Щербак"},
    {"Armenian", "Անի", "Սարգսյան"},
    {"Georgian", "ნინო", "ბერიძე"},
    {"Hebrew", "נֹעַ", "כהן"},
    {"Arabic", "فاطمة", "الزهراء"},
    {"Persian", "پریسا", "گلستانی"},
    {"Syriac", "ܡܪܝܡ", "ܐܘܪܡܝܐ"},
    {"Thaana", "އައިޝަތު", "މޫސާ"},
    {"Nko", "ߝߊ߬ߕߎ߫", "ߞߋߕߊ"},
    {"Devanagari", "प्रियंका", "श्रीवास्तव"},
    {"Bengali", "সুমাইয়া", "চৌধুরী"},
    {"Gurmukhi", "ਹਰਪ੍ਰੀਤ", "ਕੌਰ"},
    {"Gujarati", "ક્રિષ્ના", "પટેલ"},
    {"Oriya", "ଅନନ୍ୟା", "ମହାନ୍ତି"},
    {"Tamil", "கார்த்திகா", "சுப்பிரமணியம்"},
    {"Telugu", "శ్రీలక్ష్మి", "రెడ్డి"},
    {"Kannada", "ಲಕ್ಷ್ಮೀ", "ಗೌಡ"},
    {"Malayalam", "ശ്രീദേവി", "നായർ"},
    {"Sinhala", "චමරි", "ප්‍රනාන්දු"},
    {"Thai", "กัญญารัตน์", "วงศ์สวัสดิ์"},
    {"Lao", "ສົມພອນ", "ແກ້ວມະນີ"},
    {"Tibetan", "བསྟན་འཛིན", "རྒྱ་མཚོ"},
    {"Myanmar", "အေးအေးမြင့်", "ကျော်"},
    {"Khmer", "សុភាព", "ចាន់ថា"},
    {"Ethiopic", "ሰላማዊት", "ተስፋዬ"},
    {"Cherokee", "ᎠᏓᏅᏙ", "ᏩᏯ"},
    {"Mongolian", "ᠰᠠᠷᠠᠨ", "ᠪᠠᠲᠤ"},
    {"Japanese", "さくら", "渡邉"},
    {"Chinese", "美玲", "歐陽"},
    {"Korean", "서연", "김"},
    {"Vietnamese", "Nguyệt Ánh", "Trần Đặng"},
    {"Yoruba", "Ọmọ́tọ́lá", "Adéṣínà"},
    {"beyond the first plane", "𠮷乃", "𐐘𐐇𐐝"},
};

static const char *header(void) {
  return "CHILD,SEX,DOB,ETHNIC,UPN\r\n";
}

/* A return of n children, N0001 on, each with one open episode. */
static const char *children(const char *folder, size_t n) {
  struct buf h, e;
  buf_init(&h, in.arena), buf_init(&e, in.arena);
  buf_str(&h, header());
  buf_str(&e, "CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC\r\n");
  for (size_t i = 1; i <= n; i++) {
    buf_printf(&h, "N%04zu,F,01/02/2012,WBRI,UN1\r\n", i);
    buf_printf(&e, "N%04zu,03/01/2026,S,C2,N1,U6,,\r\n", i);
  }
  installation_run(&in, "mkdir -p '%s/in/%s'", in.dir, folder);
  installation_text(&in, arena_printf(in.arena, "%s/header.csv", folder), buf_text(&h));
  installation_text(&in, arena_printf(in.arena, "%s/episodes.csv", folder), buf_text(&e));
  return arena_printf(in.arena, "%s/in/%s", in.dir, folder);
}

static bool take(const char *kind, const char *path) {
  return installation_import(&in, "886", kind, &path, 1, NULL);
}

static struct actor searcher;

struct wanted {
  const char *local_id, *forenames, *surname;
  bool there, found;
};

static bool look(struct db *db, void *arg, struct error *e) {
  struct wanted *w = arg;
  struct stmt *q = db_sql(db, "select forenames, surname, id from child where local_id = $1", "t");
  sql_text(q, 1, w->local_id);
  w->there = sql_row(q) && strcmp(col_text(q, 0), w->forenames) == 0 && strcmp(col_text(q, 1), w->surname) == 0;
  int64_t child = w->there ? col_int(q, 2) : 0;
  sql_end(q);
  struct found *found;
  size_t n;
  if (!record_search(db, &in.ctx, in.engine->model, &searcher, w->surname, 50, &found, &n, e)) return false;
  for (size_t i = 0; i < n; i++) w->found |= found[i].child == child;
  return db_ok(db, e);
}

static void test_scripts(void **state) {
  struct buf b;
  int wrong = 0;
  (void)state;
  buf_init(&b, in.arena);
  buf_str(&b, "row,child,forenames,surname\r\n");
  for (size_t i = 0; i < COUNT(names); i++)
    buf_printf(&b, "name,N%04zu,%s,%s\r\n", i + 1, names[i].forenames, names[i].surname);
  const char *file = installation_text(&in, "names.csv", buf_text(&b));
  assert_true(take("people", file));
  assert_int_equal(in.report.rejected.n_items, 0);
  assert_int_equal(in.report.changed, COUNT(names));
  assert_true(take("people", file));
  assert_int_equal(in.report.changed + in.report.created, 0);
  for (size_t i = 0; i < COUNT(names); i++) {
    struct wanted w = {arena_printf(in.arena, "N%04zu", i + 1), names[i].forenames, names[i].surname, false, false};
    assert_true(store_read(engine_authority(in.engine, "886")->main, look, &w, &in.e));
    if (w.there && w.found) continue;
    print_error("%s: %s\n", names[i].script, w.there ? "not found by the last name" : "not as it was written");
    wrong++;
  }
  assert_int_equal(wrong, 0);
}

/* Not names, but they could stand in the cell. Kept as they are, or refused with the row. */
static void test_nasty(void **state) {
  static const struct {
    const char *forenames, *surname;
    bool refused;
  } nasty[] = {
      {"Robert'); drop table t_child; --", "Tables", false},
      {"$1", "%s%n${HOME}`id`", false},
      {"=cmd|' /C calc'!A0", "@SUM(1+1)", false},
      {"<script>alert(1)</script>", "&amp;", false},
      {"null", "undefined", false},
      {"", "Nameless", true},
      {"   ", "Blank", true},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(nasty); i++) {
    const char *local = arena_printf(in.arena, "N%04zu", 100 + i);
    const char *file =
        installation_text(&in, "nasty.csv",
                          arena_printf(in.arena, "row,child,forenames,surname\r\nname,%s,\"%s\",\"%s\"\r\n", local,
                                       nasty[i].forenames, nasty[i].surname));
    assert_true(take("people", file));
    if (nasty[i].refused ? in.report.rejected_rows != 1 : in.report.changed != 1)
      fail_msg("%s: %zu rejected, %d changed", nasty[i].forenames, in.report.rejected.n_items, (int)in.report.changed);
    if (nasty[i].refused) continue;
    struct wanted w = {local, nasty[i].forenames, nasty[i].surname, false, false};
    assert_true(store_read(engine_authority(in.engine, "886")->main, look, &w, &in.e));
    assert_true(w.there);
  }
  char longest[400] = "row,child,forenames,surname\r\nname,N0120,Ada,";
  memset(longest + strlen(longest), 'x', 101);
  assert_true(take("people", installation_text(&in, "long.csv", longest)));
  assert_int_equal(in.report.rejected_rows, 1);
  assert_string_equal(in.report.rejected.items[0].column, "surname");
  assert_int_equal(installation_ask(&in, "886", "select count(*) from child"), 200);
}

/* ---- two at once ---- */

struct run {
  pthread_t thread;
  const char *path;
  struct arena *arena;
  struct import_report report;
  struct error e;
  bool ok;
};

static void *import_it(void *arg) {
  struct run *r = arg;
  struct ctx c;
  const struct import_options none = {0};
  ctx_init(&c, r->arena, in.engine->random);
  r->ok = import_ssda903(in.engine, engine_authority(in.engine, "886"), &c, &r->path, 1, &none, &r->report, &r->e);
  return NULL;
}

static void test_two_at_once(void **state) {
  struct run runs[3] = {0};
  int64_t created = 0;
  (void)state;
  const char *path = children("at-once", 400); /* of whom 200 are there */
  for (size_t i = 0; i < COUNT(runs); i++) {
    runs[i] = (struct run){.path = path, .arena = arena_new()};
    error_init(&runs[i].e, runs[i].arena);
    import_report_init(&runs[i].report, runs[i].arena);
    assert_int_equal(pthread_create(&runs[i].thread, NULL, import_it, &runs[i]), 0);
  }
  for (size_t i = 0; i < COUNT(runs); i++) pthread_join(runs[i].thread, NULL);
  for (size_t i = 0; i < COUNT(runs); i++) {
    assert_true(runs[i].ok);
    created += runs[i].report.created;
    arena_free(runs[i].arena);
  }
  assert_int_equal(installation_ask(&in, "886", "select count(*) from child"), 400);
  assert_int_equal(created, 200 * 4); /* child, period, status, placement: each once */
  installation_tick(&in, 1);
  assert_true(engine_sign_heads(in.engine, &in.ctx, &in.e));
  assert_true(installation_sound(&in));
}

static int begin(void **state) {
  static const char *const codes[] = {"886", NULL};
  static const char worker[] =
      "row,forenames,surname,email,role,from\r\nperson,Sam,Okafor,sam@council.example,social_worker,01/09/2024\r\n";
  searcher.purpose = "";
  (void)state;
  return installation_make(&in, "2026-11-24T09:00:00Z", codes) && take("ssda903", children("all", 200)) &&
                 take("people", installation_text(&in, "worker.csv", worker)) &&
                 people_find(in.engine, engine_authority(in.engine, "886"), &in.ctx, "sam@council.example", NULL,
                             &searcher.id, &in.e)
             ? 0
             : -1;
}

static int end(void **state) {
  (void)state;
  installation_end(&in);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_scripts), cmocka_unit_test(test_nasty),
                                     cmocka_unit_test(test_two_at_once)};
  return cmocka_run_group_tests(tests, begin, end);
}
