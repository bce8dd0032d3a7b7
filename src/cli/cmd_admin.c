/* Commands that keep an installation: init, serve, model, ledger, doctor. None prints anything of a child. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/ident.h"
#include "cli/commands.h"
#include "web/web.h"

static enum cli_exit run_init(struct cli *c) {
  const char *code = cli_option(c, "authority"), *name = cli_option(c, "name");
  if (!code || !authority_code_check(code))
    return cli_usage(c, "--authority takes the three digits of the authority, for example 886");
  if (!name || !*name) return cli_usage(c, "--name takes the authority's name");
  struct engine_options o = cli_engine_options(c);
  o.create = true;
  if (!engine_init_authority(c->arena, &o, code, name, cli_switch(c, "synthetic"), &c->error)) return cli_fail(c);
  printf("Authority %s (%s) is ready in %s.\n", code, name, o.db ? "PostgreSQL" : o.data);
  printf("Next: kith user add, kith import schools FILE, kith import ssda903 DIR, kith serve.\n");
  return CLI_DONE;
}

static const struct cli_option init_options[] = {
    {"name", "NAME", "the authority's name"},
    {"synthetic", NULL, "all data will be made up: every page says SYNTHETIC"},
};
const struct cli_command cli_init = {
    .name = "init",
    .args = "",
    .summary = "make the data folder, or another authority in it",
    .detail =
        "Makes the stores of one authority at the shipped model (with --model: at the overlay), and the key that signs "
        "the ledger.\n"
        "Run it again with another --authority to hold a second authority in the same folder.",
    .example = "kith init --data /var/lib/kith --authority 886 --name \"Example\"",
    .options = init_options,
    .n_options = 2,
    .run = run_init};

/* The flag, else what kith.conf of the data folder says. */
static const char *serve_setting(const struct cli *c, const struct engine *g, const char *name) {
  const char *flag = cli_option(c, name);
  return flag ? flag : engine_setting(g, name);
}
static const char *serve_file(const struct cli *c, const struct engine *g, const char *name) {
  const char *flag = cli_option(c, name);
  return flag ? flag : engine_file_setting(g, c->arena, name);
}

static enum cli_exit run_serve(struct cli *c) {
  struct engine *g;
  struct web *w;
  bool demo = cli_switch(c, "demo");
  if (demo) directory_cheap_hashes();
  if (!cli_open(c, false, &g)) return cli_fail(c);
  struct web_options wo = {
      .assets = cli_option(c, "assets"), .trusted_proxy = serve_setting(c, g, "trusted-proxy"), .demo = demo};
  struct serve_options so = {.listen = serve_setting(c, g, "listen"),
                             .tls_cert = serve_file(c, g, "tls-cert"),
                             .tls_key = serve_file(c, g, "tls-key")};
  if (!so.listen) so.listen = "127.0.0.1:8080";
  bool ok = web_new(c->arena, g, &wo, &w, &c->error);
  if (ok) {
    fprintf(stderr, "Kith serves %zu authorit%s on http%s://%s/ (stop with Ctrl-C)\n", g->n_authorities,
            g->n_authorities == 1 ? "y" : "ies", so.tls_cert ? "s" : "", so.listen);
    ok = web_serve(w, &so, &c->error);
    web_free(w);
  }
  engine_close(g);
  return ok ? CLI_DONE : cli_fail(c);
}

static const struct cli_option serve_options[] = {
    {"listen", "ADDRESS:PORT", "where to listen (default 127.0.0.1:8080)"},
    {"tls-cert", "FILE", "certificate chain, PEM; without it put a TLS proxy before Kith"},
    {"tls-key", "FILE", "its key, PEM"},
    {"trusted-proxy", "ADDRESS", "believe X-Forwarded-Proto from this address"},
    {"assets", "DIR", "style sheets and scripts, when not beside the program"},
    {"demo", NULL, "a demonstration: the sign-in page lists who can sign in"},
};
const struct cli_command cli_serve = {.name = "serve",
                                      .args = "",
                                      .summary = "serve the pages and the API",
                                      .detail =
                                          "listen, tls-cert, tls-key and trusted-proxy may also stand in "
                                          "kith.conf of the data folder.",
                                      .example = "kith serve --data /var/lib/kith --listen 127.0.0.1:8080",
                                      .options = serve_options,
                                      .n_options = 6,
                                      .run = run_serve};

