/* The API through web_handle, on two real stores under the shipped model: every call, every refusal, two editors,
 * keys. */
#include "api_world.h"
#include "web/api.h"

enum { TOO_LARGE = API_BODY_MAX + 1 };

static const char *child_url(struct api_world *w, const char *below) {
  return api_path(w, "/api/v1/children/886-%lld%s", (long long)w->in[0]->child, below);
}

static const char *pep_url(struct api_world *w, const char *below) {
  return api_path(w, "/api/v1/children/886-%lld/pep/886-%lld%s", (long long)w->in[0]->child, (long long)w->in[0]->pep,
                  below);
}

/* The newest access entry: how many children it shows, and the categories of the child. */
static int64_t last_access(struct api_world *w, const char *what) {
  struct fixture_query x = {0};
  x.sql = api_path(w, "select %s from access_entry order by seq desc limit 1", what);
  if (!store_read(w->authorities[0].access, fixture_query_fn, &x, &w->e)) fail_msg("%s", w->e.message);
  return x.result;
}

static int64_t shown_children(struct api_world *w) {
  return last_access(w, "(select count(*) from access_child c where c.seq = access_entry.seq)");
}

static uint64_t shown_categories(struct api_world *w, int64_t child) {
  return (uint64_t)last_access(
      w,
      api_path(
          w, "coalesce((select c.categories from access_child c where c.seq = access_entry.seq and c.child = %lld), 0)",
          (long long)child));
}

static uint64_t category(struct api_world *w, const char *id) {
  return UINT64_C(1) << model_category(w->g.model, id)->index;
}

/* --- who ---------------------------------------------------------------------------------------------------------- */
static void test_me(void **state) {
  struct api_world *w = *state;
  API_STATUS(w, 200, api_get(w, w->reader, "/api/v1/me"));
  assert_string_equal(api_text_at(w, "scope"), "read");
  assert_string_equal(api_text_at(w, "authority.code"), "886");
  assert_string_equal(api_text_at(w, "roles.0.id"), "social_worker");
  assert_string_equal(api_text_at(w, "actor"), api_path(w, "886-%lld", (long long)w->in[0]->social_worker));
  API_STATUS(w, 401, api_get(w, NULL, "/api/v1/me"));
  assert_string_equal(api_header_of(w, "content-type"), "application/problem+json");
  assert_non_null(api_header_of(w, "www-authenticate"));
  API_STATUS(w, 401, api_get(w, w->worker_cookie, "/api/v1/me"));
  API_STATUS(w, 401, api_get(w, "kith_0000", "/api/v1/me"));
  API_STATUS(w, 404, api_get(w, w->worker, "/api/v1/nothing"));
  API_STATUS(w, 405, api_get(w, w->worker, "/api/v1/children/search"));
}

/* --- children ----------------------------------------------------------------------------------------------------- */
static void test_children(void **state) {
  struct api_world *w = *state;
  API_STATUS(w, 200, api_get(w, w->worker, "/api/v1/children"));
  assert_int_equal(api_at(w, "items")->n, 1);
  assert_string_equal(api_text_at(w, "items.0.fields.surname"), "O'Neill");
  assert_string_equal(api_text_at(w, "items.0.fields.date_of_birth"), "2014-12-12");
  assert_int_equal(api_at(w, "next")->type, JSON_NULL);
  API_LACKS(w, "Smith");
  assert_int_equal(shown_children(w), 1);
  assert_true(shown_categories(w, w->in[0]->child) & category(w, "daily"));
  API_STATUS(w, 200, api_get(w, w->stranger, "/api/v1/children"));
  assert_int_equal(api_at(w, "items")->n, 0);
  assert_int_equal(shown_children(w), 0);
  API_STATUS(w, 422, api_get(w, w->worker, "/api/v1/children?limit=0"));
  API_STATUS(w, 422, api_get(w, w->worker, "/api/v1/children?limit=201"));
  API_STATUS(w, 400, api_get(w, w->worker, "/api/v1/children?limit=many"));
  API_STATUS(w, 422, api_get(w, w->worker, "/api/v1/children?sort=nonsense;drop"));
  API_HAS(w, "\"field\":\"sort\"");
}

