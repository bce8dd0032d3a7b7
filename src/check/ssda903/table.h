/* table: the twelve tables of the looked-after children return (SSDA903), their columns, and cells as every rule sees
 * them.
 *
 * Source: Department for Education, Children looked after return (SSDA903), guide and CSV file specification, 2022-23
 * to 2026-27. */
#ifndef KITH_CHECK_SSDA903_TABLE_H
#define KITH_CHECK_SSDA903_TABLE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/date.h"

enum table {
  HEADER,
  EPISODES,
  REVIEWS,
  UASC,
  OC2,
  OC3,
  AD1,
  PLACED_ADOPTION,
  PREV_PERM,
  MISSING,
  SW_EPISODES,
  DOLO,
  N_TABLES
};
#define TABLE_BIT(t) (1u << (t))

/* Columns, by table. CHILD is 0 in every table. Those after the last of the file specification are derived (or given
 * by a caller). */
enum { CHILD = 0 };
enum header_col { H_CHILD, H_SEX, H_DOB, H_ETHNIC, H_UPN, H_MOTHER, H_MC_DOB, H_UASC, N_HEADER_COLS };
enum episode_col {
  E_CHILD,
  E_DECOM,
  E_RNE,
  E_LS,
  E_CIN,
  E_PLACE,
  E_PROVIDER,
  E_DEC,
  E_REC,
  E_CHANGE,
  E_HOME_POST,
  E_PL_POST,
  E_URN,
  E_PL_LA,
  E_PL_LOCATION,
  E_PL_DISTANCE,
  N_EPISODE_COLS
};
enum review_col { R_CHILD, R_DOB, R_REVIEW, R_CODE, N_REVIEW_COLS };
enum uasc_col { U_CHILD, U_SEX, U_DOB, U_DUC, N_UASC_COLS };
enum oc2_col {
  O2_CHILD,
  O2_DOB,
  O2_SDQ_SCORE,
  O2_SDQ_REASON,
  O2_CONVICTED,
  O2_HEALTH_CHECK,
  O2_IMMUNISATIONS,
  O2_TEETH_CHECK,
  O2_HEALTH_ASSESSMENT,
  O2_SUBSTANCE_MISUSE,
  O2_INTERVENTION_RECEIVED,
  O2_INTERVENTION_OFFERED,
  N_OC2_COLS
};
enum oc3_col { O3_CHILD, O3_DOB, O3_IN_TOUCH, O3_ACTIV, O3_ACCOM, N_OC3_COLS };
enum ad1_col {
  A_CHILD,
  A_DOB,
  A_DATE_INT,
  A_DATE_MATCH,
  A_FOSTER_CARE,
  A_NB_ADOPTR,
  A_SEX_ADOPTR,
  A_LS_ADOPTR,
  N_AD1_COLS
};
enum placed_col { P_CHILD, P_DOB, P_DATE_PLACED, P_DATE_PLACED_CEASED, P_REASON_PLACED_CEASED, N_PLACED_COLS };
enum perm_col { PP_CHILD, PP_DOB, PP_PREV_PERM, PP_LA_PERM, PP_DATE_PERM, N_PERM_COLS };
enum missing_col { M_CHILD, M_DOB, M_MISSING, M_START, M_END, N_MISSING_COLS };
enum sw_col { S_CHILD, S_DOB, S_SW_ID, S_DECOM, S_DEC, S_REASON, N_SW_COLS };
enum dolo_col { D_CHILD, D_DOB, D_START, D_END, N_DOLO_COLS };
enum { MAX_COLS = N_EPISODE_COLS };

struct table_spec {
  const char *name;           /* as in the contract: "Episodes" */
  const char *xml;            /* element of the XML return */
  const char *const *columns; /* n names */
  uint32_t dates;             /* bit per column that holds a date */
  int n, n_file;              /* with and without derived columns */
};
extern const struct table_spec tables[N_TABLES];
int table_find(const char *name); /* "Episodes", -1 */
int table_column(
    enum table t,
    const char *name); /* case and blanks ignored, aliases known (UASC_STATUS, DATE_EPISODE_CEASED, PLACEMENT); -1 */

/* A cell: trimmed and upper-cased text, NULL when blank. date is DATE_NONE unless the column is a date and the text
 * is one. */
struct cell {
  const char *s;
  date_t date;
  uint32_t bad; /* 1: a date column whose text is no date */
};
struct row {
  uint32_t number; /* 0-based data row as given */
  const struct cell *c;
};

static inline bool blank(struct cell c) {
  return c.s == NULL;
}
static inline bool bad_date(struct cell c) {
  return c.bad != 0;
}
static inline bool has_date(struct cell c) {
  return c.date != DATE_NONE;
}
/* Equal; false when blank. */
static inline bool cell_is(struct cell c, const char *code) {
  return c.s && c.s[0] == code[0] && strcmp(c.s, code) == 0;
}
bool cell_in(struct cell c, const char *const *codes); /* NULL-ended list */
#define IN(cell, ...) cell_in((cell), (const char *const[]){__VA_ARGS__, NULL})
bool cell_same(struct cell a, struct cell b); /* same text, or both blank */
#endif
