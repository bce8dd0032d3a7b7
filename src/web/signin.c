/* Signing in and out, and choosing an authority. One message for every refusal, and one time: directory.h sees to both. */
#include <string.h>

#include "base/error.h"
#include "web/app.h"

/* A place of ours to go to afterwards: a plain path, nothing that a browser could read as another site. */
static const char *safe_next(const char *next) {
  if (next[0] != '/' || next[1] == '/' || next[1] == '\\') return "/";
  for (const char *c = next; *c; c++)
    if ((unsigned char)*c <= 0x20 || *c == '\\' || *c == '?' || *c == '#') return "/";
  return next;
}

static void ensure_form_token(struct page *p) {
  if (p->session || p->private->form_token) return;
  char *token = arena_alloc(p->arena, 65);
  unsigned char raw[32];
  random_bytes(p->ctx.random, raw, sizeof raw);
  for (size_t i = 0; i < sizeof raw; i++) {
    token[2 * i] = "0123456789abcdef"[raw[i] >> 4];
    token[2 * i + 1] = "0123456789abcdef"[raw[i] & 15];
  }
  p->private->form_token = token;
  page_cookie(p, page_cookie_name(p, "kith_form"), token, "Strict");
}

/* A demonstration says who can sign in; nobody in it is real. */
static void demo_accounts(struct page *p) {
  struct account *accounts;
  size_t n;
  struct error e;
  static const struct ui_column columns[] = {{.title = "Username"}, {.title = "Who"}};
  struct ui_table t = {.caption = "Who can sign in to this demonstration", .columns = columns, .n_columns = 2};
  error_init(&e, p->arena);
  if (!p->web->demo || !account_list(p->engine->directory, &p->ctx, &accounts, &n, &e)) return;
  for (size_t i = 0; i < n; i++)
    ui_table_row(p->html, &t, (const struct ui_cell[]){{.text = accounts[i].username}, {.text = accounts[i].name}});
  ui_table_end(p->html, &t);
  ui_hint(p->html, "Their passwords were printed when the demonstration was made.");
}

static void draw_sign_in(struct page *p) {
  struct html *h = p->html;
  p->title = "Sign in";
  p->quiet = true;
  ensure_form_token(p);
  html_errors(h, &p->error);
  ui_columns_begin(h, "two-thirds");
  ui_error_summary(h);
  ui_heading(h, 1, "l", "Sign in to Kith");
  ui_form_begin(h, &(struct ui_form){.action = "/sign-in", .csrf = page_csrf(p), .class_ = "kith-narrow"});
  ui_hidden(h, "next", safe_next(page_input(p, "next")));
  ui_input(h, &(struct ui_field){.name = "username",
                                 .label = "Username",
                                 .value = page_input(p, "username"),
                                 .autocomplete = "username",
                                 .no_spellcheck = true,
                                 .max_length = 200});
  ui_password(h, &(struct ui_field){.name = "password", .label = "Password"});
  ui_submit(h, "Sign in");
  ui_form_end(h);
  struct html *help = html_part(h);
  ui_text(help,
          "Ask the person who manages Kith in your authority. They can set a new password, and an account that was "
          "locked after "
          "too many tries opens again by itself.");
  ui_details(h, "I cannot sign in", UI_HTML(help));
  demo_accounts(p);
  ui_columns_end(h);
}

static void show_sign_in(struct page *p) {
  if (p->session)
    page_redirect(p, safe_next(page_input(p, "next")));
  else
    draw_sign_in(p);
}

static bool filled_in(struct page *p) {
  if (!*page_input(p, "username")) error_field(&p->error, "username", NULL, "Enter your username");
  if (!*page_input(p, "password")) error_field(&p->error, "password", NULL, "Enter your password");
  return p->error.kind == ERR_NONE;
}

static void sign_in(struct page *p) {
  const char *token;
  struct error e;
  p->quiet = true;
  error_init(&e, p->arena);
  if (!filled_in(p)) {
    p->response->status = 422;
    draw_sign_in(p);
    return;
  }
  if (!session_start(p->engine->directory, &p->ctx, page_input(p, "username"), page_input(p, "password"), &token, &e)) {
    if (e.kind == ERR_BROKEN || e.kind == ERR_RETRY) {
      problem_page(p, 503, NULL);
      return;
    }
    /* Beside neither question: which of the two is wrong is nobody's business. */
    error_set(&p->error, ERR_INPUT, "%s", "The username or password is not right, or the account is locked");
    p->response->status = 422;
    draw_sign_in(p);
    return;
  }
  page_cookie(p, page_cookie_name(p, "kith"), token, "Lax");
  page_cookie(p, page_cookie_name(p, "kith_form"), NULL, "Strict");
  page_redirect(p, safe_next(page_input(p, "next")));
}

static void sign_out(struct page *p) {
  p->quiet = true;
  if (!session_end_everywhere(p->engine->directory, &p->ctx, p->session->account, &p->error)) {
    page_fail(p);
    return;
  }
  page_cookie(p, page_cookie_name(p, "kith"), NULL, "Lax");
  page_redirect(p, "/signed-out");
}

static void signed_out(struct page *p) {
  struct html *h = p->html;
  p->title = "You have signed out";
  p->quiet = true;
  ui_columns_begin(h, "two-thirds");
  ui_heading(h, 1, "l", p->title);
  ui_text(h, "You are signed out on this computer and everywhere else that you were signed in.");
  ui_text(h, "If other people use this computer, close the browser as well.");
  ui_button(h, &(struct ui_button){.text = "Sign in again", .href = "/sign-in"});
  ui_columns_end(h);
}