static void test_search(void **state) {
  struct api_world *w = *state;
  API_STATUS(w, 200, api_post(w, w->reader, "/api/v1/children/search", "{\"q\":\"oneil\"}"));
  assert_string_equal(api_text_at(w, "items.0.name"), "Ada Mary O'Neill");
  assert_int_equal(shown_children(w), 1);
  API_STATUS(w, 200, api_post(w, w->reader, "/api/v1/children/search", "{\"q\":\"Smith\"}"));
  assert_string_equal(api_text_at(w, "items.0.name"), "Bo Smith"); /* by name, and no more */
  assert_string_equal(api_text_at(w, "items.0.date_of_birth"), "");
  API_STATUS(w, 200, api_post(w, w->teacher, "/api/v1/children/search", "{\"q\":\"Smith\"}"));
  assert_int_equal(api_at(w, "items")->n, 0);
  API_STATUS(w, 200, api_post(w, w->stranger, "/api/v1/children/search", "{\"q\":\"O'Neill\"}"));
  assert_int_equal(api_at(w, "items")->n, 0);
  API_STATUS(w, 422, api_post(w, w->reader, "/api/v1/children/search", "{}"));
  API_HAS(w, "q: expected a string");
  API_STATUS(w, 422, api_post(w, w->reader, "/api/v1/children/search", "{\"q\":\"x\",\"z\":1}"));
  API_HAS(w, "\"field\":\"z\"");
  API_STATUS(w, 401, api_post(w, NULL, "/api/v1/children/search", "{\"q\":\"x\"}"));
}

static void test_child(void **state) {
  struct api_world *w = *state;
  API_STATUS(w, 200, api_get(w, w->worker, child_url(w, "")));
  assert_string_equal(api_text_at(w, "child.fields.local_id"), "C1001");
  assert_string_equal(api_header_of(w, "etag"), "\"1\"");
  API_HAS(w, "\"record\":\"pep\"");
  API_STATUS(w, 200, api_get(w, w->worker, api_path(w, "/api/v1/children/886-%lld", (long long)w->in[0]->other_child)));
  assert_int_equal(api_at(w, "child")->type, JSON_NULL); /* may know of the child and no more */
  assert_int_equal(api_at(w, "records")->n, 0);
  API_STATUS(w, 200, api_get(w, w->teacher, child_url(w, "")));
  API_HAS(w, "\"withheld\":[");
  API_LACKS(w, "\"nationality\":");
  assert_false(shown_categories(w, w->in[0]->child) & category(w, "social_work"));
  assert_true(shown_categories(w, w->in[0]->child) & category(w, "daily"));
}

/* --- refused and absent: the same bytes --------------------------------------------------------------------------- */
static const char *without_request_id(struct api_world *w) {
  char *body = arena_strdup(w->a, api_body_of(w)), *id = strstr(body, "\"request_id\":\"");
  assert_non_null(id);
  memset(id + 14, '0', 16);
  return body;
}

static void assert_same_404(struct api_world *w, const char *method, const char *who, const char *const *paths,
                            const char *body) {
  const char *first = NULL;
  struct header etag = {"if-match", "\"1\""};
  for (; *paths; paths++) {
    API_STATUS(w, 404, api_ask(w, method, who, *paths, body, body ? etag : (struct header){0}, (struct header){0}));
    assert_int_equal(shown_children(w), 0);
    assert_null(api_header_of(w, "etag"));
    const char *now = without_request_id(w);
    if (first) assert_string_equal(now, first);
    first = now;
  }
}

static void test_refused_is_absent(void **state) {
  struct api_world *w = *state;
  long long child = w->in[0]->child, other = w->in[0]->other_child, pep = w->in[0]->pep;
  const char *const reads[] = {api_path(w, "/api/v1/children/886-%lld", other),
                               api_path(w, "/api/v1/children/886-999999"),
                               api_path(w, "/api/v1/children/887-%lld", child), /* another authority's */
                               api_path(w, "/api/v1/children/886-%lld/pep", other),
                               api_path(w, "/api/v1/children/886-%lld/pep/886-%lld", other, pep),
                               api_path(w, "/api/v1/children/886-%lld/pep/886-999999", child),
                               api_path(w, "/api/v1/children/886-%lld/pep/887-%lld", child, pep),
                               api_path(w, "/api/v1/children/886-%lld/legal_status/886-%lld", child, pep),
                               api_path(w, "/api/v1/children/886-%lld/person", child),
                               api_path(w, "/api/v1/children/886-%lld/no_such_record", child),
                               api_path(w, "/api/v1/register/pep"),
                               api_path(w, "/api/v1/register/person/886-999999"),
                               NULL};
  assert_same_404(w, "GET", w->lead, reads, NULL);
  const char *const strangers[] = {child_url(w, ""), child_url(w, "/pep"), pep_url(w, ""), pep_url(w, "/history"),
                                   NULL};
  assert_same_404(w, "GET", w->stranger, strangers, NULL);
  const char *const changes[] = {pep_url(w, ""), api_path(w, "/api/v1/children/886-%lld/pep/886-%lld", other, pep),
                                 api_path(w, "/api/v1/children/887-%lld/pep/887-%lld", child, pep), NULL};
  assert_same_404(w, "PATCH", w->stranger, changes, "{\"fields\":{\"term\":5}}");
  const char *const adds[] = {child_url(w, "/pep"), api_path(w, "/api/v1/children/886-%lld/pep", other), NULL};
  assert_same_404(w, "POST", w->stranger, adds, "{\"fields\":{}}");
  API_STATUS(w, 404, api_get(w, w->other, pep_url(w, ""))); /* a token of 887 */
  API_STATUS(w, 200, api_get(w, w->other, api_path(w, "/api/v1/children/887-%lld/pep/887-%lld", child, pep)));
}

