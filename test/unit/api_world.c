#include "api_world.h"

#define PASSWORD "correct horse battery"

static bool ensure_access(struct db *db, void *arg, struct error *e) {
  (void)arg;
  return access_ensure(db, e);
}

static bool ensure_directory(struct db *db, void *arg, struct error *e) {
  (void)arg;
  return directory_ensure(db, e);
}

static struct store *store_at(struct api_world *w, const char *name, store_fn *ensure) {
  struct store *s;
  struct store_options o = {.location = arena_printf(w->a, "%s/%s.db", w->dir, name), .create = true, .readers = 2};
  if (!store_open(w->a, &o, &s, &w->e) || !store_write(s, ensure, NULL, &w->e)) fail_msg("%s", w->e.message);
  return s;
}

/* An account of a person of this authority, and a token for it. */
static const char *token_for(struct api_world *w, const char *username, int at, int64_t actor, const char *scope) {
  struct ctx c;
  struct account account;
  int64_t id;
  const char *token, *code = w->authorities[at].code;
  ctx_init(&c, w->a, w->g.random);
  if (account_find(w->g.directory, &c, username, &account, &w->e))
    id = account.id;
  else if (!account_create(w->g.directory, &c, username, username, PASSWORD, &id, &w->e) ||
           !membership_add(w->g.directory, &c, id, code, actor, &w->e))
    fail_msg("%s", w->e.message);
  if (!token_create(w->g.directory, &c, id, code, scope, scope, c.today + 30, &token, &w->e))
    fail_msg("%s", w->e.message);
  return token;
}

static const char *cookie_for(struct api_world *w, const char *username) {
  struct ctx c;
  const char *token;
  ctx_init(&c, w->a, w->g.random);
  if (!session_start(w->g.directory, &c, username, PASSWORD, &token, &w->e)) fail_msg("%s", w->e.message);
  return token;
}

/* Somebody who may know of the first child and of no other. */
static bool make_lead(struct db *db, struct world *w, struct error *e) {
  int64_t lead, id;
  if (!world_put(db, w, "person", 0, &lead, e, "kind=professional", "forenames=Lea", "surname=Lead", NULL))
    return false;
  const char *who = arena_printf(w->a, "person=%lld", (long long)lead);
  return world_put(db, w, "appointment", 0, &id, e, who, "role=family_help_lead", "from_on=2020-01-01", NULL) &&
         world_put(db, w, "involvement", w->child, &id, e, who, "role=family_help_lead", "from_on=2025-12-01", NULL);
}

static void people(struct api_world *w) {
  struct ctx c;
  ctx_init(&c, w->a, w->g.random);
  for (int i = 0; i < 2; i++) {
    struct authority_row row = {w->authorities[i].code, w->authorities[i].name, false, true};
    if (!directory_authority_add(w->g.directory, &c, &row, &w->e)) fail_msg("%s", w->e.message);
  }
  struct world *in = w->in[0];
  w->worker = token_for(w, "worker", 0, in->social_worker, "write");
  w->reader = token_for(w, "worker", 0, in->social_worker, "read");
  w->teacher = token_for(w, "teacher", 0, in->teacher, "write");
  w->adviser = token_for(w, "adviser", 0, in->adviser, "write");
  w->stranger = token_for(w, "stranger", 0, in->stranger, "write");
  world_do(in, make_lead);
  w->lead = token_for(w, "lead", 0, fixture_ask(in->f, "select id from t_person where surname = 'Lead'", 0), "write");
  w->other = token_for(w, "other", 1, w->in[1]->social_worker, "write");
  w->worker_cookie = cookie_for(w, "worker");
  w->teacher_cookie = cookie_for(w, "teacher");
  w->stranger_cookie = cookie_for(w, "stranger");
}

int api_world_open(void **state) {
  struct api_world *w = calloc(1, sizeof *w);
  directory_cheap_hashes();
  clock_fix(instant_parse("2026-01-16T12:00:00Z"));
  *state = w;
  w->a = arena_new();
  error_init(&w->e, w->a);
  strcpy(w->dir, "/tmp/kith-api-XXXXXX");
  if (!mkdtemp(w->dir)) return -1;
  w->g.random = random_system();
  w->g.directory = store_at(w, "directory", ensure_directory);
  for (int i = 0; i < 2; i++) {
    if (world_setup((void **)&w->in[i]) != 0) return -1;
    w->authorities[i] = (struct authority){i ? "887" : "886",  i ? "Otherton" : "Exampleshire",          false, true,
                                           w->in[i]->f->store, store_at(w, i ? "b" : "a", ensure_access)};
  }
  w->g.model = w->in[0]->m;
  w->g.env = (struct record_env){.model = w->g.model};
  w->g.authorities = w->authorities;
  w->g.n_authorities = 2;
  people(w);
  if (!web_new(w->a, &w->g, &(struct web_options){.assets = ""}, &w->web, &w->e)) fail_msg("%s", w->e.message);
  return 0;
}

