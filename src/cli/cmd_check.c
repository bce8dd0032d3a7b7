/* kith check RETURN. */
#include <stdio.h>

#include "check/ssda903/command.h"
#include "cli/commands.h"

static void progress(void *arg, const char *what, int64_t done, int64_t of) {
  cli_progress(arg, what, done, of);
}

static enum cli_exit run_check(struct cli *c) {
  const struct check_command given = {.data = cli_engine_options(c).data,
                                      .json = cli_option(c, "json"),
                                      .this_dir = cli_option(c, "this"),
                                      .last_dir = cli_option(c, "last"),
                                      .year = cli_option(c, "year"),
                                      .la = cli_option(c, "la"),
                                      .providers = cli_option(c, "providers"),
                                      .only = cli_option(c, "only"),
                                      .format = cli_option(c, "format"),
                                      .out = cli_option(c, "out"),
                                      .progress = progress,
                                      .progress_arg = c,
                                      .explain = cli_option(c, "explain")};
  size_t flags;
  if (!check_command_run(&given, c->arena, stdout, &flags, &c->error)) return cli_fail(c);
  return flags ? CLI_FINDINGS : CLI_DONE;
}

static const struct cli_option options[] = {
    {"this", "DIR", "this year's files: CSV, known by their columns, or XML"},
    {"last", "DIR", "last year's files, for the rules that compare the two"},
    {"year", "YEAR", "the collection year, 2026-27"},
    {"la", "CODE", "the authority that sends the return: ONS code or three digits"},
    {"providers", "FILE", "Ofsted's list of providers, rather than the imported one"},
    {"only", "RULES", "these rules alone: 101,142"},
    {"out", "FILE", "where the workbook of --format xlsx goes"},
    {"json", "FILE", "one return, or an array of returns, as JSON (- for standard input)"},
    {"explain", "RULE", "print what a rule asks, and stop"},
};
const struct cli_command cli_check_ssda903 = {
    .name = "check ssda903",
    .args = "",
    .summary = "check a looked-after children return against every rule of its year",
    .detail =
        "Prints what is wrong, by rule and then by child, and which rules could not run and why. Nothing is stored.\n"
        "Distance and locality of placements need 'kith import postcodes FILE' once.",
    .example = "kith check ssda903 --year 2026-27 --la 886 --this ./return-2027 --last ./return-2026",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run_check};