/* --- rows --------------------------------------------------------------------------------------------------------- */
static void test_rows(void **state) {
  struct api_world *w = *state;
  API_STATUS(w, 200, api_get(w, w->worker, child_url(w, "/pep?state=initiated&sort=-initiated_on")));
  assert_int_equal(api_at(w, "items")->n, 1);
  API_STATUS(w, 200, api_get(w, w->worker, child_url(w, "/pep?state=approved")));
  assert_int_equal(api_at(w, "items")->n, 0);
  API_STATUS(w, 200, api_get(w, w->worker, child_url(w, "/enrolment?current=true")));
  assert_string_equal(api_text_at(w, "items.0.fields.organisation"),
                      api_path(w, "886-%lld", (long long)w->in[0]->school));
  assert_string_equal(api_text_at(w, "items.0.labels.organisation"), "Elm Park School");
  API_STATUS(w, 422, api_get(w, w->worker, child_url(w, "/enrolment?current=perhaps")));
  API_STATUS(w, 400, api_get(w, w->worker, child_url(w, "/enrolment?owner=887-3")));
  API_STATUS(w, 200, api_get(w, w->worker, pep_url(w, "")));
  assert_string_equal(api_header_of(w, "etag"), "\"1\"");
  assert_string_equal(api_text_at(w, "state"), "initiated");
  assert_string_equal(api_text_at(w, "fields.initiated_on"), "2025-12-05");
  assert_int_equal(api_at(w, "sections.general.may_fill")->type, JSON_TRUE);
  assert_int_equal(api_at(w, "sections.setting.may_fill")->type, JSON_FALSE);
  assert_true(shown_categories(w, w->in[0]->child) & category(w, "education_plan"));
  API_STATUS(w, 200, api_get(w, w->worker, "/api/v1/register/organisation"));
  API_HAS(w, "Elm Park School");
  assert_int_equal(shown_children(w), 0);
  API_STATUS(w, 200,
             api_get(w, w->worker, api_path(w, "/api/v1/register/organisation/886-%lld", (long long)w->in[0]->school)));
  assert_string_equal(api_text_at(w, "fields.urn"), "100001");
}

static void test_pages_of_a_list(void **state) {
  struct api_world *w = *state;
  for (int i = 0; i < 3; i++)
    API_STATUS(w, 201,
               api_post(w, w->worker, child_url(w, "/note"),
                        api_path(w, "{\"fields\":{\"happened_on\":\"2026-01-0%d\",\"subject\":\"s\",\"body\":\"n%d\"}}",
                                 i + 1, i)));
  API_STATUS(w, 200, api_get(w, w->worker, child_url(w, "/note?limit=2&sort=id")));
  assert_int_equal(api_at(w, "items")->n, 2);
  const char *next = api_text_at(w, "next");
  assert_non_null(strstr(next, "after=2&limit=2&sort=id"));
  API_STATUS(w, 200, api_get(w, w->worker, next));
  assert_int_equal(api_at(w, "items")->n, 1);
  assert_int_equal(api_at(w, "next")->type, JSON_NULL);
}

/* --- writing ------------------------------------------------------------------------------------------------------ */
static void test_create(void **state) {
  struct api_world *w = *state;
  const char *url = child_url(w, "/note"),
             *body =
                 "{\"fields\":{\"happened_on\":\"2026-01-10\",\"subject\":\"s\",\"body\":\"Zo\u00eb \u738b "
                 "\u0645\u0631\u062d\u0628\u0627\\nsecond line\"}}";
  API_STATUS(w, 201, api_post(w, w->worker, url, body));
  assert_string_equal(api_header_of(w, "etag"), "\"1\"");
  const char *location = api_header_of(w, "location");
  assert_non_null(location);
  API_STATUS(w, 200, api_get(w, w->worker, location));
  assert_string_equal(api_text_at(w, "fields.body"), "Zo\u00eb \u738b \u0645\u0631\u062d\u0628\u0627\nsecond line");
  API_STATUS(w, 403, api_post(w, w->reader, url, body));
  API_HAS(w, "may only read");
  API_STATUS(
      w, 415,
      api_ask(w, "POST", w->worker, url, body, (struct header){"content-type", "text/plain"}, (struct header){0}));
  API_STATUS(w, 404, api_post(w, w->worker, child_url(w, "/child"), "{\"fields\":{}}"));
}

