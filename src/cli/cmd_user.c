/* kith user and kith doctor: who can sign in. Passwords come from a file, standard input or the terminal, never from the command line. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "exchange/import.h"

/* Who the account acts as: a person by role or email, or a young person by local number. */
static bool find_actor(struct cli *c, const struct engine *g, const struct authority *a, const struct ctx *x,
                       int64_t *actor) {
  const char *child = cli_option(c, "child"), *role = cli_option(c, "role"), *email = cli_option(c, "email"),
             *name = cli_option(c, "name");
  if (child) {
    if (!people_find(g, a, x, NULL, child, actor, &c->error)) return false;
    return *actor || error_set(&c->error, ERR_INPUT, "no child has the local number %s", child);
  }
  if (!email)
    return error_set(&c->error, ERR_INPUT, "--email says who the account is for; or --child for a young person");
  if (!role) {
    if (!people_find(g, a, x, email, NULL, actor, &c->error)) return false;
    return *actor ||
           error_set(&c->error, ERR_INPUT, "nobody in the register has this email: give --role and --name to add them");
  }
  const char *blank = strrchr(name, ' ');
  char today[DATE_TEXT];
  struct person_spec s = {.email = email,
                          .role = role,
                          .urn = cli_option(c, "urn"),
                          .organisation = cli_option(c, "organisation"),
                          .team = cli_option(c, "team"),
                          .from = cli_option(c, "from"),
                          .surname = blank ? blank + 1 : name,
                          .forenames = blank ? arena_strndup(c->arena, name, (size_t)(blank - name)) : NULL};
  if (!s.from) s.from = arena_strdup(c->arena, date_format(x->today, today));
  return people_register(g, a, x, &s, actor, &c->error);
}

static enum cli_exit run_user_add(struct cli *c) {
  const char *username = c->args[0], *name = cli_option(c, "name"), *password;
  struct engine *g;
  struct ctx x;
  struct account account;
  int64_t actor = 0, id = 0;
  cli_ctx(c, &x);
  if (!name) return cli_usage(c, "--name takes the person's name");
  if (!cli_open(c, false, &g)) return cli_fail(c);
  const struct authority *a = cli_authority(c, g);
  bool there = a && account_find(g->directory, &x, username, &account, &c->error);
  if (there)
    id = account.id;
  else if (a)
    error_clear(&c->error);
  bool ok = a && (there || (cli_secret(c, "Password for the new account", &password) &&
                            account_create(g->directory, &x, username, name, password, &id, &c->error)));
  ok = ok && find_actor(c, g, a, &x, &actor) && membership_add(g->directory, &x, id, a->code, actor, &c->error);
  if (ok) printf("%s can sign in to %s (%s).\n", username, a->name, a->code);
  engine_close(g);
  return ok ? CLI_DONE : cli_fail(c);
}
static const struct cli_option user_options[] = {
    {"name", "NAME", "first names and last name"},
    {"email", "EMAIL", "by which the register knows the person"},
    {"role", "ROLE", "appoints the person: social_worker, designated_teacher ..."},
    {"urn", "URN", "of the school or home where the appointment is"},
    {"organisation", "NAME", "of the organisation, when it has no number"},
    {"team", "NAME", "of the team"},
    {"from", "DATE", "when the appointment begins (default today)"},
    {"child", "LOCAL-ID", "the account is this young person's own"},
    {"password-file", "FILE", "first line is the password; - for standard input"},
};
const struct cli_command cli_user_add = {.name = "user add",
                                         .args = "USERNAME",
                                         .summary = "let a person sign in, with an appointment",
                                         .detail =
                                             "Makes the account when it is new, and appoints the person. An account "
                                             "that exists gets one more authority or appointment.",
                                         .example =
                                             "kith user add jpatel --name \"Jo Patel\" --email j.patel@school.example "
                                             "--role designated_teacher --urn 130000",
                                         .options = user_options,
                                         .n_options = 9,
                                         .min_args = 1,
                                         .max_args = 1,
                                         .run = run_user_add};

typedef bool on_account(struct cli *c, struct engine *g, const struct ctx *x, const struct account *a);

static enum cli_exit with_account(struct cli *c, on_account *fn) {
  struct engine *g;
  struct ctx x;
  struct account a;
  cli_ctx(c, &x);
  if (!cli_open(c, true, &g)) return cli_fail(c);
  bool ok = account_find(g->directory, &x, c->args[0], &a, &c->error) && fn(c, g, &x, &a);
  engine_close(g);
  return ok ? CLI_DONE : cli_fail(c);
}

static bool set_password(struct cli *c, struct engine *g, const struct ctx *x, const struct account *a) {
  const char *password;
  if (!cli_secret(c, "New password", &password) || !account_password(g->directory, x, a->id, password, &c->error))
    return false;
  printf("The password of %s is changed; every session has ended.\n", a->username);
  return true;
}
static enum cli_exit run_user_password(struct cli *c) {
  return with_account(c, set_password);
}
static const struct cli_option password_option[] = {
    {"password-file", "FILE", "first line is the password; - for standard input"}};
const struct cli_command cli_user_password = {.name = "user password",
                                              .args = "USERNAME",
                                              .summary = "set a new password and end every session",
                                              .detail = NULL,
                                              .example = "kith user password jpatel",
                                              .options = password_option,
                                              .n_options = 1,
                                              .min_args = 1,
                                              .max_args = 1,
                                              .run = run_user_password};

