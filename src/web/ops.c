/* For whoever runs the machine: is it well, and how busy is it. Text in the form that Prometheus reads; from this machine only. */
#include <string.h>

#include "base/error.h"
#include "web/app.h"

static bool alive(struct db *db, void *arg, struct error *e) {
  (void)arg;
  struct stmt *q = db_sql(db, "select 1 as one", "");
  sql_row(q);
  sql_end(q);
  return db_ok(db, e);
}

static void healthz(struct page *p) {
  bool well = store_read(p->engine->directory, alive, NULL, &p->error);
  for (size_t i = 0; well && i < p->engine->n_authorities; i++)
    well = store_read(p->engine->authorities[i].main, alive, NULL, &p->error);
  p->quiet = true;
  p->response->status = well ? 200 : 503;
  page_bytes(p, "text/plain; charset=utf-8", NULL, well ? "ok\n" : "a store does not answer\n", well ? 3 : 24);
}

static void one_store(struct buf *b, const char *name, struct store *s) {
  struct store_stats x;
  store_stats(s, &x);
  buf_printf(b, "kith_store_queue{store=\"%s\"} %d\n", name, x.queue);
  buf_printf(b, "kith_store_groups_total{store=\"%s\"} %llu\n", name, (unsigned long long)x.groups);
  buf_printf(b, "kith_store_writes_total{store=\"%s\"} %llu\n", name, (unsigned long long)x.writes);
  buf_printf(b, "kith_store_retries_total{store=\"%s\"} %llu\n", name, (unsigned long long)x.retries);
  buf_printf(b, "kith_store_largest_group{store=\"%s\"} %llu\n", name, (unsigned long long)x.largest_group);
  buf_printf(b, "kith_store_commit_seconds_total{store=\"%s\"} %.6f\n", name, (double)x.commit_ns / 1e9);
  buf_printf(b, "kith_store_checkpoint_pages{store=\"%s\"} %llu\n", name, (unsigned long long)x.checkpoint_pages);
}

static void metrics(struct page *p) {
  struct buf b;
  struct web *w = p->web;
  p->quiet = true;
  if (!p->request->local) {
    page_not_found(p);
    return;
  }
  buf_init(&b, p->arena);
  buf_printf(&b, "kith_requests_total %llu\n", (unsigned long long)atomic_load(&w->requests));
  for (int i = 2; i < 6; i++)
    buf_printf(&b, "kith_responses_total{class=\"%dxx\"} %llu\n", i, (unsigned long long)atomic_load(&w->by_class[i]));
  buf_printf(&b, "kith_requests_in_flight %d\n", atomic_load(&w->in_flight));
  buf_printf(&b, "kith_access_failures_total %llu\n", (unsigned long long)atomic_load(&w->access_failures));
  one_store(&b, "directory", p->engine->directory);
  for (size_t i = 0; i < p->engine->n_authorities; i++) {
    const struct authority *a = &p->engine->authorities[i];
    one_store(&b, a->code, a->main);
    one_store(&b, arena_printf(p->arena, "%s_access", a->code), a->access);
  }
  page_bytes(p, "text/plain; version=0.0.4; charset=utf-8", NULL, b.data, b.len);
}

const struct route ops_routes[] = {
    {.method = "GET", .path = "/healthz", .handle = healthz, .need = NEED_NONE},
    {.method = "GET", .path = "/metrics", .handle = metrics, .need = NEED_NONE},
    {0},
};
