/* writer: the one thread of a store that writes, and its groups. A group is one transaction of up to STORE_GROUP_MAX callbacks,
 * each in a savepoint; its callers are told after the commit. While a group runs and commits the next one gathers. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "store/backend.h"

enum { IDLE_MS = 200, IDLE_AGAIN_MS = 5000 }; /* without work, before the back end is asked to tidy up */
enum outcome { NOT_RUN, DONE_OK, DONE_FAILED, GIVEN_UP };

struct job {
  store_fn *fn;
  void *arg;
  struct error *e;
  store_done *done; /* NULL: somebody waits on `told` */
  void *done_arg;
  struct job *next;
  enum outcome outcome;
  int runs; /* that ended the whole transaction or asked to run again */
  bool finished;
  pthread_cond_t told;
};

struct writer {
  struct store *store;
  struct db *db;
  pthread_t thread;
  pthread_mutex_t lock; /* queue, closing, finished, stats */
  pthread_cond_t work;
  struct job *first, *last;
  bool closing;
  struct store_stats stats;
};

struct group {
  struct job *jobs[STORE_GROUP_MAX];
  size_t n;
  uint64_t began;
};

static struct job *pull(struct writer *w) {
  pthread_mutex_lock(&w->lock);
  struct job *j = w->first;
  if (j) {
    w->first = j->next;
    if (!w->first) w->last = NULL;
    w->stats.queue--;
  }
  pthread_mutex_unlock(&w->lock);
  return j;
}

/* The next job of the group: first those of an earlier run, then from the queue while the group has room and time. */
static struct job *next_job(struct writer *w, struct group *g, size_t i) {
  if (i < g->n) return g->jobs[i];
  if (g->n == STORE_GROUP_MAX || (g->n > 0 && store_now_ns() - g->began > STORE_GROUP_NS)) return NULL;
  struct job *j = pull(w);
  if (j) g->jobs[g->n++] = j;
  return j;
}

/* false: the transaction is gone and the group must run again. */
static bool run_job(struct writer *w, struct job *j) {
  struct db *db = w->db;
  for (;;) {
    db_unfail(db);
    error_clear(j->e);
    db->transaction++;
    bool ok = db_run_savepoint(db, j->fn, j->arg, j->e);
    db_trim(db, STORE_STATEMENTS);
    bool again = !ok && j->e->kind == ERR_RETRY && ++j->runs < STORE_RETRIES;
    if (db->be->lost(db)) {
      j->outcome = again ? NOT_RUN : GIVEN_UP;
      return false;
    }
    if (!again) {
      j->outcome = ok ? DONE_OK : DONE_FAILED;
      return true;
    }
    pthread_mutex_lock(&w->lock);
    w->stats.retries++;
    pthread_mutex_unlock(&w->lock);
  }
}

static bool run_jobs(struct writer *w, struct group *g) {
  struct job *j;
  for (size_t i = 0; (j = next_job(w, g, i)); i++) {
    if (j->outcome != GIVEN_UP && !run_job(w, j)) return false;
  }
  return true;
}

static bool commit(struct writer *w) {
  uint64_t from = store_now_ns();
  bool ok = w->db->be->commit(w->db);
  uint64_t took = store_now_ns() - from;
  pthread_mutex_lock(&w->lock);
  w->stats.commit_ns += took;
  pthread_mutex_unlock(&w->lock);
  return ok;
}

/* Nobody of a group that did not commit may hear that it did, nor keep a refusal that rested on what was undone. */
static void undo(struct group *g) {
  for (size_t i = 0; i < g->n; i++) {
    if (g->jobs[i]->outcome != GIVEN_UP) g->jobs[i]->outcome = NOT_RUN;
  }
}

static void fail_all(struct db *db, struct group *g) {
  for (size_t i = 0; i < g->n; i++) {
    struct job *j = g->jobs[i];
    if (j->outcome == GIVEN_UP) continue;
    error_clear(j->e);
    error_set(j->e, db->failed ? db->fail_kind : ERR_BROKEN, "%s",
              db->failed ? db->fail_message : "The transaction could not be kept.");
    j->outcome = GIVEN_UP;
  }
}

static void tell(struct writer *w, struct group *g) {
  size_t ok = 0;
  for (size_t i = 0; i < g->n; i++) ok += g->jobs[i]->outcome == DONE_OK;
  pthread_mutex_lock(&w->lock);
  w->stats.groups++;
  w->stats.writes += ok;
  if (g->n > w->stats.largest_group) w->stats.largest_group = g->n;
  for (size_t i = 0; i < g->n; i++) {
    if (g->jobs[i]->done) continue;
    g->jobs[i]->finished = true;
    pthread_cond_signal(&g->jobs[i]->told); /* the job is its caller's from the unlock on */
    g->jobs[i] = NULL;
  }
  pthread_mutex_unlock(&w->lock);
  for (size_t i = 0; i < g->n; i++) {
    struct job *j = g->jobs[i];
    if (!j) continue;
    j->done(j->done_arg, j->outcome == DONE_OK, j->e);
    free(j);
  }
}

static void pause_before_retry(int run) {
  struct timespec t = {0, (1L << (run < 7 ? run : 7)) * 1000000L}; /* 1 to 128 ms */
  nanosleep(&t, NULL);
}

