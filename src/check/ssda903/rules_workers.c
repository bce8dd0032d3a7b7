/* Rules about social workers. */
#include <string.h>

#include "check/ssda903/facts.h"

static bool open_care(const struct row *e) {
  return has_date(e->c[E_DECOM]) && blank(e->c[E_DEC]);
}

static void rule_SW01STG1(const struct child *c, struct finding *f) {
  if (c->t[SW_EPISODES].n) return;
  for (EACH(e, c->t[EPISODES]))
    if (open_care(e)) flag(f, EPISODES, e);
}

static void incomplete(const struct child *c, struct finding *f, const int *columns) {
  for (EACH(s, c->t[SW_EPISODES]))
    if (!all_filled(s->c, columns)) flag(f, SW_EPISODES, s);
}
static void rule_SW01aSTG1(const struct child *c, struct finding *f) {
  incomplete(c, f, (const int[]){S_DECOM, S_SW_ID, -1});
}
static void rule_SW_complete(const struct child *c, struct finding *f) {
  incomplete(c, f, (const int[]){S_DECOM, S_SW_ID, S_REASON, -1});
}

static bool numbered(struct cell c, const char *two) { /* and something after it */
  return !blank(c) && strncmp(c.s, two, 2) == 0 && c.s[2];
}
static void rule_SW02STG1(const struct child *c, struct finding *f) {
  for (EACH(s, c->t[SW_EPISODES]))
    if (!numbered(s->c[S_SW_ID], "SW") && !numbered(s->c[S_SW_ID], "XX")) flag(f, SW_EPISODES, s);
}
static void rule_SW02STG1_to_2025(const struct child *c, struct finding *f) {
  for (EACH(s, c->t[SW_EPISODES]))
    if (!blank(s->c[S_SW_ID]) && !numbered(s->c[S_SW_ID], "SW")) flag(f, SW_EPISODES, s);
}

static void no_date(const struct child *c, struct finding *f, int column) {
  for (EACH(s, c->t[SW_EPISODES]))
    if (bad_date(s->c[column]) && earliest_day(s->c[column].s) == DATE_NONE) flag(f, SW_EPISODES, s);
}
static void rule_SW04STG1(const struct child *c, struct finding *f) {
  no_date(c, f, S_DECOM);
}
static void rule_SW05STG1(const struct child *c, struct finding *f) {
  no_date(c, f, S_DEC);
}

static void rule_SW06STG2(const struct child *c, struct finding *f) {
  for (EACH(s, c->t[SW_EPISODES]))
    if (date_before(c->year->end, s->c[S_DECOM].date)) flag(f, SW_EPISODES, s);
}
/* Social workers are reported for two years: this collection year and the one before. */
static void rule_SW07STG2(const struct child *c, struct finding *f) {
  for (EACH(s, c->t[SW_EPISODES]))
    if (date_before(s->c[S_DEC].date, years_after(c->year->start, -1)) || date_before(c->year->end, s->c[S_DEC].date))
      flag(f, SW_EPISODES, s);
}

static void rule_SW08STG2(const struct child *c, struct finding *f) {
  const struct rows s = c->t[SW_EPISODES];
  for (size_t i = 0; i + 1 < s.n; i++)
    if (!has_date(s.at[i].c[S_DEC])) flag(f, SW_EPISODES, &s.at[i]);
}

static void rule_SW09STG2(const struct child *c, struct finding *f) {
  for (EACH(s, c->t[SW_EPISODES]))
    if (has_date(s->c[S_DECOM]) && s->c[S_DECOM].date == s->c[S_DEC].date) flag(f, SW_EPISODES, s);
}

static void rule_SW10STG2(const struct child *c, struct finding *f) {
  const struct rows s = c->t[SW_EPISODES];
  for (size_t i = 1; i < s.n; i++)
    if (before(s.at[i].c[S_DECOM], s.at[i - 1].c[S_DEC])) flag(f, SW_EPISODES, &s.at[i]);
}

static const struct row *last_worker(const struct child *c) {
  const struct row *found = NULL;
  for (EACH(s, c->t[SW_EPISODES]))
    if (has_date(s->c[S_DECOM]) && (!found || before(found->c[S_DECOM], s->c[S_DECOM]))) found = s;
  return found;
}

static void stopped_early(const struct child *c, struct finding *f, date_t from) {
  const struct row *s = last_worker(c);
  if (s && date_before(s->c[S_DEC].date, c->year->end) && !date_before(s->c[S_DEC].date, from)) flag(f, SW_EPISODES, s);
}
static void rule_SW11aSTG2(const struct child *c, struct finding *f) {
  stopped_early(c, f, DATE_NONE);
}
/* In the last days of the year, from 26 March on; SW17STG2 is for whoever stopped before. */
static void rule_SW11bSTG2(const struct child *c, struct finding *f) {
  if (c->year->end != DATE_NONE) stopped_early(c, f, c->year->end - 5);
}

/* Still looked after, in an episode that goes on from another: social work then reaches back before the year. */
static void rule_SW12STG2(const struct child *c, struct finding *f) {
  const struct rows s = c->t[SW_EPISODES];
  date_t reported_from = years_after(c->year->start, -1);
  if (!s.n || !date_before(reported_from, s.at[0].c[S_DECOM].date)) return;
  for (EACH(e, c->t[EPISODES]))
    if (open_care(e) && !is_short_break(e->c) && !cell_is(e->c[E_RNE], "S")) flag(f, EPISODES, e);
}

