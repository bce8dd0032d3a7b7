#include "check/ssda903/spells.h"

const struct spells spells_missing = {MISSING, M_START, M_END}, spells_dolo = {DOLO, D_START, D_END};

void spells_end_invalid(const struct child *c, struct finding *f, const struct spells *s) {
  for (EACH(r, c->t[s->table]))
    if (bad_date(r->c[s->end])) flag(f, s->table, r);
}

void spells_start_after_year(const struct child *c, struct finding *f, const struct spells *s) {
  for (EACH(r, c->t[s->table]))
    if (date_before(c->year->end, r->c[s->start].date)) flag(f, s->table, r);
}

void spells_end_outside_year(const struct child *c, struct finding *f, const struct spells *s) {
  for (EACH(r, c->t[s->table]))
    if (date_before(r->c[s->end].date, c->year->start) || date_before(c->year->end, r->c[s->end].date))
      flag(f, s->table, r);
}

/* The row that comes before one when a child's rows stand in the order of their ends. */
static date_t closing(const struct row *r, const struct spells *s) {
  return has_date(r->c[s->end]) ? r->c[s->end].date : r->c[s->start].date;
}
static bool earlier(const struct row *a, const struct row *b, const struct spells *s) {
  date_t x = closing(a, s), y = closing(b, s);
  return x != y ? x < y : a < b; /* rows stand in the order of their starts already */
}
static const struct row *spell_before(const struct child *c, const struct row *r, const struct spells *s) {
  const struct row *found = NULL;
  for (EACH(o, c->t[s->table]))
    if (o != r && earlier(o, r, s) && (!found || earlier(found, o, s))) found = o;
  return found;
}

void spells_overlap(const struct child *c, struct finding *f, const struct spells *s) {
  for (EACH(r, c->t[s->table])) {
    const struct row *o = spell_before(c, r, s);
    if (!o) continue;
    bool open = !has_date(o->c[s->end]) && has_date(o->c[s->start]);
    if (open || before(r->c[s->start], o->c[s->end])) flag(f, s->table, r);
  }
}

struct standing standing_of(const struct child *c, date_t day) {
  struct standing at = {false, false};
  for (EACH(e, c->t[EPISODES])) {
    date_t from = e->c[E_DECOM].date, to = e->c[E_DEC].date;
    if (day == DATE_NONE || from == DATE_NONE || day < from) continue;
    if (to == DATE_NONE || day <= to)
      at.within = true;
    else
      at.after = true;
  }
  at.after = at.after && !at.within;
  return at;
}

/* A run of episodes each of which begins on the day on which the one before it ended. */
struct stay {
  date_t from, to; /* DATE_NONE: still open, as only the last can be */
};
/* The stay that begins at an index of the episodes; moves the index past it. */
static struct stay stay_at(const struct child *c, size_t *at) {
  const struct rows e = c->t[EPISODES];
  struct stay s = {e.at[*at].c[E_DECOM].date, e.at[*at].c[E_DEC].date};
  date_t known = s.to;
  for (++*at; *at < e.n && s.to != DATE_NONE && e.at[*at].c[E_DECOM].date == s.to; ++*at) {
    s.to = e.at[*at].c[E_DEC].date;
    if (s.to != DATE_NONE) known = s.to;
  }
  if (*at < e.n && s.to == DATE_NONE) s.to = known != DATE_NONE ? known : e.at[*at].c[E_DECOM].date;
  return s;
}

/* A spell that is over must end within a stay; an open one must begin in a stay still open. */
static bool ends_in_care(const struct child *c, struct cell start, struct cell end) {
  date_t day = has_date(end) ? end.date : start.date;
  for (size_t i = 0; i < c->t[EPISODES].n;) {
    struct stay s = stay_at(c, &i);
    if (s.from == DATE_NONE || day < s.from) continue;
    if (s.to == DATE_NONE || (has_date(end) && day <= s.to)) return true;
  }
  return false;
}

void spells_beyond_care(const struct child *c, struct finding *f, const struct spells *s) {
  if (!c->t[EPISODES].n) return;
  for (EACH(r, c->t[s->table])) {
    struct cell start = r->c[s->start], end = r->c[s->end];
    if (has_date(start) && !ends_in_care(c, start, end)) flag(f, s->table, r);
  }
}
