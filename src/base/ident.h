/* ident: numbers by which others know a child or a school. */
#ifndef KITH_BASE_IDENT_H
#define KITH_BASE_IDENT_H
#include <stdbool.h>
#define UPN_LENGTH 13
enum upn_kind { UPN_INVALID, UPN_PERMANENT, UPN_TEMPORARY };
/* Unique Pupil Number: check letter, authority, establishment, year, serial (DfE, Unique pupil numbers guide). in may
 * have lower case and blanks; out receives the normal form. Letters I, O and S are never used, neither as check letter
 * nor at the end. */
enum upn_kind upn_check(const char *in, char out[UPN_LENGTH + 1]);
char upn_check_letter(const char rest[12]);
/* NHS number, ten digits, modulus 11 (NHS Data Dictionary); blanks and hyphens between digits allowed. */
bool nhs_check(const char *in, char out[11]);
bool urn_check(const char *in, char out[9]);      /* school or provider number: 5 to 7 digits, or SC/EY/… prefix */
bool postcode_check(const char *in, char out[9]); /* normal form "TN23 7XL" */
bool local_id_check(const char *in);              /* alphanumeric, 1 to 20 (SSDA903 guide) */
bool authority_code_check(const char *in);        /* three digits */
#endif