static void test_bad_bodies(void **state) {
  struct api_world *w = *state;
  static const struct {
    int status;
    const char *body, *says;
  } all[] = {
      {400, "", "ends too soon"},
      {400, "{\"fields\":{}", "ends too soon"},
      {400, "{\"fields\":{},\"fields\":{}}", "stands twice"},
      {400, "{\"fields\":{\"term\":\"\\u0000\"}}", "NUL"},
      {400, "{\"fields\":{\"term\":\"\xff\"}}", "UTF-8"},
      {422, "[]", "JSON object"},
      {422, "{}", "fields: expected an object"},
      {422, "{\"fields\":[]}", "fields: expected an object"},
      {422, "{\"fields\":{},\"owner\":\"886-1\"}", "not part of another"},
      {422, "{\"fields\":{\"nonsense\":1}}", "\"field\":\"nonsense\""},
      {422, "{\"fields\":{\"id\":\"886-1\"}}", "\"field\":\"id\""},
      {422, "{\"fields\":{\"initiated_on\":20260101}}", "YYYY-MM-DD"},
      {422, "{\"fields\":{\"initiated_on\":\"1/1/2026\"}}", "YYYY-MM-DD"},
      {422, "{\"fields\":{\"initiated_on\":\"2026-02-30\"}}", "YYYY-MM-DD"},
      {422, "{\"fields\":{\"initiated_on\":\"1823-02-03\"}}", "from 1900"},
      {422, "{\"fields\":{\"suspensions\":1.5}}", "a whole number"},
      {422, "{\"fields\":{\"suspensions\":\"1\"}}", "a whole number"},
      {422, "{\"fields\":{\"suspensions\":-1}}", "from 0"},
      {422, "{\"fields\":{\"timetable_hours\":12.5}}", "number as a string"},
      {422, "{\"fields\":{\"timetable_hours\":\"1,200\"}}", "number as a string"},
      {422, "{\"fields\":{\"alternative_provision\":\"yes\"}}", "true or false"},
      {422, "{\"fields\":{\"term\":\"no such\"}}", "a code"},
      {422, "{\"fields\":{\"school_contact\":{}}}", "a string"},
      {422, "{\"fields\":{\"school_contact\":\"a\\nb\"}}", "one line"},
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    API_STATUS(w, all[i].status, api_post(w, w->worker, child_url(w, "/pep"), all[i].body));
    API_HAS(w, all[i].says);
    assert_string_equal(api_header_of(w, "content-type"), "application/problem+json");
  }
  char *deep = arena_alloc(w->a, 1000), *large = arena_alloc(w->a, TOO_LARGE + 1);
  memset(deep, '[', 900);
  API_STATUS(w, 400, api_post(w, w->worker, child_url(w, "/pep"), deep));
  memset(large, ' ', TOO_LARGE);
  API_STATUS(w, 413, api_post(w, w->worker, child_url(w, "/pep"), large));
}

static void test_change(void **state) {
  struct api_world *w = *state;
  const char *url = pep_url(w, "");
  API_STATUS(w, 428, api_ask(w, "PATCH", w->worker, url, "{}", (struct header){0}, (struct header){0}));
  API_STATUS(w, 400, api_change(w, "PATCH", w->worker, url, "*", "{}"));
  API_STATUS(w, 412, api_change(w, "PATCH", w->worker, url, "\"99\"", "{}"));
  API_STATUS(w, 403, api_change(w, "PATCH", w->reader, url, "\"1\"", "{}"));
  API_STATUS(w, 422, api_change(w, "PATCH", w->worker, url, "\"1\"", "{\"done\":true}"));
  API_STATUS(w, 422, api_change(w, "PATCH", w->worker, url, "\"1\"", "{\"done\":\"yes\",\"section\":\"general\"}"));
  API_STATUS(w, 422, api_change(w, "PATCH", w->worker, url, "\"1\"", "{\"fields\":{\"class_teacher\":\"x\"}}"));
  API_HAS(w, "\"field\":\"class_teacher\"");
  API_STATUS(w, 200,
             api_change(w, "PATCH", w->worker, url, "\"1\"",
                        "{\"fields\":{\"school_contact\":\"Aunt May\"},\"section\":\"general\",\"done\":true}"));
  assert_string_equal(api_header_of(w, "etag"), "\"2\"");
  API_STATUS(w, 200, api_get(w, w->worker, url));
  assert_string_equal(api_text_at(w, "fields.school_contact"), "Aunt May");
  assert_string_equal(api_text_at(w, "sections.general.done_at"), "2026-01-16T12:00:00.000000Z");
  API_STATUS(w, 200, api_get(w, w->worker, pep_url(w, "/history?field=school_contact")));
  assert_int_equal(api_at(w, "items")->n, 1);
  assert_string_equal(api_text_at(w, "items.0.after"), "Aunt May");
  assert_string_equal(api_text_at(w, "items.0.by_name"), "Sol Worker");
}

