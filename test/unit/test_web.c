/* web_handle without sockets: who may reach a handler, with what, and what every answer carries. Two authorities, a real directory,
 * real stores, and handlers of the test's own. */
#include <pthread.h>
#include <sodium.h>
#include <sys/stat.h>

#include "kith/once.h"
#include "store_fixture.h"
#include "web/app.h"
#include "web/http.h"
#include "web/web.h"

enum { ALICE = 11, BOB = 12, BOB_THERE = 32 };
#define PASSWORD "correct horse battery"

struct world {
  char dir[64];
  struct arena *a;
  struct error e;
  struct engine g;
  struct authority authorities[2];
  struct web *w;
  struct request q;
  struct response r;
  const char *alice, *bob; /* session cookies */
  const char *token_read, *token_write;
};

/* --- handlers ---------------------------------------------------------------------------------------------------------------------- */
static const char *hex_of(struct page *p, const char *bytes, size_t n) {
  return sodium_bin2hex(arena_alloc(p->arena, 2 * n + 1), 2 * n + 1, (const unsigned char *)bytes, n);
}

static void show_all(struct page *p) {
  const char *const *names, *const *values;
  size_t n = page_input_prefixed(p, "f.", &names, &values);
  ui_heading(p->html, 1, NULL, "All");
  p->title = "All";
  html_textf(p->html, "[actor %d of %s]", (int)p->actor.id, p->authority ? p->authority->code : "none");
  html_textf(p->html, "[child %d record %s]", (int)page_id(p, "child"), page_path(p, "record"));
  html_textf(p->html, "[line %s][date %s][id %d]", page_input(p, "line"), page_input(p, "date"),
             (int)page_id(p, "ref"));
  for (size_t i = 0; i < n; i++) html_textf(p->html, "[f %s=%s]", names[i], values[i]);
  n = page_inputs(p, "many", &values);
  for (size_t i = 0; i < n; i++) html_textf(p->html, "[many %s]", values[i]);
  const char *filename, *bytes = page_file(p, "file", &n, &filename);
  if (bytes) html_textf(p->html, "[file %s %s]", filename, hex_of(p, bytes, n));
}

static void open_page(struct page *p) {
  p->title = "Open";
  ui_text(p->html, p->session ? "signed in" : "anybody");
}

struct add {
  struct page *p;
  bool fails;
};

static bool add_thing(struct db *db, void *arg, struct error *e) {
  struct add *x = arg;
  struct stmt *q = db_sql(db, "insert into thing (id, name, size) values ($1, $2, $3)", "iti");
  int64_t id = db_counter(db, "id", 1);
  sql_int(q, 1, id);
  sql_text(q, 2, NULL);
  sql_int(q, 3, 1);
  sql_run(q);
  if (x->fails) return error_field(e, "line", "x", "Not that");
  page_redirect(x->p, page_url(x->p, "/things/%s", page_ref(x->p, id)));
  return db_ok(db, e);
}

static void add(struct page *p) {
  struct add x = {p, strcmp(page_input(p, "line"), "bad") == 0};
  if (!page_write(p, add_thing, &x)) page_fail(p);
}

static bool run_twice(struct db *db, void *arg, struct error *e) {
  struct page *p = arg;
  (void)db;
  (void)e;
  ui_text(p->html, "once");
  page_listed(p, 4821, 1, "test");
  return true;
}

static void list(struct page *p) {
  /* Two callbacks keep what both drew. */
  p->title = "List";
  if (!page_read(p, run_twice, p) || !page_read(p, run_twice, p)) page_fail(p);
}

static bool not_there(struct db *db, void *arg, struct error *e) {
  struct page *p = arg;
  (void)db;
  page_listed(p, 4821, 1, "test");
  return error_set(e, ERR_NOT_FOUND, "%s",
                   page_id(p, "child") == 1 ? "It is somebody else's" : "There is none of that name at all");
}

static void secret(struct page *p) {
  if (!page_read(p, not_there, p)) page_fail(p);
}

static void api(struct page *p) {
  int64_t version = 0;
  page_etag(p, 7);
  page_json(p, 200, page_if_match(p, &version) && version == 7 ? "{\"match\":true}" : "{}");
}

