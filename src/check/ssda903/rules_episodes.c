/* Rules about episodes: their dates, legal status, reasons for beginning and ending, and how one follows another. */
#include "check/ssda903/facts.h"

static bool ended_care(struct cell rec) { /* left care: any reason but X1 */
  return !blank(rec) && rec.s[0] == 'E' && code_valid(&codes_rec, rec, 0);
}
typedef bool episode_test(const struct child *c, const struct row *e);
static void each(const struct child *c, struct finding *f, episode_test *wrong) {
  for (EACH(e, c->t[EPISODES]))
    if (wrong(c, e)) flag(f, EPISODES, e);
}
#define EPISODE_RULE(n)                                              \
  static bool wrong_##n(const struct child *c, const struct row *e); \
  static void rule_##n(const struct child *c, struct finding *f) {   \
    each(c, f, wrong_##n);                                           \
  }                                                                  \
  static bool wrong_##n(const struct child *c, const struct row *e)

EPISODE_RULE(148) {
  (void)c;
  return blank(e->c[E_DEC]) != blank(e->c[E_REC]);
}
EPISODE_RULE(353) {
  (void)c;
  return date_before(e->c[E_DECOM].date, date_of(1991, 10, 14));
}
EPISODE_RULE(354) {
  return date_before(c->year->end, e->c[E_DECOM].date);
}
EPISODE_RULE(355) {
  (void)c;
  return has_date(e->c[E_DECOM]) && e->c[E_DECOM].date == e->c[E_DEC].date;
}
EPISODE_RULE(356) {
  (void)c;
  return before(e->c[E_DEC], e->c[E_DECOM]);
}
EPISODE_RULE(357) { /* the first, when it began in the year */
  return e == first_episode(c) && has_date(e->c[E_DECOM]) && !date_before(e->c[E_DECOM].date, c->year->start) &&
         !cell_is(e->c[E_RNE], "S");
}
EPISODE_RULE(385) {
  return date_before(c->year->end, e->c[E_DEC].date);
}
EPISODE_RULE(366) {
  (void)c;
  return cell_is(e->c[E_LS], "V3") && !cell_is(e->c[E_RNE], "S");
}
EPISODE_RULE(445) {
  (void)c;
  return cell_is(e->c[E_LS], "D1") && has_date(e->c[E_DECOM]) && e->c[E_DECOM].date >= date_of(2005, 12, 1);
}
EPISODE_RULE(446) {
  (void)c;
  return cell_is(e->c[E_LS], "E1") && date_before(e->c[E_DECOM].date, date_of(2005, 12, 1));
}
EPISODE_RULE(451) {
  (void)c;
  return cell_is(e->c[E_LS], "D1") && blank(e->c[E_DEC]) && blank(e->c[E_REC]);
}

/* Ages on the day of beginning or ending, by each row that Header has of the child; DATE_NONE when it has none. */
typedef bool aged_test(const struct child *c, date_t born, const struct row *e);
static void aged(const struct child *c, struct finding *f, aged_test *wrong) {
  const struct rows h = c->t[HEADER];
  for (size_t i = 0; i < h.n || i == 0; i++)
    for (EACH(e, c->t[EPISODES]))
      if (wrong(c, h.n ? h.at[i].c[H_DOB].date : DATE_NONE, e)) flag(f, EPISODES, e);
}
/* The child's row is flagged too. */
static void aged_header(const struct child *c, struct finding *f, aged_test *wrong) {
  for (EACH(h, c->t[HEADER]))
    for (EACH(e, c->t[EPISODES]))
      if (wrong(c, h->c[H_DOB].date, e)) flag(f, EPISODES, e), flag(f, HEADER, h);
}
#define AGED_RULE(n, how)                                                         \
  static bool wrong_##n(const struct child *c, date_t born, const struct row *e); \
  static void rule_##n(const struct child *c, struct finding *f) {                \
    how(c, f, wrong_##n);                                                         \
  }                                                                               \
  static bool wrong_##n(const struct child *c, date_t born, const struct row *e)

