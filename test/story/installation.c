#include "installation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"

void installation_say(const struct error *e) {
  fprintf(stderr, "%s: %s\n", error_kind_name(e->kind), e->message ? e->message : "no message");
  for (size_t i = 0; i < e->n_items && i < 10; i++) fprintf(stderr, "  %s\n", e->items[i].message);
}

bool installation_run(struct installation *x, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  const char *command = arena_vprintf(x->arena, fmt, ap);
  va_end(ap);
  return system(command) == 0;
}

/* The server's address with another database: postgresql://user@host/NAME?options. */
static const char *address(struct installation *x, const char *server) {
  const char *slash = strrchr(server, '?') ? strchr(strstr(server, "//") + 2, '/') : strrchr(server, '/');
  const char *rest = slash ? strchr(slash, '?') : NULL;
  return arena_printf(x->arena, "%.*s/%s%s", (int)(slash - server), server, x->database, rest ? rest : "");
}

static bool make_database(struct installation *x) {
  static int count;
  const char *server = getenv("KITH_TEST_PG");
  if (!server) return true;
  snprintf(x->database, sizeof x->database, "kith_%d_%d", (int)getpid(), ++count);
  x->options.db = address(x, server);
  return installation_run(x, "psql -q -c 'create database %s' '%s'", x->database, server);
}

bool installation_open(struct installation *x) {
  error_clear(&x->e);
  if (!engine_open(x->arena, &x->options, &x->engine, &x->e)) return installation_say(&x->e), false;
  ctx_init(&x->ctx, x->arena, x->engine->random);
  return true;
}

void installation_clock(struct installation *x, const char *now) {
  clock_fix(instant_parse(now));
  ctx_init(&x->ctx, x->arena, x->engine->random);
}

void installation_tick(struct installation *x, int seconds) {
  clock_fix(clock_now() + seconds * INT64_C(1000000));
  ctx_init(&x->ctx, x->arena, x->engine->random);
}

bool installation_make(struct installation *x, const char *now, const char *const *codes) {
  *x = (struct installation){.arena = arena_new()};
  error_init(&x->e, x->arena);
  strcpy(x->dir, "/tmp/kith-story-XXXXXX");
  if (!mkdtemp(x->dir)) return false;
  clock_fix(instant_parse(now));
  x->options = (struct engine_options){
      .data = arena_printf(x->arena, "%s/kith.d", x->dir), .model_dir = KITH_SOURCE_ROOT "/model", .seed = "story"};
  if (!make_database(x) || !installation_run(x, "mkdir '%s/in'", x->dir)) return false;
  if (!*codes) return true;
  for (; *codes; codes++) {
    if (engine_init_authority(x->arena, &x->options, *codes, arena_printf(x->arena, "Authority %s", *codes), true,
                              &x->e))
      continue;
    installation_say(&x->e);
    return false;
  }
  return installation_open(x);
}

void installation_end(struct installation *x) {
  if (!x->arena) return;
  engine_close(x->engine); /* NULL where none was opened */
  if (x->database[0])
    installation_run(x, "psql -q -c 'drop database %s with (force)' '%s'", x->database, getenv("KITH_TEST_PG"));
  installation_run(x, "rm -rf '%s'", x->dir);
  arena_free(x->arena);
  *x = (struct installation){0};
}

const char *installation_file(struct installation *x, const char *name, const char *bytes, size_t n) {
  const char *path = arena_printf(x->arena, "%s/in/%s", x->dir, name);
  FILE *f = fopen(path, "wb");
  if (!f || fwrite(bytes, 1, n, f) != n || fclose(f) != 0) {
    perror(path);
    abort();
  }
  return path;
}

const char *installation_text(struct installation *x, const char *name, const char *text) {
  return installation_file(x, name, text, strlen(text));
}

bool installation_import(struct installation *x, const char *code, const char *kind, const char *const *paths, size_t n,
                         const struct import_options *o) {
  const struct import_options none = {0};
  const struct authority *a = engine_authority(x->engine, code);
  error_clear(&x->e);
  import_report_init(&x->report, x->arena);
  installation_tick(x, 1);
  for (size_t i = 0; i < import_n_kinds; i++) {
    const struct import_kind *k = &import_kinds[i];
    if (strcmp(k->name, kind) != 0) continue;
    return k->run(x->engine, a, &x->ctx, paths, n, o ? o : &none, &x->report, &x->e) &&
           engine_sign_heads(x->engine, &x->ctx, &x->e);
  }
  return error_set(&x->e, ERR_BROKEN, "no import of kind %s", kind);
}

