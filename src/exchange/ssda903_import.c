/* kith import ssda903: children, identifiers, periods of care, legal statuses and placements from a return (ssda903.h reads and folds it). */
#include <string.h>

#include "exchange/load.h"
#include "exchange/ssda903.h"

struct known {
  struct keys child, upn, upn_holder, period, status, placement;
};
struct job {
  struct care_return data;
  struct known known;
};

static bool load_known(struct loader *l, struct known *k, struct error *e) {
  struct keys *all[] = {&k->child, &k->upn, &k->upn_holder, &k->period, &k->status, &k->placement};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) keys_init(all[i], l->arena);
  struct db *db = l->db;
  return keys_load(&k->child, db, "select local_id, id from child where local_id is not null", e) &&
         keys_load(&k->upn, db, "select value, id, cast(child as text) from identifier where scheme = 'upn'", e) &&
         keys_load(&k->upn_holder, db, "select value, child from identifier where scheme = 'upn'", e) &&
         keys_load(&k->period, db, "select cast(child as text), id, became_looked_after_on from care_period", e) &&
         keys_load(&k->status, db, "select cast(child as text), id, from_on, status from legal_status", e) &&
         keys_load(&k->placement, db, "select cast(child as text), id, from_on from placement", e);
}

/* An identifier of the record is (child, day[, code]); look-ups use the same text as load_known. */
static int64_t known_span(struct loader *l, const struct keys *k, int64_t child, date_t from, const char *code) {
  char day[DATE_TEXT];
  return keys_get(k, arena_printf(l->arena, "%lld\n%s%s%s", (long long)child, date_format(from, day), code ? "\n" : "",
                                  code ? code : ""));
}

static bool put_child(struct loader *l, const struct care_child *c, int64_t id, int64_t *out, struct error *e) {
  const struct model_record *r = load_record(l, "child");
  struct record_input in;
  record_input_init(&in, l->arena, r);
  load_value(&in, r, "local_id", value_text(c->local_id));
  load_text(l, &in, r, "sex", c->sex, c->header_file, c->header_row, "SEX");
  load_text(l, &in, r, "ethnicity", c->ethnicity, c->header_file, c->header_row, "ETHNIC");
  load_text(l, &in, r, "upn_unknown", c->upn_unknown, c->header_file, c->header_row, "UPN");
  if (c->born > l->ctx->today)
    load_value(&in, r, "expected_date_of_birth", load_date(l->arena, c->born));
  else
    load_value(&in, r, "date_of_birth", load_date(l->arena, c->born));
  if (c->mother)
    load_text(l, &in, r, "is_mother", strcmp(c->mother, "1") == 0 ? "yes" : "no", c->header_file, c->header_row,
              "MOTHER");
  return load_put(l, "child", id, 0, &in, out, e);
}

static bool put_upn(struct loader *l, struct known *k, const struct care_child *c, int64_t child, struct error *e) {
  const struct model_record *r = load_record(l, "identifier");
  struct record_input in;
  if (!c->upn) return true;
  int64_t holder = keys_get(&k->upn_holder, c->upn);
  if (holder && holder != child) {
    error_cell(&l->report->rejected, c->header_file, c->header_row, "UPN", c->upn,
               "a number that no other child has; the child goes in without it");
    return true;
  }
  keys_put(&k->upn_holder, c->upn, child);
  record_input_init(&in, l->arena, r);
  load_value(&in, r, "scheme", value_text("upn"));
  load_value(&in, r, "value", value_text(c->upn));
  int64_t there = keys_get(&k->upn, arena_printf(l->arena, "%s\n%lld", c->upn, (long long)child));
  return load_put(l, "identifier", there, 0, &in, NULL, e);
}

static bool put_period(struct loader *l, const struct known *k, const struct care_child *c, int64_t child,
                       const struct care_span *s, struct error *e) {
  const struct model_record *r = load_record(l, "care_period");
  struct record_input in;
  record_input_init(&in, l->arena, r);
  load_value(&in, r, "became_looked_after_on", load_date(l->arena, s->from));
  load_text(l, &in, r, "need", s->code, c->episodes_file, s->row, "CIN");
  load_value(&in, r, "ended_on", load_date(l->arena, s->to));
  load_text(l, &in, r, "reason_ended", s->reason, c->episodes_file, s->row, "REC");
  load_value(&in, r, "began_before", value_int(s->began_before));
  return load_put(l, "care_period", known_span(l, &k->period, child, s->from, NULL), 0, &in, NULL, e);
}