AGED_RULE(352, aged) {
  (void)c;
  return cell_is(e->c[E_RNE], "S") && reached_age(born, e->c[E_DECOM].date, 18);
}
AGED_RULE(387, aged) { /* an age that is not known is none to move out at */
  (void)c;
  return IN(e->c[E_REC], "E5", "E6") && has_date(e->c[E_DEC]) && !reached_age(born, e->c[E_DEC].date, 14);
}
AGED_RULE(389, aged) {
  (void)c;
  return cell_is(e->c[E_REC], "E7") && under_age(born, e->c[E_DEC].date, 16);
}
AGED_RULE(460, aged) {
  (void)c;
  return cell_is(e->c[E_REC], "E17") && under_age(born, e->c[E_DEC].date, 18);
}
AGED_RULE(359, aged) { /* still looked after at 18: section 20(5) in a community home (V2, K2) only */
  return blank(e->c[E_DEC]) && reached_age(born, c->year->end, 18) &&
         !(cell_is(e->c[E_LS], "V2") && cell_is(e->c[E_PLACE], "K2"));
}
AGED_RULE(302, aged_header) {
  return e == first_episode(c) && date_before(e->c[E_DECOM].date, born);
}
AGED_RULE(358, aged_header) {
  (void)c;
  return cell_in(e->c[E_LS], set_remand) && under_age(born, e->c[E_DECOM].date, 10);
}
AGED_RULE(407, aged_header) {
  (void)c;
  return cell_in(e->c[E_REC], set_guardianship) && reached_age(born, e->c[E_DEC].date, 18);
}

/* A legal status that the law limits to so many days: episodes that touch or overlap count as one. */
static bool counts(const struct child *c, const struct row *e, const char *status) {
  date_t from = e->c[E_DECOM].date, to = end_or(e->c[E_DEC], c->year->end);
  return cell_is(e->c[E_LS], status) && from != DATE_NONE && to != DATE_NONE && from <= to;
}
static void limited(const struct child *c, struct finding *f, const char *status, int days) {
  const struct rows all = c->t[EPISODES];
  for (size_t i = 0; i < all.n;) {
    date_t from = all.at[i].c[E_DECOM].date, to = end_or(all.at[i].c[E_DEC], c->year->end);
    size_t k = i + 1;
    for (; counts(c, &all.at[i], status) && k < all.n; k++) { /* as far as the next begins when this run has ended */
      date_t end = end_or(all.at[k].c[E_DEC], c->year->end);
      if (all.at[k].c[E_DECOM].date > to) break;
      if (counts(c, &all.at[k], status) && end > to) to = end;
    }
    for (; i < k; i++)
      if (counts(c, &all.at[i], status) && to - from > days) flag(f, EPISODES, &all.at[i]);
  }
}
static void rule_361(const struct child *c, struct finding *f) {
  limited(c, f, "L2", 3);
}
static void rule_362(const struct child *c, struct finding *f) {
  limited(c, f, "L1", 21);
}
static void rule_363(const struct child *c, struct finding *f) {
  limited(c, f, "L3", 7);
}
static void rule_364(const struct child *c, struct finding *f) {
  limited(c, f, "J2", 21);
}
EPISODE_RULE(365) {
  return counts(c, e, "V3") && end_or(e->c[E_DEC], c->year->end) - e->c[E_DECOM].date > 17;
}

/* Days of short breaks (V3) within the year, each episode cut to it. */
static void rule_367(const struct child *c, struct finding *f) {
  int days = 0;
  if (!*c->id) return; /* whose days they are is not known */
  for (EACH(e, c->t[EPISODES])) {
    if (!counts(c, e, "V3")) continue;
    date_t from = e->c[E_DECOM].date, to = end_or(e->c[E_DEC], c->year->end);
    if (from < c->year->start) from = c->year->start;
    if (to > c->year->end) to = c->year->end;
    if (to > from) days += to - from;
  }
  if (days <= 75) return;
  for (EACH(e, c->t[EPISODES]))
    if (counts(c, e, "V3")) flag(f, EPISODES, e);
}