int api_world_close(void **state) {
  struct api_world *w = *state;
  web_free(w->web);
  for (int i = 0; i < 2; i++) {
    store_close(w->authorities[i].access);
    world_teardown((void **)&w->in[i]);
  }
  store_close(w->g.directory);
  bool gone = system(arena_printf(w->a, "rm -rf '%s'", w->dir)) == 0;
  arena_free(w->a);
  free(w);
  return gone ? 0 : -1;
}

/* --- asking ------------------------------------------------------------------------------------------------------- */
static void add_header(struct pair *h, size_t *n, const char *name, const char *value) {
  if (name) h[(*n)++] = (struct pair){.name = name, .value = value, .n = strlen(value)};
}

int api_ask(struct api_world *w, const char *method, const char *who, const char *path, const char *body,
            struct header one, struct header two) {
  struct pair *h = arena_alloc(w->a, 4 * sizeof *h);
  char *copy = arena_strdup(w->a, path), *query = strchr(copy, '?');
  size_t n = 0;
  if (who && strncmp(who, "kith_", 5) == 0)
    add_header(h, &n, "authorization", arena_printf(w->a, "Bearer %s", who));
  else if (who)
    add_header(h, &n, "cookie", arena_printf(w->a, "kith=%s", who));
  add_header(h, &n, one.name, one.value);
  add_header(h, &n, two.name, two.value);
  if (body && !(one.name && strcmp(one.name, "content-type") == 0))
    add_header(h, &n, "content-type", "application/json");
  w->q = (struct request){
      .arena = w->a, .method = method, .local = true, .body = body ? body : "", .n_body = body ? strlen(body) : 0};
  if (query) {
    *query++ = '\0';
    assert_true(http_urlencoded(w->a, query, strlen(query), &w->q.query, &w->q.n_query));
  }
  w->q.path = http_path(w->a, copy);
  w->q.headers = h;
  w->q.n_headers = n;
  memset(&w->r, 0, sizeof w->r);
  web_handle(w->web, &w->q, &w->r);
  assert_true(web_finish(w->web, &w->r));
  return w->r.status;
}

int api_get(struct api_world *w, const char *who, const char *path) {
  return api_ask(w, "GET", who, path, NULL, (struct header){0}, (struct header){0});
}

int api_post(struct api_world *w, const char *who, const char *path, const char *body) {
  return api_ask(w, "POST", who, path, body, (struct header){0}, (struct header){0});
}

int api_change(struct api_world *w, const char *method, const char *who, const char *path, const char *etag,
               const char *body) {
  return api_ask(w, method, who, path, body, (struct header){"if-match", etag}, (struct header){0});
}

const char *api_body_of(struct api_world *w) {
  return buf_text(&w->r.body);
}

const struct json *api_json_of(struct api_world *w) {
  const struct json *v = json_parse(w->a, w->r.body.data, w->r.body.len, &w->e);
  if (!v) fail_msg("%s: %s", w->e.message, api_body_of(w));
  return v;
}

const char *api_header_of(struct api_world *w, const char *name) {
  return response_header_get(&w->r, name);
}

const char *api_path(struct api_world *w, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  const char *path = arena_vprintf(w->a, fmt, ap);
  va_end(ap);
  return path;
}

const struct json *api_at(struct api_world *w, const char *where) {
  const struct json *v = api_json_of(w);
  char *save = NULL, *text = arena_strdup(w->a, where);
  for (char *part = strtok_r(text, ".", &save); part && v; part = strtok_r(NULL, ".", &save)) {
    if (v->type != JSON_ARRAY)
      v = json_get(v, part);
    else
      v = strtoull(part, NULL, 10) < v->n ? v->items[strtoull(part, NULL, 10)] : NULL;
  }
  return v;
}

const char *api_text_at(struct api_world *w, const char *where) {
  const char *text = json_text(api_at(w, where));
  return text ? text : "";
}