static void test_values_come_back(void **state) {
  struct api_world *w = *state;
  const char *url = pep_url(w, "");
  API_STATUS(w, 200,
             api_change(w, "PATCH", w->teacher, url, "\"1\"",
                        "{\"fields\":{\"timetable_hours\":\"22.5\",\"alternative_provision\":false,\"suspensions\":2,"
                        "\"days_lost\":\"1.5\"}}"));
  API_STATUS(w, 200, api_get(w, w->teacher, url));
  assert_string_equal(api_text_at(w, "fields.timetable_hours"), "22.5");
  assert_int_equal(api_at(w, "fields.alternative_provision")->type, JSON_FALSE);
  assert_int_equal(api_at(w, "fields.suspensions")->i, 2);
  API_STATUS(w, 200,
             api_change(w, "PATCH", w->teacher, url, "\"2\"",
                        "{\"fields\":{\"alternative_provision\":null,\"suspensions\":0}}"));
  API_STATUS(w, 200, api_get(w, w->teacher, url));
  assert_int_equal(api_at(w, "fields.alternative_provision")->type, JSON_NULL);
  assert_int_equal(api_at(w, "fields.days_lost")->type, JSON_NULL); /* hidden now, so blanked */
}

static void test_two_editors(void **state) {
  struct api_world *w = *state;
  const char *url = pep_url(w, "");
  API_STATUS(w, 200, api_change(w, "PATCH", w->worker, url, "\"1\"", "{\"fields\":{\"school_contact\":\"Mine\"}}"));
  API_STATUS(w, 200,
             api_change(w, "PATCH", w->teacher, url, "\"1\"",
                        "{\"fields\":{\"class_teacher\":\"Ms Lane\"}}")); /* another field: both stand */
  assert_string_equal(api_header_of(w, "etag"), "\"3\"");
  API_STATUS(w, 412, api_change(w, "PATCH", w->worker, url, "\"1\"", "{\"fields\":{\"school_contact\":\"Theirs\"}}"));
  assert_string_equal(api_header_of(w, "content-type"), "application/problem+json");
  assert_string_equal(api_header_of(w, "etag"), "\"3\"");
  assert_string_equal(api_text_at(w, "errors.0.field"), "school_contact");
  assert_string_equal(api_text_at(w, "errors.0.theirs"), "Mine");
  assert_string_equal(api_text_at(w, "errors.0.yours"), "Theirs");
  assert_int_equal(shown_children(w), 1); /* their answer was shown */
  assert_true(shown_categories(w, w->in[0]->child) & category(w, "education_plan"));
  API_STATUS(w, 412, api_change(w, "POST", w->worker, pep_url(w, "/void"), "\"1\"", "{\"reason\":\"Twice\"}"));
  API_STATUS(w, 200, api_get(w, w->worker, url));
  assert_string_equal(api_text_at(w, "fields.school_contact"), "Mine");
}

