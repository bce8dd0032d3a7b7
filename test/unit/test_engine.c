/* The engine: data folder, key, settings, authorities, models, signed heads. */
#include <sodium.h>
#include <sys/stat.h>

#include "kith/folder.h"
#include "kith/kith.h"
#include "store_fixture.h"

#define MODEL KITH_SOURCE_ROOT "/model"

struct place {
  struct arena *a;
  struct error e;
  struct ctx c;
  char dir[64];
  struct engine_options o;
};

static void run(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void run(const char *fmt, ...) {
  char command[512];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(command, sizeof command, fmt, ap);
  va_end(ap);
  if (system(command) != 0) fail_msg("%s", command);
}

/* On PostgreSQL the stores have fixed names: what an earlier test left there goes first. */
static void drop_schemas(struct place *p) {
  static const char *const names[] = {"directory", "ref", "la_886", "la_886_access", "la_330", "la_330_access"};
  if (!fixture_pg()) return;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    run("psql -q -c 'set client_min_messages = warning' -c 'drop schema if exists %s cascade' '%s'", names[i], p->o.db);
  }
}

static int setup(void **state) {
  struct place *p = calloc(1, sizeof *p);
  p->a = arena_new();
  error_init(&p->e, p->a);
  strcpy(p->dir, "/tmp/kith-engine-XXXXXX");
  if (!mkdtemp(p->dir)) return -1;
  p->o = (struct engine_options){
      .data = arena_printf(p->a, "%s/kith.d", p->dir), .db = getenv("KITH_TEST_PG"), .model_dir = MODEL};
  ctx_init(&p->c, p->a, random_system());
  drop_schemas(p);
  *state = p;
  return 0;
}

static int teardown(void **state) {
  struct place *p = *state;
  run("rm -rf '%s'", p->dir);
  arena_free(p->a);
  free(p);
  return 0;
}

static void say(struct place *p) {
  for (size_t i = 0; i < p->e.n_items; i++) {
    print_error("  %s:%ld %s %s\n", p->e.items[i].file ? p->e.items[i].file : "", p->e.items[i].row,
                p->e.items[i].column ? p->e.items[i].column : "", p->e.items[i].message);
  }
  fail_msg("%s", p->e.message);
}

static void init(struct place *p, const char *code) {
  error_clear(&p->e);
  if (!engine_init_authority(p->a, &p->o, code, "Example", false, &p->e)) say(p);
}

static struct engine *open_engine(struct place *p) {
  struct engine *g;
  error_clear(&p->e);
  if (!engine_open(p->a, &p->o, &g, &p->e)) say(p);
  return g;
}

static void refused(struct place *p, enum error_kind kind, const char *says) {
  struct engine *g;
  error_clear(&p->e);
  assert_false(engine_open(p->a, &p->o, &g, &p->e));
  assert_null(g);
  assert_int_equal(p->e.kind, kind);
  if (!strstr(p->e.message, says)) fail_msg("\"%s\" does not say \"%s\"", p->e.message, says);
}

static const char *in(struct place *p, const char *name) {
  return arena_printf(p->a, "%s/%s", p->o.data, name);
}

static unsigned mode_of(const char *path) {
  struct stat st;
  if (stat(path, &st) != 0) fail_msg("%s is not there", path);
  return st.st_mode & 0777;
}

static void write_text(const char *path, const char *text) {
  FILE *f = fopen(path, "w");
  if (!f) fail_msg("%s", path);
  fputs(text, f);
  fclose(f);
}

/* ---- folder and key ---- */