static void rule_426(const struct child *c, struct finding *f) {
  bool single = false, series = false;
  for (EACH(e, c->t[EPISODES]))
    single = single || cell_is(e->c[E_LS], "V3"), series = series || cell_is(e->c[E_LS], "V4");
  if (!single || !series) return;
  for (EACH(e, c->t[EPISODES]))
    if (is_short_break(e->c)) flag(f, EPISODES, e);
}

/* How one episode follows another. */
static bool starts_as_ended(const struct row *before, const struct row *e) {
  return has_date(before->c[E_DEC]) && before->c[E_DEC].date == e->c[E_DECOM].date;
}
EPISODE_RULE(388) {
  const struct row *next = episode_after(c, e);
  bool goes_on = next && starts_as_ended(e, next);
  if (next && bad_date(e->c[E_DEC])) return false; /* not known */
  return !blank(e->c[E_REC]) && goes_on != cell_is(e->c[E_REC], "X1");
}
EPISODE_RULE(431) {
  const struct row *b = episode_before(c, e);
  return b && cell_is(e->c[E_RNE], "S") && starts_as_ended(b, e);
}
EPISODE_RULE(432) {
  const struct row *b = episode_before(c, e);
  return b && ended_care(b->c[E_REC]) && !cell_is(e->c[E_RNE], "S");
}
EPISODE_RULE(433) {
  const struct row *b = episode_before(c, e);
  return b && IN(e->c[E_RNE], "P", "L", "T", "U", "B") && !starts_as_ended(b, e);
}
EPISODE_RULE(437) {
  return IN(e->c[E_REC], "E2", "E15") && episode_after(c, e);
}

static bool placement_changed(const struct cell *a, const struct cell *b) {
  static const int columns[] = {E_PLACE, E_PL_POST, E_URN, E_PROVIDER};
  for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
    if (!cell_same(a[columns[i]], b[columns[i]])) return true;
  return false;
}
/* What a reason says has changed, against what has. */
static bool changes_otherwise(const struct child *c, const struct row *e, bool status, bool placement) {
  const struct row *b = episode_before(c, e);
  return b && (status != !cell_same(b->c[E_LS], e->c[E_LS]) || placement != placement_changed(b->c, e->c));
}
EPISODE_RULE(434) {
  return cell_is(e->c[E_RNE], "L") && changes_otherwise(c, e, true, false);
}
EPISODE_RULE(435) {
  return cell_is(e->c[E_RNE], "P") && changes_otherwise(c, e, false, true);
}
EPISODE_RULE(436) {
  return IN(e->c[E_RNE], "U", "B") && changes_otherwise(c, e, true, true);
}