static void test_state_and_void(void **state) {
  struct api_world *w = *state;
  API_STATUS(w, 200, api_get(w, w->worker, pep_url(w, "")));
  const char *to = api_text_at(w, "transitions.0.to");
  assert_string_equal(to, "scheduled");
  API_STATUS(w, 428, api_post(w, w->worker, pep_url(w, "/state"), "{\"to\":\"scheduled\"}"));
  API_STATUS(w, 422, api_change(w, "POST", w->worker, pep_url(w, "/state"), "\"1\"", "{}"));
  API_STATUS(w, 403, api_change(w, "POST", w->worker, pep_url(w, "/state"), "\"1\"", "{\"to\":\"approved\"}"));
  API_STATUS(w, 403, api_change(w, "POST", w->reader, pep_url(w, "/state"), "\"1\"", "{\"to\":\"scheduled\"}"));
  API_STATUS(w, 422, api_change(w, "POST", w->worker, pep_url(w, "/state"), "\"1\"", "{\"to\":\"scheduled\"}"));
  API_HAS(w, "\"field\":\"meeting_on\"");
  API_STATUS(
      w, 200,
      api_change(w, "PATCH", w->worker, pep_url(w, ""), "\"1\"", "{\"fields\":{\"meeting_on\":\"2026-01-20\"}}"));
  API_STATUS(w, 200, api_change(w, "POST", w->worker, pep_url(w, "/state"), "\"2\"", "{\"to\":\"scheduled\"}"));
  assert_string_equal(api_header_of(w, "etag"), "\"3\"");
  API_STATUS(w, 422, api_change(w, "POST", w->worker, pep_url(w, "/void"), "\"3\"", "{\"reason\":\" \"}"));
  API_STATUS(w, 403, api_change(w, "POST", w->teacher, pep_url(w, "/void"), "\"3\"", "{\"reason\":\"x\"}"));
  API_STATUS(w, 200, api_change(w, "POST", w->worker, pep_url(w, "/void"), "\"3\"", "{\"reason\":\"Twin's record\"}"));
  API_STATUS(w, 200, api_get(w, w->worker, pep_url(w, "")));
  assert_int_equal(api_at(w, "voided")->type, JSON_TRUE);
  API_STATUS(w, 200, api_get(w, w->worker, child_url(w, "/pep")));
  assert_int_equal(api_at(w, "items")->n, 0);
  const char *child = child_url(w, api_path(w, "/child/886-%lld/void", (long long)w->in[0]->child));
  API_STATUS(w, 403, api_change(w, "POST", w->worker, child, "\"1\"", "{\"reason\":\"x\"}"));
}

static void test_parts(void **state) {
  struct api_world *w = *state;
  const char *pep = api_path(w, "886-%lld", (long long)w->in[0]->pep), *url = child_url(w, "/pep_target");
  API_STATUS(w, 422, api_post(w, w->teacher, url, "{\"fields\":{\"target\":\"Read\"}}"));
  API_HAS(w, "\"field\":\"owner\"");
  API_STATUS(
      w, 422,
      api_post(w, w->teacher, url, api_path(w, "{\"fields\":{},\"owner\":\"887-%lld\"}", (long long)w->in[0]->pep)));
  API_STATUS(w, 404, api_post(w, w->teacher, url, "{\"fields\":{\"target\":\"Read\"},\"owner\":\"886-999999\"}"));
  API_STATUS(
      w, 201,
      api_post(
          w, w->teacher, url,
          api_path(w, "{\"fields\":{\"area\":\"literacy\",\"target\":\"Read to the class\"},\"owner\":\"%s\"}", pep)));
  API_STATUS(w, 200, api_get(w, w->teacher, api_path(w, "%s?owner=%s", url, pep)));
  assert_int_equal(api_at(w, "items")->n, 1);
  assert_string_equal(api_text_at(w, "items.0.owner"), pep);
}

/* A sibling of whom the caller may not know: neither read nor told apart from one who is not there. */
static bool make_sibling(struct db *db, struct world *w, struct error *e) {
  int64_t id;
  return world_put(db, w, "relationship", w->child, &id, e, "kind=sibling",
                   arena_printf(w->a, "sibling=%lld", (long long)w->other_child), "from_on=2020-01-01", NULL);
}

static void test_unknown_sibling(void **state) {
  struct api_world *w = *state;
  const char *url = child_url(w, "/relationship"), *other = api_path(w, "886-%lld", (long long)w->in[0]->other_child);
  world_do(w->in[0], make_sibling);
  API_STATUS(w, 200, api_get(w, w->worker, url));
  assert_string_equal(api_text_at(w, "items.0.fields.sibling"), other); /* may know of every child of the authority */
  API_STATUS(w, 200, api_get(w, w->lead, url));
  assert_int_equal(api_at(w, "items")->n, 1);
  API_LACKS(w, api_path(w, "\"%s\"", other));
  API_LACKS(w, "Smith");
  API_HAS(w, "\"withheld\":[\"sibling\"");
  const char *row = api_text_at(w, "items.0.href");
  API_STATUS(w, 200, api_get(w, w->lead, row));
  API_LACKS(w, api_path(w, "\"%s\"", other));
  API_STATUS(w, 200, api_get(w, w->lead, api_path(w, "%s/history", row)));
  API_LACKS(w, "Smith");
  API_STATUS(w, 422, api_post(w, w->worker, url, "{\"fields\":{\"kind\":\"sibling\",\"sibling\":\"886-999999\"}}"));
  API_HAS(w, "choose one that is there");
  API_STATUS(w, 422, api_post(w, w->worker, url, "{\"fields\":{\"kind\":\"sibling\",\"sibling\":\"887-7\"}}"));
  API_HAS(w, "a reference as a string");
}