static void test_init(void **state) {
  struct place *p = *state;
  refused(p, ERR_NOT_FOUND, "kith init");
  assert_int_equal(access(p->o.data, F_OK), -1); /* looking makes nothing */
  init(p, "886");
  assert_int_equal(mode_of(p->o.data), 0700);
  assert_int_equal(mode_of(in(p, "keys")), 0700);
  assert_int_equal(mode_of(in(p, "keys/ledger.key")), 0600);
  assert_int_equal(mode_of(in(p, "kith.conf")), 0600);
  struct engine *g = open_engine(p);
  assert_int_equal(g->n_authorities, 1);
  assert_ptr_equal(engine_authority(g, "886"), &g->authorities[0]);
  assert_null(engine_authority(g, "887"));
  assert_null(engine_authority(g, NULL));
  assert_string_equal(g->authorities[0].name, "Example");
  assert_string_equal(store_backend(g->authorities[0].main), fixture_pg() ? "postgresql" : "sqlite");
  unsigned char was[32];
  memcpy(was, g->sign_public, 32);
  engine_close(g);
  init(p, "330"); /* a second authority in the same folder, the same key */
  g = open_engine(p);
  assert_int_equal(g->n_authorities, 2);
  assert_memory_equal(was, g->sign_public, 32);
  engine_close(g);
  error_clear(&p->e);
  assert_false(engine_init_authority(p->a, &p->o, "886", "Again", false, &p->e));
  assert_int_equal(p->e.kind, ERR_INPUT);
  static const char *const bad[] = {"88", "8866", "la6", "../", "", NULL};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    error_clear(&p->e);
    assert_false(engine_init_authority(p->a, &p->o, bad[i], "X", false, &p->e));
    assert_int_equal(p->e.kind, ERR_INPUT);
  }
}

static void test_init_cut_short(void **state) {
  struct place *p = *state;
  init(p, "886");
  run("rm '%s'", in(p, "kith.conf")); /* as if it had stopped before the last step */
  refused(p, ERR_NOT_FOUND, "kith init");
  init(p, "330");
  engine_close(open_engine(p));
}

static void test_key(void **state) {
  struct place *p = *state;
  init(p, "886");
  const char *key = in(p, "keys/ledger.key");
  run("chmod 640 '%s'", key);
  refused(p, ERR_BROKEN, "chmod 600");
  run("chmod 600 '%s'; cp '%s' '%s.kept'; printf x >> '%s'", key, key, key, key);
  refused(p, ERR_BROKEN, "not a key");
  run("cp '%s.kept' '%s'; printf 'xxxx' | dd of='%s' bs=1 seek=40 conv=notrunc 2>/dev/null", key, key, key);
  refused(p, ERR_BROKEN, "damaged");
  run("rm '%s'", key);
  refused(p, ERR_BROKEN, "missing");
  error_clear(&p->e); /* nor does init make another */
  assert_false(engine_init_authority(p->a, &p->o, "330", "Example", false, &p->e));
  assert_non_null(strstr(p->e.message, "missing"));
  run("mv '%s.kept' '%s'", key, key);
  engine_close(open_engine(p));
}

/* ---- settings ---- */

static void test_conf(void **state) {
  struct place *p = *state;
  struct folder f = {0};
  static const char text[] =
      "# a comment\n\n db = postgresql://kith@/x?a=b \r\nlisten=127.0.0.1:80\n\tmodel\t=\tours\nreaders = 3";
  assert_true(folder_parse(p->a, "kith.conf", text, sizeof text - 1, &f, &p->e));
  assert_int_equal(f.n, 4);
  assert_string_equal(folder_setting(&f, "db"), "postgresql://kith@/x?a=b");
  assert_string_equal(folder_setting(&f, "listen"), "127.0.0.1:80");
  assert_string_equal(folder_setting(&f, "model"), "ours");
  assert_string_equal(folder_setting(&f, "readers"), "3");
  assert_null(folder_setting(&f, "tls-key"));
  static const char wrong[] = "db\nfoo = 1\nlisten = a\nlisten = b\n= 3\n";
  assert_false(folder_parse(p->a, "kith.conf", wrong, sizeof wrong - 1, &f, &p->e));
  assert_int_equal(p->e.kind, ERR_INPUT);
  assert_int_equal(p->e.n_items, 4);
  static const long lines[] = {1, 2, 4, 5};
  for (size_t i = 0; i < 4; i++) assert_int_equal(p->e.items[i].row, lines[i]);
  error_clear(&p->e);
  assert_false(folder_parse(p->a, "kith.conf", "db = \xff", 6, &f, &p->e));
}