static bool load_model(struct cli *c, const struct model **m) {
  struct engine_options o = cli_engine_options(c);
  return engine_load_model(c->arena, &o, m, &c->error);
}

static enum cli_exit run_model_check(struct cli *c) {
  const struct model *m;
  if (!load_model(c, &m)) return cli_fail(c);
  printf("The model is right: %zu record types, %zu code lists, %zu duties, %zu roles; version %s.\n", m->n_records,
         m->n_codes, m->n_duties, m->n_roles, m->version);
  return CLI_DONE;
}
const struct cli_command cli_model_check = {.name = "model check",
                                            .args = "",
                                            .summary = "find every mistake in the model, with file and line",
                                            .detail = NULL,
                                            .example = "kith model check --model ./our-overlay",
                                            .run = run_model_check};

static enum cli_exit run_model_apply(struct cli *c) {
  struct engine *g;
  struct ctx x;
  struct buf report;
  cli_ctx(c, &x);
  buf_init(&report, c->arena);
  if (!cli_open(c, true, &g)) return cli_fail(c);
  bool dry = cli_switch(c, "dry-run"), ok = engine_apply_model(g, &x, &report, dry, &c->error);
  fputs(buf_text(&report), stdout);
  engine_close(g);
  return ok ? CLI_DONE : cli_fail(c);
}
static const struct cli_option dry_run_option[] = {{"dry-run", NULL, "say what would change, and change nothing"}};
const struct cli_command cli_model_apply = {
    .name = "model apply",
    .args = "",
    .summary = "bring each store to the model, showing the difference",
    .detail = "Each authority's store changes in a transaction of its own. Changes only add: nothing recorded is lost.",
    .example = "kith model apply --data /var/lib/kith --model ./our-overlay --dry-run",
    .options = dry_run_option,
    .n_options = 1,
    .run = run_model_apply};

static enum cli_exit run_model_docs(struct cli *c) {
  const struct model *m;
  struct buf out;
  buf_init(&out, c->arena);
  if (!load_model(c, &m) || !model_docs(m, cli_format(c, "csv") ? "csv" : "markdown", &out, &c->error))
    return cli_fail(c);
  fputs(buf_text(&out), stdout);
  return CLI_DONE;
}
const struct cli_command cli_model_docs = {.name = "model docs",
                                           .args = "",
                                           .summary = "write the data dictionary (Markdown, or --format csv)",
                                           .detail = NULL,
                                           .example = "kith model docs > dictionary.md",
                                           .run = run_model_docs};

struct verify {
  struct cli *c;
  const char *store, *chain;
  const struct engine *g;
  struct ledger_head *heads;
  size_t n_heads;
  struct ledger_report report;
};
static bool verify_chain(struct db *db, void *arg, struct error *e) {
  struct verify *v = arg;
  return ledger_verify(db, v->c->arena, v->chain, v->heads, v->n_heads, v->g->sign_public, &v->report, e);
}

static bool verify_one(struct cli *c, const struct engine *g, struct store *s, const char *name, const char *chain,
                       int64_t *findings) {
  struct ctx x;
  cli_ctx(c, &x);
  struct verify v = {.c = c, .store = name, .chain = chain, .g = g};
  if (!directory_heads(g->directory, &x, name, chain, &v.heads, &v.n_heads, &c->error)) return false;
  if (!store_read(s, verify_chain, &v, &c->error)) return false;
  const struct ledger_report *r = &v.report;
  printf("%s, %s: %" PRId64 " entries, %" PRId64 " bodies, %" PRId64 " disposed, %zu signed heads: ", name, chain,
         r->entries, r->bodies, r->disposed, v.n_heads);
  if (r->total_findings == 0)
    puts("sound");
  else
    printf("%" PRId64 " findings\n", r->total_findings);
  for (size_t i = 0; i < r->n_findings; i++)
    printf("  entry %" PRId64 ": %s\n", r->findings[i].seq, r->findings[i].what);
  *findings += r->total_findings;
  return true;
}

