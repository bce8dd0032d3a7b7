/* lane: a bounded queue and the workers that take from it. */
#ifndef KITH_WEB_LANE_H
#define KITH_WEB_LANE_H
#include <pthread.h>
#include <stdbool.h>

struct lane_item {
  struct lane_item *next;
};
typedef void lane_fn(struct lane_item *item);
struct lane {
  pthread_mutex_t lock;
  pthread_cond_t ready;
  struct lane_item *first, **last;
  int queued, limit, n_threads;
  bool ending;
  lane_fn *work;
  pthread_t *threads;
};
bool lane_start(struct lane *l, int threads, int limit, lane_fn *work); /* false: no thread could be made */
bool lane_put(struct lane *l, struct lane_item *item); /* false: full, the item is still the caller's */
void lane_stop(struct lane *l);                        /* works off what is queued, then joins */
#endif