static void test_conf_in_use(void **state) {
  struct place *p = *state;
  init(p, "886");
  const char *db = p->o.db;
  p->o.db = NULL; /* found in kith.conf */
  struct engine *g = open_engine(p);
  if (db)
    assert_string_equal(g->db, db);
  else
    assert_null(g->db);
  engine_close(g);
  p->o.db = db;
  write_text(in(p, "kith.conf"), "listen = 127.0.0.1:9\ntls-cert = cert.pem\ntls-key = /etc/key.pem\n");
  g = open_engine(p);
  assert_string_equal(engine_setting(g, "listen"), "127.0.0.1:9");
  assert_null(engine_setting(g, "trusted-proxy"));
  assert_string_equal(engine_file_setting(g, p->a, "tls-cert"), in(p, "cert.pem"));
  assert_string_equal(engine_file_setting(g, p->a, "tls-key"), "/etc/key.pem");
  assert_null(engine_file_setting(g, p->a, "model"));
  engine_close(g);
  write_text(in(p, "kith.conf"), "readers = many\n");
  refused(p, ERR_INPUT, "readers");
  write_text(in(p, "kith.conf"), "colour = red\n");
  refused(p, ERR_INPUT, "colour");
}

/* ---- models ---- */

static const char *overlay(struct place *p) {
  const char *dir = arena_printf(p->a, "%s/overlay", p->dir);
  run("mkdir -p '%s/records'", dir);
  write_text(arena_printf(p->a, "%s/records/ours.yaml", dir),
             "record: pep\nsections:\n  - id: my_views\n    fields:\n"
             "      - {name: local_mood, type: text, label: How I feel about school}\n");
  return dir;
}

static const char *apply(struct place *p, bool dry_run) {
  struct buf report;
  buf_init(&report, p->a);
  p->o.any_model = true;
  struct engine *g = open_engine(p);
  if (!engine_apply_model(g, &p->c, &report, dry_run, &p->e)) say(p);
  engine_close(g);
  p->o.any_model = false;
  return buf_text(&report);
}

static void test_model(void **state) {
  struct place *p = *state;
  init(p, "886");
  assert_string_equal(apply(p, false), "Authority 886 is at this model already.\n");
  p->o.overlay = overlay(p);
  refused(p, ERR_INPUT, "kith model apply");
  const char *report = apply(p, true); /* only says */
  assert_non_null(strstr(report, "Authority 886 would be brought to model"));
  assert_non_null(strstr(report, "local_mood"));
  refused(p, ERR_INPUT, "kith model apply");
  report = apply(p, false);
  assert_non_null(strstr(report, "Authority 886 is now at model"));
  assert_non_null(strstr(report, "local_mood"));
  struct engine *g = open_engine(p);
  assert_non_null(model_field(model_record(g->model, "pep"), "local_mood"));
  engine_close(g);
  p->o.overlay = NULL;
  refused(p, ERR_INPUT, "--model");
  p->o.overlay = "/nonexistent/overlay";
  struct engine *none;
  error_clear(&p->e);
  assert_false(engine_open(p->a, &p->o, &none, &p->e));
}

/* The overlay that init was given is the one of later commands. */
static void test_overlay_kept(void **state) {
  struct place *p = *state;
  p->o.overlay = overlay(p);
  init(p, "886");
  p->o.overlay = NULL;
  struct engine *g = open_engine(p);
  assert_non_null(model_field(model_record(g->model, "pep"), "local_mood"));
  engine_close(g);
}

static void test_model_found(void **state) {
  struct place *p = *state;
  const struct model *m;
  p->o.model_dir = p->dir;
  assert_false(engine_load_model(p->a, &p->o, &m, &p->e));
  assert_int_equal(p->e.kind, ERR_NOT_FOUND);
  p->o.model_dir = NULL;
  error_clear(&p->e);
  if (!engine_load_model(p->a, &p->o, &m, &p->e)) say(p); /* of the source tree */
  const char *version = m->version;
  setenv("KITH_MODEL", MODEL, 1);
  if (!engine_load_model(p->a, &p->o, &m, &p->e)) say(p);
  assert_string_equal(m->version, version);
  setenv("KITH_MODEL", p->dir, 1);
  assert_false(engine_load_model(p->a, &p->o, &m, &p->e));
  unsetenv("KITH_MODEL");
}

/* ---- heads and a working store ---- */