static const struct route test_routes[] = {
    {.method = "GET", .path = "/", .handle = show_all, .need = NEED_SESSION, .inputs = {{"line", INPUT_LINE}}},
    {.method = "GET", .path = "/open", .handle = open_page, .need = NEED_NONE},
    {.method = "GET", .path = "/list", .handle = list, .need = NEED_SESSION},
    {.method = "GET", .path = "/children/{child:id}/{record:word}", .handle = show_all, .need = NEED_SESSION},
    {.method = "GET", .path = "/children/{child:id}/literal", .handle = open_page, .need = NEED_SESSION},
    {.method = "GET", .path = "/two/{child:id}/{other:id}", .handle = show_all, .need = NEED_SESSION},
    {.method = "GET", .path = "/secret/{child:id}", .handle = secret, .need = NEED_SESSION},
    {.method = "POST",
     .path = "/all",
     .handle = show_all,
     .need = NEED_SESSION,
     .inputs = {{"line", INPUT_LINE, 20},
                {"date", INPUT_DATE},
                {"ref", INPUT_ID},
                {"f.*", INPUT_PROSE},
                {"many", INPUT_WORD, 0, true},
                {"file", INPUT_FILE}}},
    {.method = "POST", .path = "/add", .handle = add, .need = NEED_SESSION, .inputs = {{"line", INPUT_LINE}}},
    {.method = "GET", .path = "/api/v1/thing", .handle = api, .need = NEED_TOKEN},
    {.method = "POST", .path = "/api/v1/thing", .handle = add, .need = NEED_TOKEN, .raw = true},
    {0},
};

/* --- a world with two authorities ----------------------------------------------------------------------------------------------------- */
static bool ensure_main(struct db *db, void *arg, struct error *e) {
  return fixture_thing_fn(db, arg, e);
}

static bool ensure_access(struct db *db, void *arg, struct error *e) {
  (void)arg;
  return access_ensure(db, e);
}

static bool ensure_directory(struct db *db, void *arg, struct error *e) {
  (void)arg;
  return directory_ensure(db, e);
}

static struct store *store_at(struct world *w, const char *name, store_fn *ensure) {
  struct store *s;
  struct store_options o = {.location = arena_printf(w->a, "%s/%s.db", w->dir, name), .create = true, .readers = 2};
  if (!store_open(w->a, &o, &s, &w->e) || !store_write(s, ensure, NULL, &w->e)) fail_msg("%s", w->e.message);
  return s;
}

static struct ctx ctx_of(struct world *w) {
  struct ctx c;
  ctx_init(&c, w->a, w->g.random);
  return c;
}

static int64_t account_of(struct world *w, const char *username, const char *name) {
  int64_t id;
  struct ctx c = ctx_of(w);
  if (!account_create(w->g.directory, &c, username, name, PASSWORD, &id, &w->e)) fail_msg("%s", w->e.message);
  return id;
}

static const char *signed_in(struct world *w, const char *username) {
  const char *token;
  struct ctx c = ctx_of(w);
  if (!session_start(w->g.directory, &c, username, PASSWORD, &token, &w->e)) fail_msg("%s", w->e.message);
  return token;
}

static void people(struct world *w) {
  struct ctx c = ctx_of(w);
  int64_t alice = account_of(w, "alice", "Alice <Nwosu>"), bob = account_of(w, "bob", "Bob");
  struct authority_row rows[2] = {{"886", "Exampleshire", false, true}, {"887", "Otherton", false, false}};
  for (int i = 0; i < 2; i++) assert_true(directory_authority_add(w->g.directory, &c, &rows[i], &w->e));
  assert_true(membership_add(w->g.directory, &c, alice, "886", ALICE, &w->e));
  assert_true(membership_add(w->g.directory, &c, bob, "886", BOB, &w->e));
  assert_true(membership_add(w->g.directory, &c, bob, "887", BOB_THERE, &w->e));
  w->alice = signed_in(w, "alice");
  w->bob = signed_in(w, "bob");
  assert_true(token_create(w->g.directory, &c, bob, "887", "r", "read", c.today + 30, &w->token_read, &w->e));
  assert_true(token_create(w->g.directory, &c, bob, "887", "w", "write", c.today + 30, &w->token_write, &w->e));
}

