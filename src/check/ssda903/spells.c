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
    bool open = blank(o->c[s->end]) && has_date(o->c[s->start]);
    if (open || before(r->c[s->start], o->c[s->end])) flag(f, s->table, r);
  }
}

/* Days of care that a spell may end on; an open spell must lie in a period still open. */
static bool ends_in_care(const struct child *c, struct cell start, struct cell end) {
  for (size_t i = 0; i < c->n_periods; i++) {
    const struct period *p = &c->periods[i];
    date_t day = blank(end) ? start.date : end.date;
    if (p->from == DATE_NONE || day < p->from) continue;
    if (p->to == DATE_NONE || (!blank(end) && day <= p->to)) return true;
  }
  return false;
}

void spells_beyond_care(const struct child *c, struct finding *f, const struct spells *s) {
  if (!c->n_periods) return;
  for (EACH(r, c->t[s->table])) {
    struct cell start = r->c[s->start], end = r->c[s->end];
    if (has_date(start) && !bad_date(end) && !ends_in_care(c, start, end)) flag(f, s->table, r);
  }
}