struct work {
  struct place *p;
  struct engine *g;
  const char *chain;
  struct ledger_head *heads;
  size_t n_heads;
  struct ledger_report report;
  int64_t n;
};

static bool append_change(struct db *db, void *arg, struct error *e) {
  struct work *w = arg;
  static const char body[] = "[{\"f\":{\"a\":1},\"i\":7,\"r\":\"note\",\"v\":1}]";
  const struct ledger_body bodies[] = {{"identity", body, sizeof body - 1}};
  const struct ledger_entry entry = {.kind = "create", .bodies = bodies, .n_bodies = 1};
  return ledger_append(db, &w->p->c, &entry, NULL, e);
}

static bool append_access(struct db *db, void *arg, struct error *e) {
  struct work *w = arg;
  struct access_entry x;
  int64_t seq;
  access_init(&x, &w->p->c, 1, "GET /children");
  return access_append(db, &w->p->c, &x, &seq, e);
}

static bool cut_tail(struct db *db, void *arg, struct error *e) {
  (void)arg;
  static const char *const all[] = {
      "delete from ledger_touch where seq = (select max(seq) from ledger_entry)",
      "delete from ledger_body where seq = (select max(seq) from ledger_entry)",
      "delete from ledger_entry where seq = (select max(seq) from ledger_entry)",
  };
  for (size_t i = 0; i < 3; i++) sql_run(db_sql(db, all[i], ""));
  return db_ok(db, e);
}

static bool verify_fn(struct db *db, void *arg, struct error *e) {
  struct work *w = arg;
  return ledger_verify(db, w->p->a, w->chain, w->heads, w->n_heads, w->g->sign_public, &w->report, e);
}

static int64_t verify(struct work *w, struct store *s, const char *store, const char *chain) {
  struct place *p = w->p;
  w->chain = chain;
  if (!directory_heads(w->g->directory, &p->c, store, chain, &w->heads, &w->n_heads, &p->e)) say(p);
  if (!store_read(s, verify_fn, w, &p->e)) say(p);
  return w->report.total_findings;
}

static void test_heads(void **state) {
  struct place *p = *state;
  init(p, "886");
  struct engine *g = open_engine(p);
  struct work w = {.p = p, .g = g};
  const struct authority *x = &g->authorities[0];
  if (!store_write(x->main, append_change, &w, &p->e)) say(p);
  if (!store_write(x->access, append_access, &w, &p->e)) say(p);
  if (!engine_sign_heads(g, &p->c, &p->e)) say(p);
  if (!engine_sign_heads(g, &p->c, &p->e)) say(p);
  assert_int_equal(verify(&w, x->main, "la_886", "change"), 0);
  assert_int_equal(w.n_heads, 2); /* of init and of now; what says nothing new is not kept */
  assert_int_equal(w.report.entries, 2);
  assert_int_equal(verify(&w, x->access, "la_886", "access"), 0);
  assert_int_equal(w.heads[w.n_heads - 1].seq, 1);
  assert_int_equal(verify(&w, g->directory, "directory", "change"), 0);
  assert_true(w.n_heads >= 1);
  if (!store_write(x->main, cut_tail, &w, &p->e)) say(p);
  assert_int_equal(verify(&w, x->main, "la_886", "change"), 1);
  assert_string_equal(w.report.findings[0].what, "tail removed");
  engine_close(g);
}

/* With a seed the same bytes come, the key too. */
static void test_seed(void **state) {
  struct place *p = *state;
  unsigned char first[32];
  p->o.seed = "demo";
  for (int i = 0; i < 2; i++) {
    p->o.data = arena_printf(p->a, "%s/kith%d.d", p->dir, i);
    drop_schemas(p);
    init(p, "886");
    struct engine *g = open_engine(p);
    if (i == 0)
      memcpy(first, g->sign_public, 32);
    else
      assert_memory_equal(first, g->sign_public, 32);
    engine_close(g);
  }
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(test_init),  TEST(test_init_cut_short), TEST(test_key),         TEST(test_conf),  TEST(test_conf_in_use),
      TEST(test_model), TEST(test_overlay_kept),   TEST(test_model_found), TEST(test_heads), TEST(test_seed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
