#include "web/lane.h"

#include <stdlib.h>

static struct lane_item *take(struct lane *l) {
  pthread_mutex_lock(&l->lock);
  while (!l->first && !l->ending) pthread_cond_wait(&l->ready, &l->lock);
  struct lane_item *item = l->first;
  if (item) {
    l->first = item->next;
    if (!l->first) l->last = &l->first;
    l->queued--;
  }
  pthread_mutex_unlock(&l->lock);
  return item;
}

static void *worker(void *arg) {
  struct lane *l = arg;
  for (struct lane_item *item; (item = take(l));) l->work(item);
  return NULL;
}

bool lane_start(struct lane *l, int threads, int limit, lane_fn *work) {
  *l = (struct lane){.limit = limit, .work = work};
  pthread_mutex_init(&l->lock, NULL);
  pthread_cond_init(&l->ready, NULL);
  l->last = &l->first;
  l->threads = calloc((size_t)threads, sizeof *l->threads);
  if (!l->threads) abort();
  while (l->n_threads < threads && pthread_create(&l->threads[l->n_threads], NULL, worker, l) == 0) l->n_threads++;
  return l->n_threads == threads;
}

bool lane_put(struct lane *l, struct lane_item *item) {
  pthread_mutex_lock(&l->lock);
  bool room = l->queued < l->limit && !l->ending;
  if (room) {
    item->next = NULL;
    *l->last = item;
    l->last = &item->next;
    l->queued++;
    pthread_cond_signal(&l->ready);
  }
  pthread_mutex_unlock(&l->lock);
  return room;
}

void lane_stop(struct lane *l) {
  pthread_mutex_lock(&l->lock);
  l->ending = true;
  pthread_cond_broadcast(&l->ready);
  pthread_mutex_unlock(&l->lock);
  for (int i = 0; i < l->n_threads; i++) pthread_join(l->threads[i], NULL);
  free(l->threads);
  pthread_mutex_destroy(&l->lock);
  pthread_cond_destroy(&l->ready);
}
