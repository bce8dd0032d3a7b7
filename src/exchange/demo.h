/* demo: the invented world of a demonstration authority, and its words. Private to exchange/. Nobody in it is real: names are put together at
 * random from common ones of many origins, the authority code and the postcode area do not exist. */
#ifndef KITH_EXCHANGE_DEMO_H
#define KITH_EXCHANGE_DEMO_H
#include "exchange/load.h"

struct demo_name {
  const char *text, *ethnicity;
};
extern const struct demo_name demo_girls[], demo_boys[], demo_surnames[];
extern const size_t demo_n_girls, demo_n_boys, demo_n_surnames;
extern const char *const demo_views[],
    *const demo_strengths[], *const demo_strategies[], *const demo_progress[], *const demo_carer[],
                                                                                   *const demo_worker[],
                                                                                       *const demo_ambitions[];
enum { DEMO_TEXTS = 8 };
struct demo_target {
  const char *area, *baseline, *target, *action, *measure;
};
extern const struct demo_target demo_targets[];
extern const size_t demo_n_targets;

enum { DEMO_SCHOOLS = 7, DEMO_WORKERS = 4, DEMO_CARERS = 14, DEMO_MOST = 100 };
struct demo_school {
  const char *urn, *name, *town, *postcode;
  int low, high;
  int64_t id, teacher;
  int x, y; /* tenths of a mile */
};
struct demo_child {
  int64_t id, carer;
  const char *local_id, *forenames, *surname;
  date_t born, entered, left;
  int age, school, worker, adviser;
  bool girl, ehcp;
};
struct demo {
  struct loader l;
  const char *seed;
  struct random *random; /* of the run of the callback that fills: the same words, whichever run it is */
  size_t names;          /* where among the names the children begin */
  date_t today;
  struct demo_school schools[DEMO_SCHOOLS];
  int64_t workers[DEMO_WORKERS], manager, reviewer, head, advisers[2], class_teacher, carers[DEMO_CARERS], officer,
      home_worker, home, teams[3], parent;
  struct demo_child children[DEMO_MOST];
  size_t n;
};
uint64_t demo_below(struct demo *d, uint64_t n);
#define DEMO_PICK(d, list) ((list)[demo_below((d), sizeof(list) / sizeof *(list))])
/* The plans of every child of school age, made as their people would make them, on the days on which they would. */
bool demo_plans(struct demo *d, struct error *e);
#endif