static bool put_status(struct loader *l, const struct known *k, const struct care_child *c, int64_t child,
                       const struct care_span *s, struct error *e) {
  const struct model_record *r = load_record(l, "legal_status");
  struct record_input in;
  record_input_init(&in, l->arena, r);
  if (!s->code) return true;
  if (!load_text(l, &in, r, "status", s->code, c->episodes_file, s->row, "LS")) return true;
  load_value(&in, r, "from_on", load_date(l->arena, s->from));
  load_value(&in, r, "to_on", load_date(l->arena, s->to));
  return load_put(l, "legal_status", known_span(l, &k->status, child, s->from, s->code), 0, &in, NULL, e);
}

static bool put_placement(struct loader *l, const struct known *k, const struct care_child *c, int64_t child,
                          const struct care_span *s, struct error *e) {
  const struct model_record *r = load_record(l, "placement");
  struct record_input in;
  record_input_init(&in, l->arena, r);
  if (!s->code || !load_text(l, &in, r, "kind", s->code, c->episodes_file, s->row, "PLACE")) return true;
  load_value(&in, r, "from_on", load_date(l->arena, s->from));
  load_value(&in, r, "to_on", load_date(l->arena, s->to));
  load_text(l, &in, r, "provider", s->provider, c->episodes_file, s->row, "PLACE_PROVIDER");
  load_text(l, &in, r, "urn", s->urn, c->episodes_file, s->row, "URN");
  load_text(l, &in, r, "postcode", s->postcode, c->episodes_file, s->row, "PL_POST");
  load_text(l, &in, r, "home_postcode", s->home_postcode, c->episodes_file, s->row, "HOME_POST");
  load_text(l, &in, r, "reason_new_episode", s->started, c->episodes_file, s->row, "RNE");
  if (s->to != DATE_NONE)
    load_text(l, &in, r, "reason_change", s->reason, c->episodes_file, s->row, "REASON_PLACE_CHANGE");
  return load_put(l, "placement", known_span(l, &k->placement, child, s->from, NULL), 0, &in, NULL, e);
}

typedef bool put_fn(struct loader *l, const struct known *k, const struct care_child *c, int64_t child,
                    const struct care_span *s, struct error *e);

static bool put_spans(struct loader *l, const struct known *k, const struct care_child *c, int64_t child,
                      const struct care_spans *spans, put_fn *put, struct error *e) {
  for (size_t i = 0; i < spans->n; i++)
    if (!put(l, k, c, child, &spans->at[i], e)) return false;
  return true;
}

static bool load_child(struct loader *l, struct known *k, const struct care_child *c, struct error *e) {
  int64_t child = keys_get(&k->child, c->local_id);
  if (!load_begin(l, child, e) || !put_child(l, c, child, &child, e)) return false;
  return put_upn(l, k, c, child, e) && put_spans(l, k, c, child, &c->periods, put_period, e) &&
         put_spans(l, k, c, child, &c->statuses, put_status, e) &&
         put_spans(l, k, c, child, &c->placements, put_placement, e) && load_end(l, e);
}

static bool apply(struct loader *l, void *arg, struct error *e) {
  struct job *j = arg;
  if (!load_known(l, &j->known, e)) return false;
  for (size_t i = 0; i < j->data.n; i++) {
    if (!load_child(l, &j->known, &j->data.children[i], e)) return false;
    if (l->options->progress && i % 100 == 0)
      l->options->progress(l->options->progress_arg, "children", (int64_t)i, (int64_t)j->data.n);
  }
  return true;
}

bool import_ssda903(const struct engine *g, const struct authority *a, const struct ctx *c, const char *const *paths,
                    size_t n, const struct import_options *o, struct import_report *r, struct error *e) {
  struct job j = {0};
  struct loader l;
  if (n != 1) return error_set(e, ERR_INPUT, "give the folder that holds the return's files");
  if (!ssda903_read(c->arena, paths[0], c->today, r, &j.data, e)) return false;
  loader_init(&l, g, a, c, paths[0], o, r);
  return load_run(&l, apply, &j, e);
}