static int world_open(void **state) {
  static const struct model model;
  static const struct route *const tables[] = {test_routes, signin_routes, ops_routes};
  struct world *w = calloc(1, sizeof *w);
  directory_cheap_hashes();
  *state = w;
  w->a = arena_new();
  error_init(&w->e, w->a);
  strcpy(w->dir, "/tmp/kith-web-XXXXXX");
  if (!mkdtemp(w->dir)) return -1;
  w->g.model = &model;
  w->g.random = random_system();
  w->g.directory = store_at(w, "directory", ensure_directory);
  w->authorities[0] = (struct authority){"886",
                                         "Exampleshire",
                                         false,
                                         true,
                                         store_at(w, "la_886", ensure_main),
                                         store_at(w, "la_886.access", ensure_access)};
  w->authorities[1] = (struct authority){
      "887", "Otherton", false, false, store_at(w, "la_887", ensure_main), store_at(w, "la_887.access", ensure_access)};
  w->g.authorities = w->authorities;
  w->g.n_authorities = 2;
  people(w);
  if (!web_new(w->a, &w->g, &(struct web_options){.assets = "", .tables = tables, .n_tables = 3}, &w->w, &w->e))
    fail_msg("%s", w->e.message);
  return 0;
}

static int world_close(void **state) {
  struct world *w = *state;
  web_free(w->w);
  for (int i = 0; i < 2; i++) {
    store_close(w->authorities[i].main);
    store_close(w->authorities[i].access);
  }
  store_close(w->g.directory);
  if (system(arena_printf(w->a, "rm -rf '%s'", w->dir)) != 0) return -1;
  arena_free(w->a);
  free(w);
  return 0;
}

/* --- asking ----------------------------------------------------------------------------------------------------------------------------- */
static struct pair *headers(struct world *w, size_t *n, const char *cookie, const char *type, const char *more_name,
                            const char *more_value) {
  struct pair *h = arena_alloc(w->a, 4 * sizeof *h);
  *n = 0;
  if (cookie && strncmp(cookie, "kith_", 5) == 0)
    h[(*n)++] = (struct pair){.name = "authorization", .value = arena_printf(w->a, "Bearer %s", cookie)};
  else if (cookie)
    h[(*n)++] = (struct pair){.name = "cookie", .value = arena_printf(w->a, "kith=%s", cookie)};
  if (type) h[(*n)++] = (struct pair){.name = "content-type", .value = type};
  if (more_name) h[(*n)++] = (struct pair){.name = more_name, .value = more_value};
  return h;
}

static int ask_more(struct world *w, const char *method, const char *path, const char *cookie, const char *type,
                    const char *body, size_t n, const char *name, const char *value) {
  char *copy = arena_strdup(w->a, path), *query = strchr(copy, '?');
  w->q = (struct request){.arena = w->a, .method = method, .local = true, .body = body ? body : "", .n_body = n};
  if (query) {
    *query++ = '\0';
    assert_true(http_urlencoded(w->a, query, strlen(query), &w->q.query, &w->q.n_query));
  }
  w->q.path = http_path(w->a, copy);
  w->q.headers = headers(w, &w->q.n_headers, cookie, type, name, value);
  memset(&w->r, 0, sizeof w->r);
  web_handle(w->w, &w->q, &w->r);
  return w->r.status;
}

static int get(struct world *w, const char *path, const char *cookie) {
  return ask_more(w, "GET", path, cookie, NULL, NULL, 0, NULL, NULL);
}

static int post(struct world *w, const char *path, const char *cookie, const char *form) {
  return ask_more(w, "POST", path, cookie, "application/x-www-form-urlencoded", form, strlen(form), NULL, NULL);
}

static const char *csrf(struct world *w, const char *cookie) {
  struct session s;
  struct ctx c = ctx_of(w);
  assert_true(session_read(w->g.directory, &c, cookie, &s, &w->e));
  return s.csrf;
}

static int post_safely(struct world *w, const char *path, const char *cookie, const char *form) {
  return post(w, path, cookie, arena_printf(w->a, "_csrf=%s&%s", csrf(w, cookie), form));
}

static const char *body(struct world *w) {
  return buf_text(&w->r.body);
}
static const char *header(struct world *w, const char *name) {
  return response_header_get(&w->r, name);
}
#define HAS(w, part)                                                    \
  do {                                                                  \
    if (!strstr(body(w), part)) fail_msg("no %s in %s", part, body(w)); \
  } while (0)
#define LACKS(w, part) assert_null(strstr(body(w), part))

static int64_t rows(struct world *w, struct store *s, const char *sql) {
  struct fixture_query x = {sql, 0, 0};
  assert_true(store_read(s, fixture_query_fn, &x, &w->e));
  return x.result;
}

