#include "cli/cli.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/json.h"

static const struct cli_option common[] = {
    {"data", "DIR", "the data folder (default ./kith.d, or KITH_DATA)"},
    {"db", "URL", "postgresql://...: keep the stores in PostgreSQL (or KITH_DB)"},
    {"authority", "CODE", "the authority, three digits, when the folder holds several"},
    {"format", "FORMAT", "text, json or csv"},
    {"model", "DIR", "overlay of the shipped model"},
    {"now", "INSTANT", "take this as the present, 2026-11-24T09:00:00Z (tests and demonstrations)"},
    {"today", "DATE", "take noon of this day as the present, 2026-11-24"},
    {"seed", "WORDS", "a seed for everything random (tests and demonstrations)"},
    {"help", NULL, "show this help"},
};
enum { N_COMMON = sizeof common / sizeof common[0] };

static const struct cli_option *option_at(const struct cli_command *cmd, size_t i) {
  return i < cmd->n_options ? &cmd->options[i] : &common[i - cmd->n_options];
}

const char *cli_option(const struct cli *c, const char *name) {
  for (size_t i = 0; i < c->command->n_options + N_COMMON; i++)
    if (strcmp(option_at(c->command, i)->name, name) == 0) return c->given[i];
  return NULL;
}

bool cli_switch(const struct cli *c, const char *name) {
  return cli_option(c, name) != NULL;
}

bool cli_format(const struct cli *c, const char *format) {
  const char *given = cli_option(c, "format");
  return strcmp(given ? given : "text", format) == 0;
}

static void print_options(FILE *to, const struct cli_option *o, size_t n) {
  for (size_t i = 0; i < n; i++) {
    char head[64];
    snprintf(head, sizeof head, "--%s%s%s", o[i].name, o[i].arg ? " " : "", o[i].arg ? o[i].arg : "");
    fprintf(to, "  %-26s %s\n", head, o[i].help);
  }
}

static void print_help(FILE *to, const struct cli_command *cmd) {
  fprintf(to, "usage: kith %s%s%s [options]\n\n%s\n", cmd->name, *cmd->args ? " " : "", cmd->args, cmd->summary);
  if (cmd->detail) fprintf(to, "\n%s\n", cmd->detail);
  if (cmd->n_options) {
    fputs("\nOptions\n", to);
    print_options(to, cmd->options, cmd->n_options);
  }
  fputs("\nCommon options\n", to);
  print_options(to, common, N_COMMON);
  fprintf(to, "\nExample\n  %s\n\nExit status: 0 done, 1 findings, 2 usage, 3 failed.\n", cmd->example);
}

static void print_commands(FILE *to) {
  fputs(
      "usage: kith COMMAND [options]\n\nKith: one living record for each child in care, and the plan for their "
      "education.\n\n",
      to);
  for (size_t i = 0; i < cli_n_commands; i++)
    fprintf(to, "  %-20s %s\n", cli_commands[i]->name, cli_commands[i]->summary);
  fputs("\nkith COMMAND --help says what each takes, with an example.\n", to);
}

enum cli_exit cli_usage(struct cli *c, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  fprintf(stderr, "kith %s: ", c->command->name);
  vfprintf(stderr, fmt, ap);
  va_end(ap);
  fprintf(stderr, "\n'kith %s --help' says more.\n", c->command->name);
  return CLI_USAGE;
}

static void fail_json(const struct cli *c) {
  const struct error *e = &c->error;
  struct buf b;
  struct json_writer w;
  buf_init(&b, c->arena);
  json_begin(&w, &b);
  json_object(&w);
  json_key(&w, "error"), json_put_text(&w, error_kind_name(e->kind));
  json_key(&w, "items"), json_array(&w);
  for (size_t i = 0; i < e->n_items; i++) {
    const struct error_item *it = &e->items[i];
    json_object(&w);
    json_key(&w, "column"), json_put_text(&w, it->column);
    json_key(&w, "expected"), json_put_text(&w, it->expected);
    json_key(&w, "file"), json_put_text(&w, it->file);
    json_key(&w, "message"), json_put_text(&w, it->message);
    json_key(&w, "row"), json_put_int(&w, it->row);
    json_key(&w, "value"), json_put_text(&w, it->value);
    json_end_object(&w);
  }
  json_end_array(&w);
  json_key(&w, "message"), json_put_text(&w, e->message);
  json_end_object(&w);
  fprintf(stderr, "%s\n", buf_text(&b));
}