#define ROW(n, needs, fields, message) RULE_ANY(#n, 2023, 0, needs, fields, message, rule_##n)
enum { E = TABLE_BIT(EPISODES), H = TABLE_BIT(HEADER) };
static const struct rule rules[] = {
    ROW(148, E, "DEC,REC", "The end of the episode and the reason for it go together: enter both, or neither."),
    ROW(302, E | H, "DECOM,DOB", "The first episode begins before the child was born. Correct one of the dates."),
    ROW(352, E | H, "DECOM,RNE",
        "The young person came into care at 18 or older. Check the date and the date of birth."),
    ROW(353, E, "DECOM", "The episode begins before 14 October 1991, when the Children Act came into force."),
    ROW(354, E, "DECOM", "The episode begins after the end of the collection year. It belongs to the next return."),
    ROW(355, E, "DECOM,DEC", "The episode ends on the day on which it begins. Take it out, or correct a date."),
    ROW(356, E, "DECOM", "The episode ends before it begins. Correct one of the dates."),
    ROW(357, E, "RNE",
        "The child's first episode began in the year, so its reason is S. Or an episode before it is missing."),
    ROW(358, E | H, "DECOM,DOB,LS",
        "A child under ten is not remanded or detained (J1 to J3). Check legal status and dates."),
    ROW(359, E | H, "DEC,LS,PLACE",
        "After the 18th birthday a young person is looked after in a community home under section 20 (V2, K2) only. "
        "Close the episode, or "
        "correct it."),
    ROW(361, E, "DECOM,LS,DEC",
        "Police protection (L2) lasts 72 hours at most. Correct the dates or the legal status."),
    ROW(362, E, "DECOM,LS,DEC",
        "An emergency protection order (L1) lasts 21 days at most. Correct the dates or the legal status."),
    ROW(363, E, "LS,DECOM,DEC",
        "A child assessment order (L3) lasts 7 days at most. Correct the dates or the legal status."),
    ROW(364, E, "LS,DECOM,DEC",
        "Detention under PACE (J2) lasts days, not weeks. Correct the dates or the legal status."),
    ROW(365, E, "LS,DECOM,DEC",
        "A single short break (V3) lasts 17 days at most. Correct the dates or the legal status."),
    ROW(366, E, "RNE",
        "Each short break (V3) stands by itself and begins with S; placement does not change within one."),
    ROW(367, E, "LS,DECOM,DEC",
        "Short breaks (V3) come to more than 75 days in the year. Check dates and legal status."),
    ROW(385, E, "DEC", "The episode ends after the end of the collection year. Leave its end blank."),
    ROW(387, E | H, "REC",
        "The child moved into independent living before the age of 14. Check the reason and the dates."),
    ROW(388, E, "REC",
        "X1 says that another episode follows on the same day, and any other reason that none does. Here it is the "
        "other way."),
    ROW(389, E | H, "REC",
        "The child went over to adult social care before the age of 16. Check the reason and the dates."),
    ROW(407, E | H, "DEC,DOB,REC",
        "A special guardianship order is made before the age of 18. Check the reason and the dates."),
    ROW(426, E, "LS",
        "The child has short breaks both by single agreement (V3) and in a series (V4) in one year. Use one of them."),
    ROW(431, E, "RNE,DECOM",
        "The child comes into care on the day on which the last episode ended: that is a change, not a start."),
    ROW(432, E, "RNE", "The child had left care with the episode before, so this one begins with S."),
    ROW(433, E, "RNE,DECOM",
        "The reason says that the episode carries on from the one before, but it does not begin on the day on which "
        "that ended."),
    ROW(434, E, "RNE,LS,PLACE,PL_POST,URN,PLACE_PROVIDER",
        "L says that only the legal status changed. It did not, or the placement did too."),
    ROW(435, E, "LS,PLACE,PL_POST,URN,PLACE_PROVIDER",
        "P says that only the placement changed. It did not, or the legal status did too."),
    ROW(436, E, "RNE,LS,PLACE,PL_POST,URN,PLACE_PROVIDER",
        "B and U say that legal status and placement both changed. At least one of them did not."),
    ROW(437, E, "REC", "The child died, or was found to be 18 or older, and yet there are later episodes."),
    RULE_ANY("445", 2023, 2024, E, "LS,DECOM",
             "Freed for adoption (D1) is no legal status for an episode that begins after November 2005.", rule_445),
    ROW(446, E, "LS,DECOM",
        "Placement orders (E1) exist since December 2005, and the episode begins before. Check both."),
    RULE_ANY("451", 2023, 2024, E, "DEC,REC,LS",
             "The child is still freed for adoption (D1), which has not been possible since 30 December 2005.",
             rule_451),
    ROW(460, E | H, "DEC,REC",
        "The child stayed with the carers at 18 (E17), but was not yet 18. Check the reason and the dates."),
};
const struct rule_group rules_episodes = {"episodes", rules, sizeof rules / sizeof rules[0]};