/* --- tests ---------------------------------------------------------------------------------------------------------------------------------- */
static void test_needs_session(void **state) {
  struct world *w = *state;
  assert_int_equal(get(w, "/open", NULL), 200);
  HAS(w, "anybody");
  assert_int_equal(get(w, "/", NULL), 303);
  assert_string_equal(header(w, "location"), "/sign-in?next=/");
  assert_int_equal(get(w, "/", "0000000000000000000000000000000000000000000000000000000000000000"), 303);
  assert_int_equal(get(w, "/", "rubbish\"; --"), 303);
  assert_int_equal(post(w, "/add", NULL, "line=x"), 403);
  assert_int_equal(get(w, "/", w->alice), 200);
  HAS(w, "[actor 11 of 886]");
  HAS(w, "Alice &lt;Nwosu&gt;");
  HAS(w, "SYNTHETIC");
  HAS(w, "<title>All – Kith</title>");
}

static void test_sign_in_and_out(void **state) {
  struct world *w = *state;
  assert_int_equal(get(w, "/sign-in?next=/children/886-1/pep", NULL), 200);
  HAS(w, "value=\"/children/886-1/pep\"");
  const char *set = header(w, "set-cookie");
  assert_non_null(strstr(set, "kith_form="));
  assert_non_null(strstr(set, "HttpOnly; SameSite=Strict"));
  const char *token = arena_strndup(w->a, strstr(set, "kith_form=") + 10, 64);
  const char *form = "username=alice&password=correct+horse+battery&next=/x";
  const char *right = arena_printf(w->a, "_csrf=%s&%s", token, form), *type = "application/x-www-form-urlencoded";
  const char *cookie = arena_printf(w->a, "kith_form=%s", token);
  assert_int_equal(post(w, "/sign-in", NULL, right), 403); /* the form's cookie is missing */
  assert_int_equal(ask_more(w, "POST", "/sign-in", NULL, type, form, strlen(form), "cookie", cookie), 403);
  assert_int_equal(ask_more(w, "POST", "/sign-in", NULL, type, right, strlen(right), "cookie", cookie), 303);
  assert_string_equal(header(w, "location"), "/x");
  set = header(w, "set-cookie");
  assert_non_null(strstr(set, "; Path=/; HttpOnly; SameSite=Lax"));
  const char *session = arena_strndup(w->a, strstr(set, "kith=") + 5, 64);
  assert_int_equal(get(w, "/", session), 200);
  assert_int_equal(post_safely(w, "/sign-out", session, ""), 303);
  assert_int_equal(get(w, "/", session), 303);  /* a cookie kept from before the sign-out is worth nothing */
  assert_int_equal(get(w, "/", w->alice), 303); /* nor is any other session of hers */
  assert_int_equal(get(w, "/signed-out", NULL), 200);
}

static const char *refusal(struct world *w, const char *username, const char *password) {
  assert_int_equal(get(w, "/sign-in", NULL), 200);
  const char *token = arena_strndup(w->a, strstr(header(w, "set-cookie"), "kith_form=") + 10, 64);
  const char *form = arena_printf(w->a, "_csrf=%s&username=%s&password=%s", token, username, password);
  int status = ask_more(w, "POST", "/sign-in", NULL, "application/x-www-form-urlencoded", form, strlen(form), "cookie",
                        arena_printf(w->a, "kith_form=%s", token));
  assert_int_equal(status, 422);
  const char *from = strstr(body(w), "govuk-error-summary__list"), *end = strstr(from, "</ul>");
  assert_null(strstr(body(w), "value=\"wrong"));
  return arena_strndup(w->a, from, (size_t)(end - from));
}

static void test_refusals_alike(void **state) {
  struct world *w = *state;
  const char *wrong = refusal(w, "alice", "wrong+wrong+wrong"), *unknown = refusal(w, "nobody", "wrong+wrong+wrong");
  assert_string_equal(wrong, unknown);
  for (int i = 0; i < 10; i++) refusal(w, "alice", "wrong+wrong+wrong");
  assert_string_equal(refusal(w, "alice", "correct+horse+battery"),
                      wrong); /* locked: the right password is refused in the same words */
}

static void test_open_redirect(void **state) {
  struct world *w = *state;
  static const char *const evil[] = {"//evil.example",    "https://evil.example", "/\\evil.example", "",
                                     "/%09/evil.example", "javascript:alert(1)"};
  for (size_t i = 0; i < sizeof evil / sizeof *evil; i++) {
    get(w, arena_printf(w->a, "/sign-in?next=%s", evil[i]), w->alice);
    assert_int_equal(w->r.status, 303);
    assert_string_equal(header(w, "location"), "/");
  }
}