enum cli_exit cli_fail(struct cli *c) {
  const struct error *e = &c->error;
  if (cli_format(c, "json")) {
    fail_json(c);
  } else {
    fprintf(stderr, "kith %s: %s\n", c->command->name, e->message ? e->message : error_kind_name(e->kind));
    for (size_t i = 0; i < e->n_items && i < 200; i++) {
      const struct error_item *it = &e->items[i];
      if (it->file) {
        fprintf(stderr, "  %s", it->file);
        if (it->row) fprintf(stderr, ":%ld", it->row);
        if (it->column) fprintf(stderr, ", %s", it->column);
        if (it->value) fprintf(stderr, " \"%s\"", it->value);
        fputs(": ", stderr);
      } else {
        fprintf(stderr, "  %s%s", it->column ? it->column : "", it->column ? ": " : "");
      }
      fprintf(stderr, "%s\n", it->message ? it->message : it->expected ? it->expected : "");
    }
    if (e->n_items > 200) fprintf(stderr, "  and %zu more\n", e->n_items - 200);
  }
  if (e->kind == ERR_INPUT) return e->n_items ? CLI_FINDINGS : CLI_USAGE;
  return CLI_FAILED;
}

void cli_ctx(struct cli *c, struct ctx *out) {
  ctx_init(out, c->arena, c->random);
}

struct engine_options cli_engine_options(const struct cli *c) {
  const char *data = cli_option(c, "data");
  const char *db = cli_option(c, "db");
  if (!data) data = getenv("KITH_DATA");
  if (!db) db = getenv("KITH_DB");
  return (struct engine_options){.data = data && *data ? data : "./kith.d",
                                 .db = db && *db ? db : NULL,
                                 .overlay = cli_option(c, "model"),
                                 .seed = cli_option(c, "seed")};
}

bool cli_open(struct cli *c, bool any_model, struct engine **out) {
  struct engine_options o = cli_engine_options(c);
  o.any_model = any_model;
  return engine_open(c->arena, &o, out, &c->error);
}

const struct authority *cli_authority(struct cli *c, const struct engine *g) {
  const char *code = cli_option(c, "authority");
  if (code) {
    const struct authority *a = engine_authority(g, code);
    if (!a) error_set(&c->error, ERR_INPUT, "no authority %s in this data folder", code);
    return a;
  }
  if (g->n_authorities == 1) return &g->authorities[0];
  error_set(&c->error, ERR_INPUT,
            g->n_authorities ? "this data folder holds several authorities: say which with --authority CODE"
                             : "this data folder holds no authority: 'kith init' makes one");
  return NULL;
}

static bool first_line(struct cli *c, FILE *f, const char **out) {
  char *line = NULL;
  size_t cap = 0;
  ssize_t n = getline(&line, &cap, f);
  while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r')) n--;
  if (n > 0) *out = arena_strndup(c->arena, line, (size_t)n);
  free(line);
  return n > 0 || error_set(&c->error, ERR_INPUT, "the password is empty");
}

bool cli_secret(struct cli *c, const char *prompt, const char **out) {
  const char *path = cli_option(c, "password-file");
  if (path && strcmp(path, "-") != 0) {
    FILE *f = fopen(path, "re");
    if (!f) return error_set(&c->error, ERR_INPUT, "cannot read the password file %s", path);
    bool ok = first_line(c, f, out);
    fclose(f);
    return ok;
  }
  struct termios before;
  bool terminal = !path && isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &before) == 0;
  if (!path && !terminal)
    return error_set(&c->error, ERR_INPUT, "give the password with --password-file FILE, or - for standard input");
  if (terminal) {
    struct termios quiet = before;
    quiet.c_lflag &= (tcflag_t)~ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    fprintf(stderr, "%s: ", prompt);
  }
  bool ok = first_line(c, stdin, out);
  if (terminal) {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fputc('\n', stderr);
  }
  return ok;
}

void cli_progress(struct cli *c, const char *what, int64_t done, int64_t of) {
  if (!isatty(STDERR_FILENO) || !cli_format(c, "text")) return;
  fprintf(stderr, "\r\033[K%s %" PRId64 " of %" PRId64 "%s", what, done, of, done >= of ? "\n" : "");
}

/* The command whose one or two words stand first; *used says how many. */
static const struct cli_command *find_command(int argc, char **argv, int *used) {
  const struct cli_command *found = NULL;
  for (size_t i = 0; i < cli_n_commands; i++) {
    const char *name = cli_commands[i]->name, *blank = strchr(name, ' ');
    size_t first = blank ? (size_t)(blank - name) : strlen(name);
    if (strlen(argv[1]) != first || strncmp(argv[1], name, first) != 0) continue;
    if (!blank && !found) found = cli_commands[i], *used = 1;
    if (blank && argc > 2 && strcmp(argv[2], blank + 1) == 0) return *used = 2, cli_commands[i];
  }
  return found;
}

static bool parse_options(struct cli *c, int argc, char **argv, enum cli_exit *exit_code) {
  size_t n = c->command->n_options + N_COMMON;
  struct option *longs = arena_alloc(c->arena, (n + 1) * sizeof *longs);
  for (size_t i = 0; i < n; i++) {
    const struct cli_option *o = option_at(c->command, i);
    longs[i] = (struct option){o->name, o->arg ? required_argument : no_argument, NULL, (int)i + 256};
  }
  c->given = arena_alloc(c->arena, n * sizeof *c->given);
  opterr = 0;
  optind = 1;
  for (int got; (got = getopt_long(argc, argv, "", longs, NULL)) != -1;) {
    if (got < 256) {
      *exit_code = cli_usage(c, "%s is not an option of this command, or lacks its value", argv[optind - 1]);
      return false;
    }
    c->given[got - 256] = optarg ? optarg : "";
  }
  c->args = (const char **)&argv[optind];
  c->n_args = argc - optind;
  return true;
}