static void rule_SW13STG1(const struct child *c, struct finding *f) {
  for (EACH(s, c->t[SW_EPISODES]))
    if (!IN(s->c[S_REASON], "MANAGE", "FCONTA", "LEFTRL", "ORGRST", "TSPROC", "ABSENC", "CHCHAN", "PCCHAN", "SWDIED",
            "OTHERS"))
      flag(f, SW_EPISODES, s);
}

static void rule_SW17STG2(const struct child *c, struct finding *f) {
  const struct row *s = last_worker(c);
  if (s && !blank(s->c[S_DEC])) flag(f, SW_EPISODES, s);
}

#define SW TABLE_BIT(SW_EPISODES)
#define AND_EPISODES (TABLE_BIT(SW_EPISODES) | TABLE_BIT(EPISODES))
static const struct rule rules[] = {
    RULE_ANY("SW01STG1", 2024, 2024, AND_EPISODES, "DEC",
             "Looked after on 31 March, but without a social worker: give the social workers of the year.",
             rule_SW01STG1),
    RULE_ANY("SW01aSTG1", 2025, 2025, SW, "SW_DECOM,SW_ID",
             "Every social worker needs the number and the day on which they began: fill in what is blank.",
             rule_SW01aSTG1),
    RULE_ANY("SW01bSTG1", 2025, 2025, SW, "SW_DECOM,SW_ID,SW_REASON",
             "Every social worker needs the number, the day on which they began and the reason: fill in what is blank.",
             rule_SW_complete),
    RULE_ANY("SW02STG1", 2024, 2025, SW, "SW_ID", "A social worker's number begins with SW: correct it.",
             rule_SW02STG1_to_2025),
    RULE_ANY("SW02STG1", 2026, 0, SW, "SW_ID",
             "A social worker's number begins with SW, or with XX where there is none, and goes on from there: "
             "give it.",
             rule_SW02STG1),
    RULE_ANY("SW03STG1", 2024, 2024, SW, "SW_ID,SW_DECOM,SW_REASON",
             "Every social worker needs the number, the day on which they began and the reason: fill in what is blank.",
             rule_SW_complete),
    RULE_ANY("SW04STG1", 2024, 0, SW, "SW_DECOM",
             "The day on which the social worker began is no date: give day/month/year, with ZZ for a part not known.",
             rule_SW04STG1),
    RULE_ANY(
        "SW05STG1", 2024, 0, SW, "SW_DEC",
        "The day on which the social worker stopped is no date: give day/month/year, with ZZ for a part not known.",
        rule_SW05STG1),
    RULE_ANY("SW06STG2", 2024, 0, SW, "SW_DECOM",
             "The social worker began after the year's end: correct SW_DECOM, or leave it for next year's return.",
             rule_SW06STG2),
    RULE_ANY("SW07STG2", 2024, 0, SW, "SW_DEC",
             "The social worker stopped before last year, or after this one: correct SW_DEC, or leave the row out.",
             rule_SW07STG2),
    RULE_ANY("SW08STG2", 2024, 0, SW, "SW_DEC",
             "Another social worker has begun, but this one has not stopped: give SW_DEC.", rule_SW08STG2),
    QUERY_ANY("SW09STG2", 2024, 0, SW, "SW_DECOM,SW_DEC",
              "The social worker began and stopped on one day: check both days.", rule_SW09STG2),
    RULE_ANY("SW10STG2", 2024, 0, SW, "SW_DECOM",
             "This social worker began before the one before had stopped: SW_DECOM should be on or after that SW_DEC.",
             rule_SW10STG2),
    RULE_ANY("SW11aSTG2", 2024, 2024, SW, "SW_DEC",
             "The last social worker stopped before 31 March: give the next one, or leave SW_DEC blank.",
             rule_SW11aSTG2),
    RULE_ANY("SW11bSTG2", 2024, 0, SW, "SW_DEC",
             "The last social worker stopped a few days before 31 March: give the next one, or leave SW_DEC blank.",
             rule_SW11bSTG2),
    RULE_ANY("SW12STG2", 2024, 0, AND_EPISODES, "SW_DECOM",
             "Looked after on 31 March, but the first social worker began within the last two years: give those before "
             "as well, "
             "also of the time before care.",
             rule_SW12STG2),
    RULE_ANY("SW13STG1", 2024, 0, SW, "SW_REASON",
             "The reason for the change of social worker is blank or not a code of the return: give one of MANAGE, "
             "FCONTA, LEFTRL, "
             "ORGRST, TSPROC, ABSENC, CHCHAN, PCCHAN, SWDIED and OTHERS.",
             rule_SW13STG1),
    RULE_ANY("SW14STG2", 2024, 2024, SW, "SW_DEC",
             "Another social worker has begun, but this one has not stopped: give SW_DEC.", rule_SW08STG2),
    RULE_ANY("SW17STG2", 2026, 0, SW, "SW_DEC,SW_DECOM",
             "No social worker is shown on 31 March: the last one should have no SW_DEC, or another should follow.",
             rule_SW17STG2),
};
const struct rule_group rules_workers = {"social workers", rules, sizeof rules / sizeof rules[0]};