static void test_csrf(void **state) {
  struct world *w = *state;
  struct store *s = w->authorities[0].main;
  assert_int_equal(post(w, "/add", w->alice, "line=x"), 403);
  assert_int_equal(post(w, "/add", w->alice, "_csrf=&line=x"), 403);
  assert_int_equal(post(w, "/add", w->alice, arena_printf(w->a, "_csrf=%s&line=x", csrf(w, w->bob))), 403);
  const char *form = arena_printf(w->a, "_csrf=%s&line=x", csrf(w, w->alice));
  assert_int_equal(ask_more(w, "POST", "/add", w->alice, "application/x-www-form-urlencoded", form, strlen(form),
                            "sec-fetch-site", "cross-site"),
                   403);
  assert_int_equal(rows(w, s, "select count(*) from thing"), 0);
  assert_int_equal(ask_more(w, "POST", "/add", w->alice, "application/x-www-form-urlencoded", form, strlen(form),
                            "sec-fetch-site", "same-origin"),
                   303);
  assert_int_equal(rows(w, s, "select count(*) from thing"), 1);
  assert_int_equal(ask_more(w, "POST", "/add", w->alice, "application/x-www-form-urlencoded", "line=x", 6,
                            "x-csrf-token", csrf(w, w->alice)),
                   303);
}

static void test_once(void **state) {
  struct world *w = *state;
  struct store *s = w->authorities[0].main;
  assert_int_equal(post_safely(w, "/add", w->alice, "_key=abc&line=x"), 303);
  const char *first = header(w, "location");
  assert_int_equal(post_safely(w, "/add", w->alice, "_key=abc&line=x"), 303);
  assert_string_equal(header(w, "location"), first);
  assert_int_equal(rows(w, s, "select count(*) from thing"), 1);
  assert_int_equal(post_safely(w, "/add", w->alice, "_key=abc&line=y"), 303); /* gone back and changed: a new post */
  assert_int_equal(post_safely(w, "/add", w->alice, "_key=abd&line=x"), 303);
  assert_int_equal(rows(w, s, "select count(*) from thing"), 3);
  assert_int_equal(post_safely(w, "/add", w->alice, "_key=abe&line=bad"),
                   422); /* what failed is not kept: mend and send again */
  assert_int_equal(rows(w, s, "select count(*) from thing"), 3);
}

struct twice {
  struct world *w;
  const char *form;
  struct request q;
  struct response r;
};

static void *post_in_thread(void *arg) {
  struct twice *x = arg;
  web_handle(x->w->w, &x->q, &x->r);
  return NULL;
}

static void test_once_at_the_same_time(void **state) {
  struct world *w = *state;
  struct twice x[8];
  pthread_t t[8];
  const char *form = arena_printf(w->a, "_csrf=%s&_key=same&line=x", csrf(w, w->alice));
  for (int i = 0; i < 8; i++) {
    struct arena *a = arena_new();
    size_t n;
    x[i] = (struct twice){.w = w, .form = form};
    x[i].q = (struct request){.arena = a, .method = "POST", .path = "/add", .body = form, .n_body = strlen(form)};
    x[i].q.headers = headers(w, &n, w->alice, "application/x-www-form-urlencoded", NULL, NULL);
    x[i].q.n_headers = n;
  }
  for (int i = 0; i < 8; i++) pthread_create(&t[i], NULL, post_in_thread, &x[i]);
  for (int i = 0; i < 8; i++) pthread_join(t[i], NULL);
  for (int i = 0; i < 8; i++) {
    assert_int_equal(x[i].r.status, 303);
    assert_string_equal(response_header_get(&x[i].r, "location"), response_header_get(&x[0].r, "location"));
  }
  for (int i = 0; i < 8; i++) arena_free(x[i].q.arena);
  assert_int_equal(rows(w, w->authorities[0].main, "select count(*) from thing"), 1);
}

