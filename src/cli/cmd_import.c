/* kith import KIND FILE... and kith demo. */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "exchange/import.h"

static const struct import_kind *find_kind(const char *name) {
  for (size_t i = 0; i < import_n_kinds; i++)
    if (strcmp(import_kinds[i].name, name) == 0) return &import_kinds[i];
  return NULL;
}

static void progress(void *arg, const char *what, int64_t done, int64_t of) {
  cli_progress(arg, what, done, of);
}

static enum cli_exit print_report(struct cli *c, const struct import_report *r, bool dry_run) {
  struct buf out;
  buf_init(&out, c->arena);
  if (cli_format(c, "json"))
    import_report_json(r, &out);
  else
    import_report_text(r, dry_run, &out);
  fputs(buf_text(&out), stdout);
  return r->rejected.n_items ? CLI_FINDINGS : CLI_DONE;
}

static enum cli_exit run_kind(struct cli *c, const struct import_kind *kind) {
  struct import_options o = {
      .dry_run = cli_switch(c, "dry-run"), .strict = cli_switch(c, "strict"), .progress = progress, .progress_arg = c};
  struct import_report report;
  struct engine *g;
  struct ctx x;
  cli_ctx(c, &x);
  import_report_init(&report, c->arena);
  if (kind->without_engine) {
    o.data = cli_engine_options(c).data;
    bool done = kind->run(NULL, NULL, &x, c->args + 1, (size_t)c->n_args - 1, &o, &report, &c->error);
    return done ? print_report(c, &report, o.dry_run) : cli_fail(c);
  }
  if (!cli_open(c, false, &g)) return cli_fail(c);
  const struct authority *a = kind->needs_authority ? cli_authority(c, g) : NULL;
  bool ok =
      (a || !kind->needs_authority) && kind->run(g, a, &x, c->args + 1, (size_t)c->n_args - 1, &o, &report, &c->error);
  if (ok && !o.dry_run) ok = engine_sign_heads(g, &x, &c->error);
  engine_close(g);
  if (!ok && report.rejected.n_items) print_report(c, &report, true);
  return ok ? print_report(c, &report, o.dry_run) : cli_fail(c);
}

static enum cli_exit run_import(struct cli *c) {
  const struct import_kind *kind = find_kind(c->args[0]);
  if (!kind) {
    fprintf(stderr, "kith import: \"%s\" is not something that can be imported. These can:\n", c->args[0]);
    for (size_t i = 0; i < import_n_kinds; i++)
      fprintf(stderr, "  %-10s %-14s %s\n", import_kinds[i].name, import_kinds[i].args, import_kinds[i].summary);
    return CLI_USAGE;
  }
  if (cli_switch(c, "template")) {
    if (!kind->template_csv) return cli_usage(c, "%s has no template: its columns are another's", kind->name);
    return fputs(kind->template_csv, stdout), CLI_DONE;
  }
  if (c->n_args < 2) return cli_usage(c, "import %s takes: %s", kind->name, kind->args);
  return run_kind(c, kind);
}

static const struct cli_option import_options[] = {
    {"dry-run", NULL, "read, check and compare; change nothing"},
    {"strict", NULL, "change nothing when any row is rejected"},
    {"template", NULL, "print the columns of this kind, with an example row"},
};
const struct cli_command cli_import = {.name = "import",
                                       .args = "KIND FILE...",
                                       .summary = "bring in schools, a return, people, a school roll",
                                       .detail =
                                           "Kinds: schools FILE [LINKS] | ssda903 DIR | people FILE | roll FILE |\n"
                                           "postcodes FILE | authorities FILE | providers FILE.\n"
                                           "One transaction: all of it or nothing. Rejected rows are listed with file, "
                                           "row, column, value and what was expected.\n"
                                           "The same files again change nothing.",
                                       .example = "kith import ssda903 ./return-2026 --authority 886 --dry-run",
                                       .options = import_options,
                                       .n_options = 3,
                                       .min_args = 1,
                                       .max_args = -1,
                                       .run = run_import};

static enum cli_exit run_demo(struct cli *c) {
  struct demo_options o = {.profile = cli_option(c, "profile"), .seed = cli_option(c, "seed")};
  struct engine_options eo = cli_engine_options(c);
  struct demo_user *users;
  size_t n;
  if (!o.profile) o.profile = "small";
  if (!o.seed) o.seed = "kith";
  eo.create = true;
  directory_cheap_hashes();
  if (!demo_make(c->arena, &eo, &o, &users, &n, &c->error)) return cli_fail(c);
  printf("A demonstration authority is ready in %s. All of it is made up.\nWho can sign in:\n",
         eo.db ? "PostgreSQL" : eo.data);
  for (size_t i = 0; i < n; i++) printf("  %-18s %-22s %s\n", users[i].username, users[i].password, users[i].who);
  return CLI_DONE;
}
static const struct cli_option demo_options[] = {
    {"profile", "NAME", "small: 60 children; two: and a second authority"}};
const struct cli_command cli_demo = {
    .name = "demo",
    .args = "",
    .summary = "make a demonstration authority, all synthetic",
    .detail = "The same profile, --seed and --today make the same data. Refused where an authority is already.",
    .example = "kith demo --data demo.d --profile small --seed kith --today 2026-11-24",
    .options = demo_options,
    .n_options = 1,
    .run = run_demo};
