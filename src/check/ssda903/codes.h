/* codes: the code lists of the return, each code with the collection years in which it may be used, and the sets of
 * codes that many rules share.
 *
 * Source: Department for Education, Children looked after return (SSDA903), guide, code lists of 2022-23 to 2026-27. */
#ifndef KITH_CHECK_SSDA903_CODES_H
#define KITH_CHECK_SSDA903_CODES_H
#include "check/ssda903/table.h"

struct code {
  const char *code;
  int from, to; /* collection years by the year in which they end; 0: no limit */
};
struct code_list {
  const char *name;
  const struct code *codes; /* ended by a NULL code */
};
extern const struct code_list codes_sex, codes_ethnic, codes_yes_no, codes_foster_care, codes_reason_placed_ceased,
    codes_in_touch, codes_activity, codes_accommodation, codes_rne, codes_legal_status, codes_need, codes_placement,
    codes_rec, codes_review, codes_adopters, codes_sex_adopters, codes_status_adopters, codes_provider,
    codes_sdq_reason, codes_place_change;
bool code_valid(const struct code_list *l, struct cell c, int year_ends); /* false when blank */

/* Sets of codes, NULL-ended, for cell_in. */
extern const char *const set_temporary[];        /* T0..T4 */
extern const char *const set_adoption_place[];   /* A3..A6 */
extern const char *const set_foster_place[];     /* U1..U6 */
extern const char *const set_long_term_foster[]; /* U1, U4 */
extern const char *const set_adopted[];          /* E1, E11, E12 */
extern const char *const set_guardianship[];     /* E45..E48 */
extern const char *const set_remand[];           /* J1..J3 */
extern const char *const set_unknown_upn[];      /* UN1..UN5 */
extern const char *const set_outside_england[];  /* CON, NIR, SCO, WAL, NUK */
/* The return's code for an authority by its ONS code: itself in England, else WAL, SCO, NIR, or NUK for the islands. */
const char *placement_authority(const char *ons);
bool is_other_place(struct cell place, int year_ends); /* Z1, or Z11 to Z14 from 2025-26 */
bool is_female(struct cell sex);                       /* F; 2 before 2024-25 */
bool is_male(struct cell sex);                         /* M; 1 before 2024-25 */
#endif