static bool set_clock(struct cli *c) {
  const char *now = cli_option(c, "now"), *today = cli_option(c, "today");
  if (now) {
    instant_t t = instant_parse(now);
    if (t == INSTANT_NONE) return error_set(&c->error, ERR_INPUT, "--now takes an instant like 2026-11-24T09:00:00Z");
    clock_fix(t);
  } else if (today) {
    date_t d = date_parse_iso(today);
    if (d == DATE_NONE) return error_set(&c->error, ERR_INPUT, "--today takes a date like 2026-11-24");
    clock_fix(instant_of_london(d, 12, 0));
  }
  return true;
}

static enum cli_exit run_command(struct cli *c, int argc, char **argv) {
  enum cli_exit code = CLI_USAGE;
  if (!parse_options(c, argc, argv, &code)) return code;
  if (cli_switch(c, "help")) return print_help(stdout, c->command), CLI_DONE;
  const char *format = cli_option(c, "format");
  if (format && strcmp(format, "text") != 0 && strcmp(format, "json") != 0 && strcmp(format, "csv") != 0 &&
      strcmp(format, "xlsx") != 0)
    return cli_usage(c, "--format takes text, json, csv or xlsx, not \"%s\"", format);
  if (c->n_args < c->command->min_args || (c->command->max_args >= 0 && c->n_args > c->command->max_args))
    return cli_usage(c, "it takes: %s", *c->command->args ? c->command->args : "no arguments");
  if (!set_clock(c)) return cli_fail(c);
  const char *seed = cli_option(c, "seed");
  c->random = seed ? random_seeded(seed) : random_system();
  code = c->command->run(c);
  if (seed) random_free(c->random);
  return code;
}

int cli_main(int argc, char **argv) {
  if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
    print_commands(argc < 2 ? stderr : stdout);
    return argc < 2 ? CLI_USAGE : CLI_DONE;
  }
  int used = 0;
  const struct cli_command *command = find_command(argc, argv, &used);
  if (!command) {
    fprintf(stderr, "kith: \"%s\" is not a command; 'kith help' lists them\n", argv[1]);
    return CLI_USAGE;
  }
  struct cli c = {.arena = arena_new(), .command = command};
  error_init(&c.error, c.arena);
  int code = (int)run_command(&c, argc - used, argv + used);
  arena_free(c.arena);
  return code;
}

static void man_text(struct buf *b, const char *s) {
  for (const char *p = s; *p; p++) {
    if (*p == '-' || *p == '\\') buf_char(b, '\\');
    if (*p == '.' && (p == s || p[-1] == '\n')) buf_str(b, "\\&");
    buf_char(b, *p);
  }
}

bool cli_write_man(const char *date, struct buf *b) {
  buf_printf(
      b, ".TH KITH 1 \"%s\" \"Kith\" \"Kith\"\n.SH NAME\nkith \\- records and education plans of children in care\n",
      date);
  buf_str(b, ".SH SYNOPSIS\n.B kith\n.I COMMAND\n[options]\n.SH COMMANDS\n");
  for (size_t i = 0; i < cli_n_commands; i++) {
    const struct cli_command *m = cli_commands[i];
    buf_str(b, ".SS kith "), man_text(b, m->name), buf_char(b, ' '), man_text(b, m->args), buf_char(b, '\n');
    man_text(b, m->summary), buf_char(b, '\n');
    if (m->detail) buf_str(b, ".PP\n"), man_text(b, m->detail), buf_char(b, '\n');
    for (size_t k = 0; k < m->n_options; k++) {
      buf_str(b, ".TP\n.B \\-\\-"), man_text(b, m->options[k].name);
      if (m->options[k].arg) buf_char(b, ' '), man_text(b, m->options[k].arg);
      buf_char(b, '\n'), man_text(b, m->options[k].help), buf_char(b, '\n');
    }
    buf_str(b, ".PP\nExample:\n.RS\n"), man_text(b, m->example), buf_str(b, "\n.RE\n");
  }
  buf_str(b, ".SH COMMON OPTIONS\n");
  for (size_t k = 0; k < N_COMMON; k++) {
    buf_str(b, ".TP\n.B \\-\\-"), man_text(b, common[k].name), buf_char(b, '\n');
    man_text(b, common[k].help), buf_char(b, '\n');
  }
  buf_str(b, ".SH EXIT STATUS\n0 done, 1 findings, 2 usage, 3 failed.\n");
  return true;
}
