/* kith duties: what is due. Needs somebody to act as, since it names children by their local number only. */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "duty/duty.h"

struct run {
  struct cli *c;
  const struct engine *g;
  struct ctx x;
};

static bool recompute(struct db *db, void *arg, struct error *e) {
  struct run *r = arg;
  return duty_compute(db, &r->x, r->g->model, 0, NULL, 0, e);
}

static enum cli_exit run_duties(struct cli *c) {
  struct engine *g;
  struct run r = {.c = c};
  cli_ctx(c, &r.x);
  if (!cli_open(c, false, &g)) return cli_fail(c);
  r.g = g;
  bool ok = true;
  for (size_t i = 0; ok && i < g->n_authorities; i++) {
    ok = store_write(g->authorities[i].main, recompute, &r, &c->error);
    if (ok) printf("Authority %s: %zu duties recomputed.\n", g->authorities[i].code, g->model->n_duties);
  }
  engine_close(g);
  return ok ? CLI_DONE : cli_fail(c);
}
const struct cli_command cli_duties = {
    .name = "duties",
    .args = "",
    .summary = "compute every duty anew, as the nightly run does",
    .detail = "A write recomputes the duties that it touches by itself; this is for cron and after a calendar changed.",
    .example = "kith duties --data /var/lib/kith",
    .run = run_duties};