struct question {
  struct installation *x;
  const char *sql;
  int64_t answer;
  uint64_t digest;
};

static bool ask(struct db *db, void *arg, struct error *e) {
  struct question *q = arg;
  struct stmt *s = db_sql(db, q->sql, "");
  q->answer = sql_row(s) ? col_int(s, 0) : -1;
  sql_end(s);
  return db_ok(db, e);
}

int64_t installation_ask(struct installation *x, const char *code, const char *sql) {
  struct question q = {.sql = sql};
  error_clear(&x->e);
  if (store_read(code ? engine_authority(x->engine, code)->main : x->engine->ref, ask, &q, &x->e)) return q.answer;
  installation_say(&x->e);
  return -2;
}

static uint64_t mix(uint64_t h, const void *bytes, size_t n) {
  const unsigned char *p = bytes;
  for (size_t i = 0; i < n; i++) h = (h ^ p[i]) * UINT64_C(1099511628211);
  return h ^ h >> 29;
}

static uint64_t row_digest(struct stmt *s, const char *table, struct arena *a) {
  uint64_t h = mix(UINT64_C(1469598103934665603), table, strlen(table));
  for (int i = 0; i < col_count(s); i++) {
    struct value v = col_value(s, i, a);
    h = mix(h, col_name(s, i), strlen(col_name(s, i)));
    h = mix(h, &v.type, sizeof v.type);
    if (v.type == VALUE_INT) h = mix(h, &v.i, sizeof v.i);
    if (v.type == VALUE_TEXT) h = mix(h, v.s, strlen(v.s));
    if (v.type == VALUE_BLOB) h = mix(h, v.s, v.n);
  }
  return h;
}

static bool digest(struct db *db, void *arg, struct error *e) {
  struct question *q = arg;
  size_t n;
  struct arena *a = arena_new();
  const char *const *tables = db_tables(db, a, &n);
  q->digest = 0;
  for (size_t i = 0; i < n; i++) {
    struct stmt *s = db_sql(db, arena_printf(a, "select * from %s", tables[i]), "");
    while (sql_row(s)) q->digest += row_digest(s, tables[i], a);
  }
  arena_free(a);
  return db_ok(db, e);
}

uint64_t installation_digest(struct installation *x, const char *code) {
  struct question q = {.x = x};
  error_clear(&x->e);
  if (store_read(engine_authority(x->engine, code)->main, digest, &q, &x->e)) return q.digest;
  installation_say(&x->e);
  return 0;
}

struct check {
  struct installation *x;
  const char *chain;
  struct ledger_head *heads;
  size_t n_heads;
  struct ledger_report report;
  int64_t rows, different;
};

static bool verify(struct db *db, void *arg, struct error *e) {
  struct check *c = arg;
  return ledger_verify(db, c->x->arena, c->chain, c->heads, c->n_heads, c->x->engine->sign_public, &c->report, e);
}

static bool rebuild(struct db *db, void *arg, struct error *e) {
  struct check *c = arg;
  return record_rebuild(db, &c->x->ctx, &c->x->engine->env, true, &c->rows, &c->different, e);
}

static bool chain_sound(struct installation *x, struct store *s, const char *name, const char *chain) {
  struct check c = {.x = x, .chain = chain};
  if (!directory_heads(x->engine->directory, &x->ctx, name, chain, &c.heads, &c.n_heads, &x->e) ||
      !store_read(s, verify, &c, &x->e))
    return installation_say(&x->e), false;
  for (size_t i = 0; i < c.report.n_findings; i++)
    fprintf(stderr, "%s, %s: entry %lld: %s\n", name, chain, (long long)c.report.findings[i].seq,
            c.report.findings[i].what);
  return c.n_heads > 0 && c.report.total_findings == 0;
}

bool installation_sound(struct installation *x) {
  bool ok = true;
  error_clear(&x->e);
  for (size_t i = 0; i < x->engine->n_authorities; i++) {
    const struct authority *a = &x->engine->authorities[i];
    const char *name = arena_printf(x->arena, "la_%s", a->code);
    struct check c = {.x = x};
    ok = chain_sound(x, a->main, name, "change") && chain_sound(x, a->access, name, "access") && ok;
    if (!store_write(a->main, rebuild, &c, &x->e)) return installation_say(&x->e), false;
    if (c.different)
      fprintf(stderr, "authority %s: %lld of %lld rows differ\n", a->code, (long long)c.different, (long long)c.rows);
    ok = ok && c.different == 0;
  }
  return ok;
}