static bool try_group(struct writer *w, struct group *g) {
  struct db *db = w->db;
  db_unfail(db);
  if (!db->be->begin(db)) return false;
  bool whole = run_jobs(w, g);
  db_unfail(db);
  if (whole && commit(w)) return true;
  db_reset_open(db, 0);
  db->be->rollback(db);
  if (!whole) db_unfail(db); /* the culprit has been given up or will run again: the others may */
  return false;
}

static void run_group(struct writer *w) {
  struct group g = {.began = store_now_ns()};
  if (!next_job(w, &g, 0)) return;
  for (int run = 1;; run++) {
    if (try_group(w, &g)) break;
    struct db *db = w->db;
    bool culprit = !db->failed; /* every such run gives one job up at last, so that this ends */
    if (!culprit && (db->fail_kind != ERR_RETRY || run >= STORE_RETRIES)) {
      log_event(LOG_ERROR, "group_failed", "writes=%zu runs=%d", g.n, run);
      fail_all(db, &g);
      break;
    }
    undo(&g);
    pthread_mutex_lock(&w->lock);
    w->stats.retries++;
    pthread_mutex_unlock(&w->lock);
    if (!culprit) pause_before_retry(run);
  }
  uint64_t took = store_now_ns() - g.began;
  pthread_mutex_lock(&w->lock);
  if (took > w->stats.longest_ns) w->stats.longest_ns = took;
  pthread_mutex_unlock(&w->lock);
  tell(w, &g);
  if (took > 1000000000u) log_event(LOG_WARN, "slow_group", "ms=%lld writes=%zu", (long long)(took / 1000000), g.n);
}

/* true: there is work. false: nothing within the time (ms < 0: no limit), or closing. */
static bool wait_for_work(struct writer *w, int ms, bool *closing) {
  struct timespec t = store_deadline(ms < 0 ? 0 : ms);
  pthread_mutex_lock(&w->lock);
  while (!w->first && !w->closing) {
    if (ms < 0)
      pthread_cond_wait(&w->work, &w->lock);
    else if (pthread_cond_timedwait(&w->work, &w->lock, &t) == ETIMEDOUT)
      break;
  }
  bool work = w->first != NULL;
  *closing = w->closing;
  pthread_mutex_unlock(&w->lock);
  return work;
}

static void *writer_main(void *arg) {
  struct writer *w = arg;
  int patience = IDLE_MS;
  for (;;) {
    bool closing;
    if (wait_for_work(w, patience, &closing)) {
      run_group(w);
      w->db->be->tend(w->db, false);
      patience = IDLE_MS;
    } else if (closing) {
      return NULL;
    } else {
      patience = w->db->be->tend(w->db, true) ? -1 : IDLE_AGAIN_MS;
    }
  }
}

struct writer *writer_start(struct store *s, struct db *db) {
  struct writer *w = store_alloc(sizeof *w);
  w->store = s;
  w->db = db;
  pthread_mutex_init(&w->lock, NULL);
  pthread_condattr_t attr;
  pthread_condattr_init(&attr);
  pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
  pthread_cond_init(&w->work, &attr);
  pthread_condattr_destroy(&attr);
  if (pthread_create(&w->thread, NULL, writer_main, w) != 0) abort(); /* as with memory: nothing can go on */
  return w;
}

void writer_stop(struct writer *w) {
  pthread_mutex_lock(&w->lock);
  w->closing = true;
  pthread_cond_signal(&w->work);
  pthread_mutex_unlock(&w->lock);
  pthread_join(w->thread, NULL);
}

void writer_free(struct writer *w) {
  pthread_cond_destroy(&w->work);
  pthread_mutex_destroy(&w->lock);
  free(w);
}

/* With the lock held. false: closing. */
static bool append(struct writer *w, struct job *j) {
  if (w->closing) return error_set(j->e, ERR_BROKEN, "The store is closing.");
  if (w->last)
    w->last->next = j;
  else
    w->first = j;
  w->last = j;
  w->stats.queue++;
  pthread_cond_signal(&w->work);
  return true;
}

bool writer_run(struct writer *w, store_fn *fn, void *arg, struct error *e) {
  if (pthread_equal(pthread_self(), w->thread)) {
    return error_set(e, ERR_BROKEN, "A write was waited for on the writer's own thread.");
  }
  struct job j = {.fn = fn, .arg = arg, .e = e};
  pthread_cond_init(&j.told, NULL);
  pthread_mutex_lock(&w->lock);
  if (append(w, &j)) {
    while (!j.finished) pthread_cond_wait(&j.told, &w->lock);
  }
  pthread_mutex_unlock(&w->lock);
  pthread_cond_destroy(&j.told);
  return j.outcome == DONE_OK;
}

void writer_queue(struct writer *w, store_fn *fn, void *arg, struct error *e, store_done *done, void *done_arg) {
  struct job *j = store_alloc(sizeof *j);
  *j = (struct job){.fn = fn, .arg = arg, .e = e, .done = done, .done_arg = done_arg};
  pthread_mutex_lock(&w->lock);
  bool queued = append(w, j);
  pthread_mutex_unlock(&w->lock);
  if (queued) return;
  done(done_arg, false, e);
  free(j);
}

void writer_stats(struct writer *w, struct store_stats *out) {
  pthread_mutex_lock(&w->lock);
  *out = w->stats;
  pthread_mutex_unlock(&w->lock);
}

void writer_checkpointed(struct writer *w, uint64_t pages) {
  pthread_mutex_lock(&w->lock);
  w->stats.checkpoint_pages += pages;
  pthread_mutex_unlock(&w->lock);
}