static enum cli_exit run_ledger_verify(struct cli *c) {
  struct engine *g;
  int64_t findings = 0;
  if (!cli_open(c, true, &g)) return cli_fail(c);
  bool ok = verify_one(c, g, g->directory, "directory", "change", &findings);
  for (size_t i = 0; ok && i < g->n_authorities; i++) {
    const struct authority *a = &g->authorities[i];
    const char *name = arena_printf(c->arena, "la_%s", a->code);
    ok = verify_one(c, g, a->main, name, "change", &findings) && verify_one(c, g, a->access, name, "access", &findings);
  }
  engine_close(g);
  return !ok ? cli_fail(c) : findings ? CLI_FINDINGS : CLI_DONE;
}
const struct cli_command cli_ledger_verify = {.name = "ledger verify",
                                              .args = "",
                                              .summary = "prove that no entry was altered, removed or reordered",
                                              .detail =
                                                  "Recomputes every chain and compares it with the signed heads that "
                                                  "are kept in the directory, so that a removed tail shows.",
                                              .example = "kith ledger verify --data /var/lib/kith",
                                              .run = run_ledger_verify};

struct rebuild {
  struct cli *c;
  const struct engine *g;
  struct ctx x;
  bool compare;
  int64_t rows, different;
};
static bool rebuild(struct db *db, void *arg, struct error *e) {
  struct rebuild *r = arg;
  return record_rebuild(db, &r->x, &r->g->env, r->compare, &r->rows, &r->different, e);
}

static enum cli_exit run_ledger_rebuild(struct cli *c) {
  struct engine *g;
  int64_t different = 0;
  bool compare = cli_switch(c, "compare"), ok = true;
  if (!cli_open(c, false, &g)) return cli_fail(c);
  for (size_t i = 0; ok && i < g->n_authorities; i++) {
    struct rebuild r = {.c = c, .g = g, .compare = compare};
    cli_ctx(c, &r.x);
    ok = store_write(g->authorities[i].main, rebuild, &r, &c->error);
    if (!ok) break;
    different += r.different;
    printf("Authority %s: %" PRId64 " rows folded from the ledger, %" PRId64 " %s.\n", g->authorities[i].code, r.rows,
           r.different, compare ? "differ from the tables" : "were different and are mended");
  }
  engine_close(g);
  return !ok ? cli_fail(c) : compare && different ? CLI_FINDINGS : CLI_DONE;
}
static const struct cli_option rebuild_options[] = {{"compare", NULL, "only compare, change nothing"}};
const struct cli_command cli_ledger_rebuild = {.name = "ledger rebuild",
                                               .args = "",
                                               .summary = "make the tables of present state anew from the ledger",
                                               .detail = NULL,
                                               .example = "kith ledger rebuild --compare",
                                               .options = rebuild_options,
                                               .n_options = 1,
                                               .run = run_ledger_rebuild};

static enum cli_exit run_man(struct cli *c) {
  struct ctx x;
  struct buf out;
  char day[DATE_TEXT];
  cli_ctx(c, &x);
  buf_init(&out, c->arena);
  cli_write_man(date_format(x.today, day), &out);
  fputs(buf_text(&out), stdout);
  return CLI_DONE;
}
const struct cli_command cli_man = {.name = "man",
                                    .args = "",
                                    .summary = "write the manual page",
                                    .detail = NULL,
                                    .example = "kith man | man -l -",
                                    .run = run_man};