/* --- done once ---------------------------------------------------------------------------------------------------- */
static int keyed(struct api_world *w, const char *method, const char *url, const char *key, const char *etag,
                 const char *body) {
  return api_ask(w, method, w->worker, url, body, (struct header){"idempotency-key", key},
                 (struct header){etag ? "if-match" : NULL, etag});
}

static void test_idempotency(void **state) {
  struct api_world *w = *state;
  const char *url = child_url(w, "/note"),
             *body = "{\"fields\":{\"happened_on\":\"2026-01-10\",\"subject\":\"s\",\"body\":\"once\"}}";
  API_STATUS(w, 422,
             keyed(w, "POST", url, "k-1", NULL, "{\"fields\":{\"happened_on\":3}}")); /* what failed is not kept */
  API_STATUS(w, 201, keyed(w, "POST", url, "k-1", NULL, body));
  const char *location = api_header_of(w, "location"), *first = arena_strdup(w->a, api_body_of(w));
  API_STATUS(w, 201, keyed(w, "POST", url, "k-1", NULL, body));
  assert_string_equal(api_header_of(w, "location"), location);
  assert_string_equal(api_header_of(w, "etag"), "\"1\"");
  assert_string_equal(api_body_of(w), first);
  API_STATUS(w, 200, api_get(w, w->worker, url));
  assert_int_equal(api_at(w, "items")->n, 1);
  API_STATUS(w, 422,
             keyed(w, "POST", url, "k-1", NULL,
                   "{\"fields\":{\"happened_on\":\"2026-01-10\",\"subject\":\"s\",\"body\":\"other\"}}"));
  API_HAS(w, "different request");
  const char *change = "{\"fields\":{\"school_contact\":\"Aunt May\"}}";
  API_STATUS(w, 200, keyed(w, "PATCH", pep_url(w, ""), "k-2", "\"1\"", change));
  API_STATUS(w, 200, keyed(w, "PATCH", pep_url(w, ""), "k-2", "\"1\"", change));
  assert_string_equal(api_header_of(w, "etag"), "\"2\"");
  API_STATUS(w, 200, api_get(w, w->worker, pep_url(w, "")));
  assert_string_equal(api_header_of(w, "etag"), "\"2\"");
}

/* --- export ------------------------------------------------------------------------------------------------------- */
static void test_export(void **state) {
  struct api_world *w = *state;
  const char *url = api_path(w, "/children/886-%lld/note/export", (long long)w->in[0]->child);
  API_STATUS(
      w, 201,
      api_post(
          w, w->worker, child_url(w, "/note"),
          "{\"fields\":{\"happened_on\":\"2026-01-10\",\"subject\":\"s\",\"body\":\"=HYPERLINK(\\\"http://x\\\")\"}}"));
  API_STATUS(
      w, 201,
      api_post(w, w->worker, child_url(w, "/note"),
               "{\"fields\":{\"happened_on\":\"2026-01-11\",\"subject\":\"s\",\"body\":\"Zo\u00eb, \\\"a\\\"\"}}"));
  API_STATUS(w, 200, api_get(w, w->worker_cookie, url));
  assert_string_equal(api_header_of(w, "content-type"), "text/csv; charset=utf-8");
  assert_non_null(
      strstr(api_header_of(w, "content-disposition"), api_path(w, "note-886-%lld.csv", (long long)w->in[0]->child)));
  API_HAS(w, "\"'=HYPERLINK(\"\"http://x\"\")\"");
  API_HAS(w, "\"Zo\u00eb, \"\"a\"\"\"");
  assert_int_equal(last_access(w, "case when outcome = 'exported' then 1 else 0 end"), 1);
  assert_int_equal(shown_children(w), 1);
  API_STATUS(w, 200, api_get(w, w->worker_cookie, "/children/export"));
  API_HAS(w, "O'Neill");
  API_LACKS(w, "Smith");
  API_HAS(w, "Nationality");
  API_STATUS(w, 200, api_get(w, w->teacher_cookie, "/children/export"));
  API_HAS(w, "Not shown to you");
  API_STATUS(w, 200, api_get(w, w->stranger_cookie, "/children/export"));
  API_LACKS(w, "O'Neill");
  API_STATUS(w, 404, api_get(w, w->stranger_cookie, url));
  API_STATUS(
      w, 404,
      api_get(w, w->worker_cookie, api_path(w, "/children/886-%lld/pep/export", (long long)w->in[0]->other_child)));
  API_STATUS(w, 303, api_get(w, NULL, url));
  API_STATUS(w, 200, api_get(w, w->worker_cookie, "/register/organisation/export"));
  API_HAS(w, "Elm Park School");
  const char *list = arena_strndup(w->a, url, strlen(url) - strlen("/export"));
  API_STATUS(w, 200, api_get(w, w->worker_cookie, list));
  API_HAS(w, api_path(w, "href=\"%s\"", url));
  API_STATUS(w, 200, api_get(w, w->worker_cookie, "/children"));
  API_HAS(w, "href=\"/children/export\"");
}