static bool set_disabled(struct cli *c, struct engine *g, const struct ctx *x, const struct account *a) {
  bool enable = cli_switch(c, "enable");
  if (!account_disable(g->directory, x, a->id, !enable, &c->error)) return false;
  printf("%s %s sign in.\n", a->username, enable ? "can again" : "can no longer");
  return true;
}
static enum cli_exit run_user_disable(struct cli *c) {
  return with_account(c, set_disabled);
}
static const struct cli_option disable_option[] = {{"enable", NULL, "let the account sign in again"}};
const struct cli_command cli_user_disable = {.name = "user disable",
                                             .args = "USERNAME",
                                             .summary = "end an account's access at once",
                                             .detail = NULL,
                                             .example = "kith user disable jpatel",
                                             .options = disable_option,
                                             .n_options = 1,
                                             .min_args = 1,
                                             .max_args = 1,
                                             .run = run_user_disable};

static bool make_token(struct cli *c, struct engine *g, const struct ctx *x, const struct account *a) {
  const char *token, *label = cli_option(c, "label"), *scope = cli_option(c, "scope"), *days = cli_option(c, "days");
  const struct authority *la = cli_authority(c, g);
  long n = days ? strtol(days, NULL, 10) : 90;
  if (!la) return false;
  if (n < 1 || n > 366) return error_set(&c->error, ERR_INPUT, "--days takes 1 to 366");
  if (!token_create(g->directory, x, a->id, la->code, label ? label : "command line", scope ? scope : "read",
                    x->today + (date_t)n, &token, &c->error))
    return false;
  printf("%s\n", token);
  return true;
}
static enum cli_exit run_user_token(struct cli *c) {
  return with_account(c, make_token);
}
static const struct cli_option token_options[] = {{"label", "WORDS", "what the token is for"},
                                                  {"scope", "SCOPE", "read (default) or write"},
                                                  {"days", "N", "how long it lives (default 90)"}};
const struct cli_command cli_user_token = {
    .name = "user token",
    .args = "USERNAME",
    .summary = "make a token for the API, shown once",
    .detail = NULL,
    .example = "kith user token jpatel --scope read --label \"timetable system\"",
    .options = token_options,
    .n_options = 3,
    .min_args = 1,
    .max_args = 1,
    .run = run_user_token};

static enum cli_exit run_user_list(struct cli *c) {
  struct engine *g;
  struct ctx x;
  struct account *list;
  size_t n = 0;
  cli_ctx(c, &x);
  if (!cli_open(c, true, &g)) return cli_fail(c);
  bool ok = account_list(g->directory, &x, &list, &n, &c->error);
  for (size_t i = 0; ok && i < n; i++)
    printf("%-24s %-32s %s\n", list[i].username, list[i].name,
           list[i].disabled               ? "disabled"
           : list[i].locked_until > x.now ? "locked"
                                          : "");
  engine_close(g);
  return ok ? CLI_DONE : cli_fail(c);
}
const struct cli_command cli_user_list = {.name = "user list",
                                          .args = "",
                                          .summary = "who can sign in",
                                          .detail = NULL,
                                          .example = "kith user list",
                                          .run = run_user_list};

struct health {
  const struct engine *g;
  struct ctx x;
  int64_t found;
};

static bool orphans(struct db *db, void *arg, struct error *e) {
  struct health *h = arg;
  struct stmt *q = db_sql(
      db,
      "select count(*) from appointment where not exists (select 1 from person where person.id = appointment.person)",
      "");
  if (sql_row(q)) h->found = col_int(q, 0);
  sql_end(q);
  return db_ok(db, e);
}

static enum cli_exit run_doctor(struct cli *c) {
  struct engine *g;
  struct health h = {0};
  int64_t findings = 0;
  cli_ctx(c, &h.x);
  if (!cli_open(c, true, &g)) return cli_fail(c);
  h.g = g;
  bool ok = true;
  for (size_t i = 0; ok && i < g->n_authorities; i++) {
    const struct authority *a = &g->authorities[i];
    h.found = 0;
    ok = store_read(a->main, orphans, &h, &c->error);
    if (ok)
      printf("Authority %s (%s): store %s, %" PRId64 " appointments without a person.\n", a->code, a->name,
             store_backend(a->main), h.found);
    findings += h.found;
    struct membership *lost;
    size_t n = 0;
    ok = ok && directory_orphans(g->directory, a->main, &h.x, a->code, &lost, &n, &c->error);
    for (size_t k = 0; ok && k < n; k++)
      printf("  account %" PRId64 " acts as %" PRId64 ", who is not in this authority's records\n", lost[k].account,
             lost[k].actor);
    findings += (int64_t)n;
  }
  engine_close(g);
  if (!ok) return cli_fail(c);
  puts(findings ? "Findings above want mending." : "All is well.");
  return findings ? CLI_FINDINGS : CLI_DONE;
}
const struct cli_command cli_doctor = {.name = "doctor",
                                       .args = "",
                                       .summary = "look for what does not fit together",
                                       .detail = NULL,
                                       .example = "kith doctor",
                                       .run = run_doctor};
