/* Plans of the demonstration: each is made by the people whose task it is, through the same functions as the pages use. */
#include <string.h>

#include "exchange/demo.h"

enum stage { STAGE_NONE, STAGE_INITIATED, STAGE_MET, STAGE_SUBMITTED, STAGE_RETURNED, STAGE_APPROVED };
struct plan {
  struct demo *d;
  const struct demo_child *child;
  date_t began;
  enum stage stage;
  struct ctx ctx;
  int64_t id, version;
  size_t seed;
  store_fn *task;
  int64_t before; /* version at which the task begins: it may run again */
};

/* What one person does on one day. */
static bool open_as(struct plan *x, struct db *db, int64_t person, date_t on, const struct permit **permit,
                    struct error *e) {
  struct actor *who = arena_alloc(x->d->l.arena, sizeof *who);
  *who = (struct actor){.id = person, .purpose = ""};
  x->ctx = *x->d->l.ctx;
  if (on < x->ctx.today) x->ctx.today = on, x->ctx.now = instant_of_london(on, 10, 30);
  return guard_open(db, &x->ctx, x->d->l.engine->model, who, x->child->id, permit, e);
}

struct answer {
  const char *field;
  struct value value;
};
static struct record_input answers(struct plan *x, const char *record, const struct answer *list, size_t n) {
  struct record_input in;
  record_input_init(&in, x->d->l.arena, load_record(&x->d->l, record));
  for (size_t i = 0; i < n; i++) load_value(&in, load_record(&x->d->l, record), list[i].field, list[i].value);
  return in;
}

static bool write_section(struct plan *x, struct db *db, const struct permit *p, const char *section,
                          const struct answer *list, size_t n, struct error *e) {
  struct record_input in = answers(x, "pep", list, n);
  return record_change(db, &x->ctx, &x->d->l.engine->env, p, load_record(&x->d->l, "pep"), x->id, section, x->version,
                       &in, 1, &x->version, e);
}
#define WRITE(x, db, p, section, ...)                                    \
  write_section(x, db, p, section, (const struct answer[]){__VA_ARGS__}, \
                sizeof((const struct answer[]){__VA_ARGS__}) / sizeof(struct answer), e)
#define TEXT(s) value_text(s)

static bool move(struct plan *x, struct db *db, const struct permit *p, const char *to, const char *reason,
                 struct error *e) {
  return record_move(db, &x->ctx, &x->d->l.engine->env, p, load_record(&x->d->l, "pep"), x->id, x->version, to, reason,
                     &x->version, e);
}

static const char *pick(struct plan *x, const char *const *list, size_t salt) {
  return list[(x->seed + salt) % DEMO_TEXTS];
}

static bool initiate(struct db *db, void *arg, struct error *e) {
  struct plan *x = arg;
  const struct permit *p;
  static const char *const terms[] = {"spring", "summer", "autumn"};
  int year, month, day;
  date_split(x->began, &year, &month, &day);
  const struct answer first[] = {{"initiated_on", load_date(x->d->l.arena, x->began)},
                                 {"term", TEXT(terms[month <= 4   ? 0
                                                     : month <= 8 ? 1
                                                                  : 2])},
                                 {"school_contact", TEXT("The carer first, then the social worker")}};
  struct record_input in = answers(x, "pep", first, 3);
  if (!open_as(x, db, x->d->workers[x->child->worker], x->began, &p, e)) return false;
  if (!record_create(db, &x->ctx, &x->d->l.engine->env, p, load_record(&x->d->l, "pep"), x->child->id, 0, &in, &x->id,
                     e))
    return false;
  x->version = 1;
  return x->stage == STAGE_INITIATED ||
         WRITE(x, db, p, "social_worker_views", {"social_worker_view", TEXT(pick(x, demo_worker, 1))},
               {"care_changes", TEXT(pick(x, demo_worker, 3))});
}

static const char *phase_of(const struct plan *x) {
  int year = date_national_curriculum_year(x->child->born, x->d->today);
  return year < 1    ? "early_years"
         : year < 3  ? "key_stage_1"
         : year < 7  ? "key_stage_2"
         : year < 10 ? "key_stage_3"
         : year < 12 ? "key_stage_4"
                     : "post_16";
}

static bool add_target(struct plan *x, struct db *db, const struct permit *p, const struct demo_target *t,
                       struct error *e) {
  const struct answer list[] = {{"area", TEXT(t->area)},
                                {"baseline", TEXT(t->baseline)},
                                {"target", TEXT(t->target)},
                                {"action", TEXT(t->action)},
                                {"measure", TEXT(t->measure)},
                                {"lead", TEXT("Designated teacher")},
                                {"due_on", load_date(x->d->l.arena, x->began + 90)}};
  struct record_input in = answers(x, "pep_target", list, sizeof list / sizeof *list);
  int64_t id;
  return record_create(db, &x->ctx, &x->d->l.engine->env, p, load_record(&x->d->l, "pep_target"), x->child->id, x->id,
                       &in, &id, e);
}