static void draw_choice(struct page *p) {
  struct html *h = p->html;
  const struct session *s = p->session;
  struct ui_option *options = arena_alloc(p->arena, (s->n_memberships + 1) * sizeof *options);
  size_t n = 0;
  for (size_t i = 0; i < s->n_memberships; i++) {
    const struct authority *a = engine_authority(p->engine, s->memberships[i].authority);
    if (a) options[n++] = (struct ui_option){.value = a->code, .label = a->name};
  }
  p->title = "Choose an authority";
  p->quiet = true;
  html_errors(h, &p->error);
  ui_columns_begin(h, "two-thirds");
  ui_error_summary(h);
  ui_form_begin(h, &(struct ui_form){.action = "/choose-authority", .csrf = page_csrf(p)});
  ui_radios(h, &(struct ui_field){.name = "authority",
                                  .label = "Which authority are you working for now?",
                                  .heading = true,
                                  .hint = "You can change it at any time from the top of the page.",
                                  .options = options,
                                  .n_options = n,
                                  .value = s->authority});
  ui_submit(h, "Continue");
  ui_form_end(h);
  ui_columns_end(h);
}

static void choose(struct page *p) {
  const char *code = page_input(p, "authority");
  bool mine = false;
  p->quiet = true;
  for (size_t i = 0; i < p->session->n_memberships; i++)
    if (strcmp(p->session->memberships[i].authority, code) == 0) mine = true;
  if (!mine) {
    error_field(&p->error, "authority", NULL, "Choose the authority that you are working for");
    p->response->status = 422;
    draw_choice(p);
    return;
  }
  if (!session_choose(p->engine->directory, &p->ctx, p->private->token, code, &p->error))
    page_fail(p);
  else
    page_redirect(p, "/");
}

/* --- a new password ---------------------------------------------------------------------------------------------------------------------- */
static void draw_password(struct page *p) {
  struct html *h = p->html;
  p->title = "Change your password";
  p->quiet = true;
  html_errors(h, &p->error);
  ui_columns_begin(h, "two-thirds");
  ui_error_summary(h);
  ui_heading(h, 1, "l", p->title);
  if (p->session->must_change)
    ui_inset(h, UI_TEXT("Your password was set by somebody else. Choose one that only you know before you go on."));
  ui_form_begin(h, &(struct ui_form){.action = "/password", .csrf = page_csrf(p), .class_ = "kith-narrow"});
  ui_password(h, &(struct ui_field){.name = "current", .label = "The password that you have now"});
  ui_password(h,
              &(struct ui_field){
                  .name = "new",
                  .label = "New password",
                  .hint = "At least 12 characters: three words that do not belong together are easy to keep in mind.",
                  .autocomplete = "new-password"});
  ui_password(h,
              &(struct ui_field){.name = "again", .label = "New password, once more", .autocomplete = "new-password"});
  ui_submit(h, "Change password");
  ui_form_end(h);
  ui_text(h, "You will be signed out everywhere else.");
  ui_columns_end(h);
}

/* Sets the password, and signs in anew here: every session ended with the old one. */
static bool set_password(struct page *p, const char **token) {
  struct error e;
  struct store *dir = p->engine->directory;
  const char *name = p->session->username, *new_ = page_input(p, "new");
  error_init(&e, p->arena);
  if (!*new_ || strcmp(new_, page_input(p, "again")) != 0)
    return error_field(&p->error, *new_ ? "again" : "new", NULL,
                       *new_ ? "The two new passwords differ" : "Enter a new password");
  if (!session_start(dir, &p->ctx, name, page_input(p, "current"), token, &e))
    return error_field(&p->error, "current", NULL,
                       "This is not the password that you have now, or the account is locked");
  if (!account_password(dir, &p->ctx, p->session->account, new_, &e))
    return error_field(&p->error, "new", NULL, "%s", e.message);
  return session_start(dir, &p->ctx, name, new_, token, &p->error);
}

static void change_password(struct page *p) {
  const char *token;
  p->quiet = true;
  if (!set_password(p, &token)) {
    p->response->status = 422;
    draw_password(p);
    return;
  }
  page_cookie(p, page_cookie_name(p, "kith"), token, "Lax");
  page_redirect(p, "/");
}

const struct route signin_routes[] = {
    {.method = "GET",
     .path = "/sign-in",
     .handle = show_sign_in,
     .need = NEED_NONE,
     .inputs = {{"next", INPUT_LINE, 500}}},
    {.method = "POST",
     .path = "/sign-in",
     .handle = sign_in,
     .need = NEED_NONE,
     .slow = true,
     .inputs = {{"next", INPUT_LINE, 500}, {"username", INPUT_LINE, 200}, {"password", INPUT_SECRET, 1000}}},
    {.method = "POST", .path = "/sign-out", .handle = sign_out, .need = NEED_CHOICE},
    {.method = "GET", .path = "/signed-out", .handle = signed_out, .need = NEED_NONE},
    {.method = "GET", .path = "/choose-authority", .handle = draw_choice, .need = NEED_CHOICE},
    {.method = "POST",
     .path = "/choose-authority",
     .handle = choose,
     .need = NEED_CHOICE,
     .inputs = {{"authority", INPUT_NUMBER, 3}}},
    {.method = "GET", .path = "/password", .handle = draw_password, .need = NEED_CHOICE},
    {.method = "POST",
     .path = "/password",
     .handle = change_password,
     .need = NEED_CHOICE,
     .slow = true,
     .inputs = {{"current", INPUT_SECRET, 1000}, {"new", INPUT_SECRET, 1000}, {"again", INPUT_SECRET, 1000}}},
    {0},
};
