/* Columns that no file holds: where the placement is and how far from home, and whether the child is an unaccompanied
 * asylum seeker. */
#include <math.h>
#include <stdio.h>

#include "base/arena.h"
#include "check/ssda903/codes.h"
#include "check/ssda903/upload.h"

void derive_init(struct ssda903 *s) {
  size_t n = place_n_lauas(s->place);
  s->services = arena_alloc(s->arena, (n + 1) * sizeof *s->services);
  for (size_t i = 0; i < n; i++)
    s->services[i] = placement_authority(place_children_services(s->place, place_laua(s->place, i), s->year.end));
  for (int last = 0; last < 2; last++)
    s->distances[last] = arena_alloc(s->arena, (s->given[last][EPISODES].n_rows + 1) * sizeof *s->distances[last]);
}

static struct cell text_cell(const char *s) {
  return (struct cell){s, DATE_NONE, 0};
}

static void derive_episode(struct ssda903 *s, bool last, uint32_t number) {
  struct given *g = &s->given[last][EPISODES];
  struct cell *c = g->cells + (size_t)number * N_EPISODE_COLS;
  struct spot there = place_find(s->place, c[E_PL_POST].s);
  const char *la = there.known ? s->services[there.laua_number] : NULL;
  if (!(g->has & 1u << E_PL_LA)) c[E_PL_LA] = text_cell(la);
  if (!(g->has & 1u << E_PL_LOCATION) && s->year.authority && c[E_PL_LA].s)
    c[E_PL_LOCATION] = text_cell(cell_is(c[E_PL_LA], s->year.authority) ? "IN" : "OUT");
  if (g->has & 1u << E_PL_DISTANCE || !there.has_grid) return;
  struct spot home = place_find(s->place, c[E_HOME_POST].s);
  if (!home.has_grid) return;
  char *text = s->distances[last][number];
  snprintf(text, sizeof *s->distances[last], "%.1f", fmin(place_miles(there, home), 9999));
  c[E_PL_DISTANCE] = text_cell(text);
}

void derive_child(struct ssda903 *s, const struct child *child) {
  for (int last = 0; last < 2; last++) {
    const struct rows *t = last ? child->last : child->t;
    if (place_have_postcodes(s->place))
      for (size_t i = 0; i < t[EPISODES].n; i++) derive_episode(s, last, t[EPISODES].at[i].number);
    const struct given *h = &s->given[last][HEADER];
    if (h->has & 1u << H_UASC || !s->given[last][UASC].there) continue;
    for (size_t i = 0; i < t[HEADER].n; i++)
      h->cells[(size_t)t[HEADER].at[i].number * N_HEADER_COLS + H_UASC] = text_cell(t[UASC].n ? "1" : "0");
  }
}