static bool teach(struct db *db, void *arg, struct error *e) {
  struct plan *x = arg;
  const struct permit *p;
  date_t met = x->began + 9;
  struct value attendance = value_int(820 + (int64_t)(x->seed * 37 % 178));
  if (!open_as(x, db, x->d->schools[x->child->school].teacher, met, &p, e)) return false;
  bool ok =
      WRITE(x, db, p, "attendance", {"attendance_percent", attendance}, {"suspensions", value_int(0)}) &&
      WRITE(x, db, p, "attainment", {"phase", TEXT(phase_of(x))},
            {"progress_summary", TEXT(pick(x, demo_progress, 0))}) &&
      WRITE(x, db, p, "sen", {"sen_provision", TEXT(x->child->ehcp ? "E" : "N")}) &&
      WRITE(x, db, p, "strengths", {"strengths", TEXT(pick(x, demo_strengths, 2))},
            {"strategies", TEXT(pick(x, demo_strategies, 5))}) &&
      WRITE(x, db, p, "meeting", {"meeting_on", load_date(x->d->l.arena, met)}, {"view_taken", TEXT("spoken")},
            {"attendees", TEXT("Designated teacher, social worker, carer, the child for the second half")},
            {"completed_on", load_date(x->d->l.arena, met)}, {"next_review_on", load_date(x->d->l.arena, met + 100)}) &&
      add_target(x, db, p, &demo_targets[x->seed % demo_n_targets], e) &&
      add_target(x, db, p, &demo_targets[(x->seed + 3) % demo_n_targets], e) && move(x, db, p, "met", NULL, e);
  return ok && (x->stage == STAGE_MET || move(x, db, p, "submitted", NULL, e));
}

static bool speak(struct db *db, void *arg, struct error *e) {
  struct plan *x = arg;
  const struct permit *p;
  if (x->child->age < 7) return true;
  return open_as(x, db, x->child->id, x->began + 5, &p, e) &&
         WRITE(x, db, p, "my_views", {"view", TEXT(pick(x, demo_views, 0))},
               {"ambitions", TEXT(pick(x, demo_ambitions, 4))});
}

static bool care(struct db *db, void *arg, struct error *e) {
  struct plan *x = arg;
  const struct permit *p;
  struct error none;
  error_init(&none, x->d->l.arena);
  if (!open_as(x, db, x->child->carer, x->began + 6, &p, &none))
    return true; /* in a home, or with another carer on that day */
  if (!permit_has_role(p, "foster_carer")) return true;
  return WRITE(x, db, p, "carer_views", {"carer_view", TEXT(pick(x, demo_carer, 6))});
}

static bool judge(struct db *db, void *arg, struct error *e) {
  struct plan *x = arg;
  const struct permit *p;
  if (!open_as(x, db, x->d->advisers[x->child->adviser], x->began + 16, &p, e)) return false;
  if (x->stage == STAGE_RETURNED)
    return move(x, db, p, "returned",
                "The second target has no measure that another person could check, and the child's view is not "
                "answered. Please add both.",
                e);
  return WRITE(
             x, db, p, "quality", {"quality_rating", TEXT(x->seed % 4 ? "green" : "amber")},
             {"quality_comment", TEXT("Thank you. The child's words come first and the targets follow from them.")}) &&
         move(x, db, p, "approved", NULL, e);
}

static bool run_task(struct db *db, void *arg, struct error *e) {
  struct plan *x = arg;
  x->version = x->before;
  return x->task(db, x, e);
}

static bool write_down(struct plan *x, store_fn *task, struct error *e) {
  x->task = task;
  x->before = x->version;
  return store_write(x->d->l.authority->main, run_task, x, e);
}

static bool make_plan(struct demo *d, const struct demo_child *c, date_t began, enum stage stage, size_t seed,
                      struct error *e) {
  struct plan x = {.d = d, .child = c, .began = began, .stage = stage, .seed = seed};
  if (!write_down(&x, initiate, e)) return false;
  if (stage == STAGE_INITIATED) return true;
  if (!write_down(&x, speak, e) || !write_down(&x, care, e) || !write_down(&x, teach, e)) return false;
  return stage < STAGE_RETURNED || write_down(&x, judge, e);
}

bool demo_plans(struct demo *d, struct error *e) {
  static const enum stage stages[] = {STAGE_APPROVED, STAGE_INITIATED, STAGE_APPROVED, STAGE_SUBMITTED,
                                      STAGE_APPROVED, STAGE_MET,       STAGE_APPROVED, STAGE_RETURNED,
                                      STAGE_APPROVED, STAGE_SUBMITTED};
  date_t school_year = date_of(date_academic_year(d->today), 9, 1);
  for (size_t i = 0; i < d->n; i++) {
    const struct demo_child *c = &d->children[i];
    if (c->school < 0 || c->school == 5 || c->left != DATE_NONE || i == 12 || i == 4 || i == 5)
      continue; /* the last two entered days ago and have no plan yet */
    date_t began = c->entered + 4 > school_year + 10 ? c->entered + 4 : school_year + 10 + (date_t)(i % 20);
    enum stage stage = i == 0 ? STAGE_MET : stages[i % 10];
    if (began + 20 > d->today) stage = STAGE_INITIATED;
    if (began > d->today) continue;
    if (!make_plan(d, c, began, stage, i * 5 + 1, e)) return false;
  }
  return true;
}