static void test_inputs(void **state) {
  struct world *w = *state;
  assert_int_equal(post_safely(w, "/all", w->alice,
                               "line=+a%20b+&date-day=3&date-month=2&date-year=2026&ref=886-55&f.view=one%0D%0Atwo&f."
                               "born-day=31&f.born-month=2&f.born-year=2026"
                               "&many=x&many=y&other=dropped&f.none-day=&f.none-month=&f.none-year="),
                   200);
  HAS(w, "[line a b][date 2026-02-03][id 55]");
  HAS(w, "[f view=one\ntwo]");
  HAS(w, "[f born=31/2/2026]");
  HAS(w, "[f none=]");
  HAS(w, "[many x][many y]");
  LACKS(w, "dropped");
  assert_int_equal(post_safely(w, "/all", w->alice, "line=123456789012345678901"), 413);
  assert_int_equal(post_safely(w, "/all", w->alice, "line=a%0Ab"), 400);
  assert_int_equal(post_safely(w, "/all", w->alice, "line=%FF"), 400);
  assert_int_equal(post_safely(w, "/all", w->alice, "line=a%00%07b"), 200);
  HAS(w, "[line ab]"); /* control characters are left out */
  assert_int_equal(post_safely(w, "/all", w->alice, "ref=887-55"),
                   400); /* another authority's id in a form of this one */
  assert_int_equal(post_safely(w, "/all", w->alice, "many=No"), 400);
  assert_int_equal(post_safely(w, "/all", w->alice, "line=%3Cscript%3E"), 200);
  LACKS(w, "<script>");
  assert_int_equal(ask_more(w, "POST", "/all", w->alice, "application/json", "{}", 2, NULL, NULL), 415);
}

static void test_files(void **state) {
  struct world *w = *state;
  const char *head = arena_printf(w->a,
                                  "--b\r\nContent-Disposition: form-data; "
                                  "name=\"_csrf\"\r\n\r\n%s\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; "
                                  "filename=\"../x.csv\"\r\n\r\n",
                                  csrf(w, w->alice));
  struct buf b;
  buf_init(&b, w->a);
  buf_str(&b, head);
  buf_add(&b, "a\0\xff", 3);
  buf_str(&b, "\r\n--b--\r\n");
  assert_int_equal(ask_more(w, "POST", "/all", w->alice, "multipart/form-data; boundary=b", b.data, b.len, NULL, NULL),
                   200);
  HAS(w, "[file x.csv 6100ff]");
  assert_int_equal(
      ask_more(w, "POST", "/all", w->alice, "multipart/form-data; boundary=b", b.data, b.len - 6, NULL, NULL), 400);
}

static void test_paths(void **state) {
  struct world *w = *state;
  assert_int_equal(get(w, "/children/886-4821/pep", w->alice), 200);
  HAS(w, "[child 4821 record pep]");
  assert_int_equal(get(w, "/children/886-4821/literal", w->alice), 200);
  HAS(w, "signed in");
  static const char *const nowhere[] = {"/children/886-0/pep",
                                        "/children/886-04/pep",
                                        "/children/886-9999999999999999999/pep",
                                        "/children/88-1/pep",
                                        "/children/886-1/Pep",
                                        "/children/886-1/",
                                        "/children/886-1",
                                        "/children//pep",
                                        "/children/886-1/pep/x",
                                        "/x",
                                        "/children/886-1'--/pep",
                                        "/two/886-1/887-1"};
  for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++) assert_int_equal(get(w, nowhere[i], w->alice), 404);
  assert_int_equal(get(w, "/%ff", w->alice), 400);
  assert_int_equal(ask_more(w, "DELETE", "/list", w->alice, NULL, NULL, 0, NULL, NULL), 405);
  assert_string_equal(header(w, "allow"), "GET");
  assert_int_equal(ask_more(w, "HEAD", "/list", w->alice, NULL, NULL, 0, NULL, NULL), 200);
}

static void test_authorities_apart(void **state) {
  struct world *w = *state;
  assert_int_equal(get(w, "/children/887-4821/pep", w->alice), 404); /* hers is 886 */
  assert_int_equal(get(w, "/children/999-4821/pep", w->alice), 404); /* nobody's */
  assert_int_equal(get(w, "/", w->bob), 200);
  HAS(w, "[actor 12 of 886]");                                     /* the first of his until he chooses */
  assert_int_equal(get(w, "/children/887-4821/pep", w->bob), 200); /* the id says which store, and who he is there */
  HAS(w, "[actor 32 of 887]");
  LACKS(w, "SYNTHETIC");
  assert_int_equal(get(w, "/children/886-4821/pep", w->bob), 200);
  HAS(w, "[actor 12 of 886]");
  assert_int_equal(get(w, "/choose-authority", w->bob), 200);
  HAS(w, "Otherton");
  assert_int_equal(post_safely(w, "/choose-authority", w->bob, "authority=888"), 422);
  assert_int_equal(post_safely(w, "/choose-authority", w->bob, "authority=887"), 303);
  assert_int_equal(get(w, "/", w->bob), 200);
  HAS(w, "[actor 32 of 887]");
  assert_int_equal(post_safely(w, "/choose-authority", w->alice, "authority=887"), 422);
}

