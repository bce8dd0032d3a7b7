#include "check/ssda903/table.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"

#define COUNT(a) (int)(sizeof(a) / sizeof((a)[0]))
#define BIT(c) (1u << (c))

static const char *const header[] = {"CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB", "UASC"};
static const char *const episodes[] = {"CHILD",      "DECOM",          "RNE", "LS",    "CIN",
                                       "PLACE",      "PLACE_PROVIDER", "DEC", "REC",   "REASON_PLACE_CHANGE",
                                       "HOME_POST",  "PL_POST",        "URN", "PL_LA", "PL_LOCATION",
                                       "PL_DISTANCE"};
static const char *const reviews[] = {"CHILD", "DOB", "REVIEW", "REVIEW_CODE"};
static const char *const uasc[] = {"CHILD", "SEX", "DOB", "DUC"};
static const char *const oc2[] = {"CHILD",
                                  "DOB",
                                  "SDQ_SCORE",
                                  "SDQ_REASON",
                                  "CONVICTED",
                                  "HEALTH_CHECK",
                                  "IMMUNISATIONS",
                                  "TEETH_CHECK",
                                  "HEALTH_ASSESSMENT",
                                  "SUBSTANCE_MISUSE",
                                  "INTERVENTION_RECEIVED",
                                  "INTERVENTION_OFFERED"};
static const char *const oc3[] = {"CHILD", "DOB", "IN_TOUCH", "ACTIV", "ACCOM"};
static const char *const ad1[] = {"CHILD",       "DOB",       "DATE_INT",   "DATE_MATCH",
                                  "FOSTER_CARE", "NB_ADOPTR", "SEX_ADOPTR", "LS_ADOPTR"};
static const char *const placed[] = {"CHILD", "DOB", "DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"};
static const char *const perm[] = {"CHILD", "DOB", "PREV_PERM", "LA_PERM", "DATE_PERM"};
static const char *const missing[] = {"CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"};
static const char *const sw[] = {"CHILD", "DOB", "SW_ID", "SW_DECOM", "SW_DEC", "SW_REASON"};
static const char *const dolo[] = {"CHILD", "DOB", "DOLO_START", "DOLO_END"};

/* DATE_PERM is not among the dates: the return lets it be incomplete (ZZ/MM/YYYY), so its rules read the text. */
const struct table_spec tables[N_TABLES] = {
    [HEADER] = {"Header", "HEADER", header, BIT(H_DOB) | BIT(H_MC_DOB), COUNT(header), 7},
    [EPISODES] = {"Episodes", "EPISODE", episodes, BIT(E_DECOM) | BIT(E_DEC), COUNT(episodes), 13},
    [REVIEWS] = {"Reviews", "REVIEW", reviews, BIT(R_DOB) | BIT(R_REVIEW), COUNT(reviews), 4},
    [UASC] = {"UASC", "UASC", uasc, BIT(U_DOB) | BIT(U_DUC), COUNT(uasc), 4},
    [OC2] = {"OC2", "OC2", oc2, BIT(O2_DOB), COUNT(oc2), 12},
    [OC3] = {"OC3", "OC3", oc3, BIT(O3_DOB), COUNT(oc3), 5},
    [AD1] = {"AD1", "AD1", ad1, BIT(A_DOB) | BIT(A_DATE_INT) | BIT(A_DATE_MATCH), COUNT(ad1), 8},
    [PLACED_ADOPTION] = {"PlacedAdoption", "PLACEDADOPTION", placed,
                         BIT(P_DOB) | BIT(P_DATE_PLACED) | BIT(P_DATE_PLACED_CEASED), COUNT(placed), 5},
    [PREV_PERM] = {"PrevPerm", "PREVPERM", perm, BIT(PP_DOB), COUNT(perm), 5},
    [MISSING] = {"Missing", "MISSING", missing, BIT(M_DOB) | BIT(M_START) | BIT(M_END), COUNT(missing), 5},
    [SW_EPISODES] = {"SWEpisodes", "SWEPISODE", sw, BIT(S_DOB) | BIT(S_DECOM) | BIT(S_DEC), COUNT(sw), 6},
    [DOLO] = {"DoLo", "DOLO", dolo, BIT(D_DOB) | BIT(D_START) | BIT(D_END), COUNT(dolo), 4},
};

int table_find(const char *name) {
  for (int t = 0; t < N_TABLES; t++)
    if (strcmp(tables[t].name, name) == 0) return t;
  return -1;
}

static bool same_name(const char *a, const char *b) {
  for (;; a++, b++) {
    while (*a == ' ' || *a == '\t') a++;
    while (*b == ' ' || *b == '\t') b++;
    if (toupper((unsigned char)*a) != toupper((unsigned char)*b)) return false;
    if (!*a) return true;
  }
}

int table_column(enum table t, const char *name) {
  static const struct {
    enum table t;
    const char *alias, *name;
  } aliases[] = {
      {HEADER, "UASC_STATUS", "UASC"}, {EPISODES, "DATE_EPISODE_CEASED", "DEC"}, {EPISODES, "PLACEMENT", "PLACE"}};
  for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
    if (aliases[i].t == t && same_name(aliases[i].alias, name)) name = aliases[i].name;
  for (int i = 0; i < tables[t].n; i++)
    if (same_name(tables[t].columns[i], name)) return i;
  return -1;
}

bool cell_in(struct cell c, const char *const *codes) {
  for (; c.s && *codes; codes++)
    if (cell_is(c, *codes)) return true;
  return false;
}

bool cell_same(struct cell a, struct cell b) {
  return a.s && b.s ? strcmp(a.s, b.s) == 0 : a.s == b.s;
}
