/* cli: the command line, one table. A command is a row: what it is called, what it takes, an example, a function; --help, the man
 * page and the usage errors all come from the row.
 *
 * Exit: 0 done, 1 findings, 2 usage, 3 failed. Text for people on stdout, or --format json|csv for programs; progress on stderr when it
 * is a terminal. Flag over environment (KITH_DATA, KITH_DB, KITH_MODEL) over kith.conf. */
#ifndef KITH_CLI_CLI_H
#define KITH_CLI_CLI_H
#include "kith/kith.h"

enum cli_exit { CLI_DONE = 0, CLI_FINDINGS = 1, CLI_USAGE = 2, CLI_FAILED = 3 };

struct cli;
struct cli_option {
  const char *name; /* without the dashes */
  const char *arg;  /* what it takes, "FILE"; NULL: a switch */
  const char *help;
};
struct cli_command {
  const char *name;    /* "ledger verify": one or two words */
  const char *args;    /* "KIND FILE..." or "" */
  const char *summary; /* one line */
  const char *detail;  /* further lines of --help, or NULL */
  const char *example;
  const struct cli_option *options;
  size_t n_options;
  int min_args, max_args; /* -1: any number */
  enum cli_exit (*run)(struct cli *c);
};
struct cli {
  struct arena *arena;
  struct error error;
  struct random *random;
  const struct cli_command *command;
  const char **args; /* positional */
  int n_args;
  const char *
      *given; /* values of options: first the command's, then the common ones; "" for a switch, NULL not given */
};

extern const struct cli_command *const cli_commands[];
extern const size_t cli_n_commands;

int cli_main(int argc, char **argv);
const char *cli_option(const struct cli *c, const char *name); /* NULL when not given */
bool cli_switch(const struct cli *c, const char *name);
bool cli_format(const struct cli *c, const char *format); /* --format equals; "text" when not given */
/* Prints the error for a person (or as JSON with --format json) on stderr; gives CLI_FAILED, CLI_USAGE for ERR_INPUT without items, CLI_FINDINGS with. */
enum cli_exit cli_fail(struct cli *c);
enum cli_exit cli_usage(struct cli *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void cli_ctx(struct cli *c, struct ctx *out);
/* The data folder and engine as options say; closed by cli_close. create: make the folder. */
struct engine_options cli_engine_options(const struct cli *c);
bool cli_open(struct cli *c, bool any_model, struct engine **out);
/* The one authority, or the one that --authority names. */
const struct authority *cli_authority(struct cli *c, const struct engine *g);
/* A secret from --password-file (or "-": standard input), first line; asked on the terminal without echo when not given. */
bool cli_secret(struct cli *c, const char *prompt, const char **out);
void cli_progress(struct cli *c, const char *what, int64_t done, int64_t of); /* only on a terminal */
bool cli_write_man(const char *date, struct buf *out);
#endif