/* The reference differs from page to page and is as long on each. */
static const char *without_reference(struct world *w) {
  char *text = arena_strdup(w->a, body(w)), *at = strstr(text, header(w, "x-request-id"));
  memset(at, 'x', 16);
  return text;
}

static void test_not_there_and_not_yours(void **state) {
  struct world *w = *state;
  assert_int_equal(get(w, "/secret/886-1", w->alice), 404);
  const char *not_yours = without_reference(w);
  assert_true(w->r.has_access);
  assert_string_equal(w->r.access.outcome, "refused");
  assert_int_equal(w->r.access.n_children, 0);
  assert_int_equal(get(w, "/secret/886-2", w->alice), 404);
  assert_string_equal(without_reference(w), not_yours);
  assert_int_equal(get(w, "/secret/887-2", w->alice), 404);
  assert_string_equal(without_reference(w), not_yours);
  assert_int_equal(get(w, "/nowhere", w->alice), 404);
  assert_string_equal(without_reference(w), not_yours);
  LACKS(w, "somebody else");
}

static void test_access_entries(void **state) {
  struct world *w = *state;
  assert_int_equal(get(w, "/list", w->alice), 200);
  HAS(w, "once</p>\n<p class=\"govuk-body\">once");
  assert_true(w->r.has_access);
  assert_int_equal(w->r.access.actor, ALICE);
  assert_string_equal(w->r.access.route, "GET /list");
  assert_string_equal(w->r.access.request, header(w, "x-request-id"));
  assert_int_equal(w->r.access.n_children, 1);
  assert_true(web_finish(w->w, &w->r));
  assert_int_equal(rows(w, w->authorities[0].access, "select count(*) from access_entry"), 1);
  assert_int_equal(get(w, "/children/886-4821/pep", w->alice), 200);
  assert_string_equal(w->r.access.route, "GET /children/{child}/{record}");
  assert_int_equal(get(w, "/sign-in", NULL), 200);
  assert_false(w->r.has_access);
}

static void test_no_page_without_its_entry(void **state) {
  struct world *w = *state;
  assert_int_equal(get(w, "/list", w->alice), 200);
  w->r.access_store = w->authorities[0].main; /* which has no table for it */
  assert_false(web_finish(w->w, &w->r));
  assert_int_equal(w->r.status, 503);
  LACKS(w, "once");
  HAS(w, "not shown");
  assert_non_null(header(w, "content-security-policy"));
}

static void test_headers(void **state) {
  struct world *w = *state;
  static const char *const paths[] = {"/", "/list", "/nowhere", "/sign-in", "/secret/886-1"};
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    get(w, paths[i], w->alice);
    assert_non_null(
        strstr(header(w, "content-security-policy"), "default-src 'none'; script-src 'self'; style-src 'self'"));
    assert_null(strstr(header(w, "content-security-policy"), "unsafe"));
    assert_string_equal(header(w, "x-content-type-options"), "nosniff");
    assert_string_equal(header(w, "referrer-policy"), "no-referrer");
    assert_string_equal(header(w, "cache-control"), "no-store");
    assert_string_equal(header(w, "cross-origin-opener-policy"), "same-origin");
    assert_null(header(w, "strict-transport-security"));
    LACKS(w, " style=");
    LACKS(w, "<script>");
  }
}

static void test_secure_cookies(void **state) {
  struct world *w = *state;
  memset(&w->r, 0, sizeof w->r);
  w->q = (struct request){.arena = w->a, .method = "GET", .path = "/sign-in", .secure = true, .body = ""};
  web_handle(w->w, &w->q, &w->r);
  assert_non_null(strstr(header(w, "set-cookie"), "__Host-kith_form="));
  assert_non_null(strstr(header(w, "set-cookie"), "; Secure"));
  assert_non_null(strstr(header(w, "strict-transport-security"), "max-age="));
  size_t n;
  w->q = (struct request){.arena = w->a,
                          .method = "GET",
                          .path = "/",
                          .secure = true,
                          .body = "",
                          .headers = headers(w, &n, w->alice, NULL, NULL, NULL),
                          .n_headers = 1};
  web_handle(w->w, &w->q, &w->r);
  assert_int_equal(w->r.status, 303); /* a cookie without the prefix is nobody's */
}