/* --- the description ---------------------------------------------------------------------------------------------- */
/* Every reference in it leads somewhere. */
static size_t refs_lead(struct api_world *w, const struct json *root, const struct json *v) {
  size_t n = 0;
  const char *ref = json_text(json_get(v, "$ref"));
  if (ref) {
    const struct json *at = root;
    char *save = NULL, *text = arena_strdup(w->a, ref + 2);
    for (char *part = strtok_r(text, "/", &save); part; part = strtok_r(NULL, "/", &save)) at = json_get(at, part);
    if (!at) fail_msg("%s leads nowhere", ref);
    n++;
  }
  for (size_t i = 0; (v->type == JSON_OBJECT || v->type == JSON_ARRAY) && i < v->n; i++)
    n += refs_lead(w, root, v->items[i]);
  return n;
}

/* Each parameter of a path is declared, and each operation has an id of its own. */
static size_t operations_right(struct api_world *w, const struct json *paths) {
  const char *seen = "|";
  size_t n = 0;
  for (size_t i = 0; i < paths->n; i++) {
    const struct json *path = paths->items[i];
    for (size_t k = 0; k < path->n; k++, n++) {
      const char *id = json_text(json_get(path->items[k], "operationId"));
      const struct json *parameters = json_get(path->items[k], "parameters");
      if (strstr(seen, api_path(w, "|%s|", id))) fail_msg("%s stands twice", id);
      seen = api_path(w, "%s%s|", seen, id);
      for (const char *s = paths->keys[i]; (s = strchr(s, '{')); s++) {
        const char *want = api_path(w, "#/components/parameters/%.*s", (int)strcspn(s + 1, "}"), s + 1);
        bool found = false;
        for (size_t j = 0; j < parameters->n; j++)
          found |= strcmp(json_text(json_get(parameters->items[j], "$ref")), want) == 0;
        if (!found) fail_msg("%s does not declare %s", paths->keys[i], want);
      }
    }
  }
  return n;
}

static void test_openapi(void **state) {
  struct api_world *w = *state;
  API_STATUS(w, 200, api_get(w, NULL, "/api/v1/openapi.json"));
  assert_string_equal(api_header_of(w, "content-type"), "application/json");
  assert_false(w->r.has_access);
  const struct json *doc = api_json_of(w);
  assert_string_equal(json_text(json_get(doc, "openapi")), "3.1.0");
  assert_true(refs_lead(w, doc, doc) > 200);
  assert_true(operations_right(w, json_get(doc, "paths")) > 60);
  const struct json *schemas = json_get(json_get(doc, "components"), "schemas");
  for (size_t i = 0; i < w->g.model->n_records; i++) {
    const struct model_record *r = &w->g.model->records[i];
    const struct json *properties = json_get(json_get(schemas, api_path(w, "%s.fields", r->name)), "properties");
    assert_non_null(properties);
    assert_int_equal(properties->n, r->n_fields);
  }
  API_HAS(w, "\"const\":\"F\"");
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, api_world_open, api_world_close)
  const struct CMUnitTest tests[] = {T(test_me),
                                     T(test_children),
                                     T(test_search),
                                     T(test_child),
                                     T(test_refused_is_absent),
                                     T(test_rows),
                                     T(test_pages_of_a_list),
                                     T(test_create),
                                     T(test_bad_bodies),
                                     T(test_change),
                                     T(test_values_come_back),
                                     T(test_two_editors),
                                     T(test_state_and_void),
                                     T(test_parts),
                                     T(test_unknown_sibling),
                                     T(test_idempotency),
                                     T(test_export),
                                     T(test_openapi)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