static void test_api(void **state) {
  struct world *w = *state;
  assert_int_equal(get(w, "/api/v1/thing", NULL), 401);
  assert_string_equal(header(w, "content-type"), "application/problem+json");
  HAS(w, "\"status\":401");
  assert_int_equal(get(w, "/api/v1/thing", w->alice), 401); /* a cookie is no token */
  assert_int_equal(get(w, "/api/v1/thing", "kith_0000000000000000000000000000000000000000000000000000000000000000"),
                   401);
  assert_int_equal(get(w, "/api/v1/nothing", w->token_read), 404);
  assert_string_equal(header(w, "content-type"), "application/problem+json");
  assert_int_equal(get(w, "/api/v1/thing", w->token_read), 200);
  assert_string_equal(header(w, "etag"), "\"7\"");
  assert_int_equal(w->r.access.actor, BOB_THERE);
  assert_int_equal(ask_more(w, "GET", "/api/v1/thing", w->token_read, NULL, NULL, 0, "if-match", "\"7\""), 200);
  HAS(w, "\"match\":true");
  assert_int_equal(ask_more(w, "POST", "/api/v1/thing", w->token_read, "application/json", "{}", 2, NULL, NULL), 403);
  assert_int_equal(
      ask_more(w, "POST", "/api/v1/thing", w->token_write, "application/json", "{}", 2, "idempotency-key", "k1"), 303);
  const char *first = header(w, "location");
  assert_int_equal(
      ask_more(w, "POST", "/api/v1/thing", w->token_write, "application/json", "{}", 2, "idempotency-key", "k1"), 303);
  assert_string_equal(header(w, "location"), first);
  assert_int_equal(
      ask_more(w, "POST", "/api/v1/thing", w->token_write, "application/json", "{\"a\":1}", 7, "idempotency-key", "k1"),
      422);
  assert_int_equal(rows(w, w->authorities[1].main, "select count(*) from thing"), 1);
}

static void test_ops(void **state) {
  struct world *w = *state;
  assert_int_equal(get(w, "/healthz", NULL), 200);
  assert_string_equal(body(w), "ok\n");
  assert_int_equal(get(w, "/metrics", NULL), 200);
  HAS(w, "kith_store_commit_seconds_total{store=\"886_access\"}");
  w->q.local = false;
  memset(&w->r, 0, sizeof w->r);
  web_handle(w->w, &w->q, &w->r);
  assert_int_equal(w->r.status, 404);
}

static void test_password(void **state) {
  struct world *w = *state;
  struct ctx c = ctx_of(w);
  struct account alice;
  assert_true(account_find(w->g.directory, &c, "alice", &alice, &w->e));
  assert_true(account_must_change(w->g.directory, &c, alice.id, &w->e));
  const char *cookie = signed_in(w, "alice");
  assert_int_equal(get(w, "/", cookie), 303);
  assert_string_equal(header(w, "location"), "/password");
  assert_int_equal(get(w, "/password", cookie), 200);
  assert_int_equal(
      post_safely(w, "/password", cookie, "current=wrong&new=another+long+password&again=another+long+password"), 422);
  HAS(w, "not the password that you have now");
  assert_int_equal(
      post_safely(w, "/password", cookie, "current=correct+horse+battery&new=another+long+password&again=different"),
      422);
  assert_int_equal(post_safely(w, "/password", cookie, "current=correct+horse+battery&new=short&again=short"), 422);
  assert_int_equal(post_safely(w, "/password", signed_in(w, "alice"),
                               "current=correct+horse+battery&new=another+long+password&again=another+long+password"),
                   303);
  const char *fresh = arena_strndup(w->a, strstr(header(w, "set-cookie"), "kith=") + 5, 64);
  assert_int_equal(get(w, "/", cookie), 303);
  assert_int_equal(get(w, "/", fresh), 200);
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
  const struct CMUnitTest tests[] = {
      T(test_needs_session),
      T(test_sign_in_and_out),
      T(test_refusals_alike),
      T(test_open_redirect),
      T(test_csrf),
      T(test_once),
      T(test_once_at_the_same_time),
      T(test_inputs),
      T(test_files),
      T(test_paths),
      T(test_authorities_apart),
      T(test_not_there_and_not_yours),
      T(test_access_entries),
      T(test_no_page_without_its_entry),
      T(test_headers),
      T(test_secure_cookies),
      T(test_api),
      T(test_ops),
      T(test_password),
  };
  return cmocka_run_group_tests_name("web", tests, NULL, NULL);
}
