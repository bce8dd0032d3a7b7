#include "check/ssda903/codes.h"

#include <string.h>

/* Sex is M, F and U from 2024-25. Placement types: P2 and H5 (independent and semi-independent living) end with
 * 2023-24, when supported accommodation (K3) takes their place; Z1 is parted into Z11 to Z14 from 2025-26. */
static const struct code sex_all[] = {{"1", 0, 2024}, {"2", 0, 2024}, {"M", 2025, 0},
                                      {"F", 2025, 0}, {"U", 2025, 0}, {NULL, 0, 0}};
const struct code_list codes_sex = {"sex", sex_all};

static const struct code ethnic_all[] = {
    {"WBRI", 0, 0}, {"WIRI", 0, 0}, {"WOTH", 0, 0}, {"WIRT", 0, 0}, {"WROM", 0, 0}, {"MWBC", 0, 0}, {"MWBA", 0, 0},
    {"MWAS", 0, 0}, {"MOTH", 0, 0}, {"AIND", 0, 0}, {"APKN", 0, 0}, {"ABAN", 0, 0}, {"AOTH", 0, 0}, {"BCRB", 0, 0},
    {"BAFR", 0, 0}, {"BOTH", 0, 0}, {"CHNE", 0, 0}, {"OOTH", 0, 0}, {"REFU", 0, 0}, {"NOBT", 0, 0}, {NULL, 0, 0}};
const struct code_list codes_ethnic = {"ethnic origin", ethnic_all};

static const struct code yes_no_all[] = {{"0", 0, 0}, {"1", 0, 0}, {NULL, 0, 0}};
const struct code_list codes_yes_no = {"0 or 1", yes_no_all};

static const struct code foster_care_all[] = {{"0", 0, 0}, {"1", 0, 0}, {NULL, 0, 0}};
const struct code_list codes_foster_care = {"former carer", foster_care_all};

static const struct code reason_placed_ceased_all[] = {
    {"RD1", 0, 0}, {"RD2", 0, 0}, {"RD3", 0, 0}, {"RD4", 0, 0}, {NULL, 0, 0}};
const struct code_list codes_reason_placed_ceased = {"reason no longer placed for adoption", reason_placed_ceased_all};

static const struct code in_touch_all[] = {{"YES", 0, 0},  {"NO", 0, 0},   {"DIED", 0, 0}, {"REFU", 0, 0},
                                           {"NREQ", 0, 0}, {"RHOM", 0, 0}, {NULL, 0, 0}};
const struct code_list codes_in_touch = {"in touch", in_touch_all};

static const struct code activity_all[] = {{"F1", 0, 0}, {"P1", 0, 0}, {"F2", 0, 0}, {"P2", 0, 0}, {"F4", 0, 0},
                                           {"P4", 0, 0}, {"F5", 0, 0}, {"P5", 0, 0}, {"G4", 0, 0}, {"G5", 0, 0},
                                           {"G6", 0, 0}, {"0", 0, 0},  {NULL, 0, 0}};
const struct code_list codes_activity = {"activity", activity_all};

static const struct code accommodation_all[] = {
    {"B1", 0, 0}, {"B2", 0, 0}, {"C1", 0, 0}, {"C2", 0, 0}, {"D1", 0, 0}, {"D2", 0, 0}, {"E1", 0, 0}, {"E2", 0, 0},
    {"G1", 0, 0}, {"G2", 0, 0}, {"H1", 0, 0}, {"H2", 0, 0}, {"K1", 0, 0}, {"K2", 0, 0}, {"R1", 0, 0}, {"R2", 0, 0},
    {"S2", 0, 0}, {"T1", 0, 0}, {"T2", 0, 0}, {"U1", 0, 0}, {"U2", 0, 0}, {"V1", 0, 0}, {"V2", 0, 0}, {"W1", 0, 0},
    {"W2", 0, 0}, {"X2", 0, 0}, {"Y1", 0, 0}, {"Y2", 0, 0}, {"Z1", 0, 0}, {"Z2", 0, 0}, {"0", 0, 0},  {NULL, 0, 0}};
const struct code_list codes_accommodation = {"accommodation", accommodation_all};

static const struct code rne_all[] = {{"S", 0, 0}, {"P", 0, 0}, {"L", 0, 0}, {"T", 0, 0},
                                      {"U", 0, 0}, {"B", 0, 0}, {NULL, 0, 0}};
const struct code_list codes_rne = {"reason for new episode", rne_all};

static const struct code legal_status_all[] = {{"C1", 0, 0}, {"C2", 0, 0}, {"D1", 0, 0}, {"E1", 0, 0}, {"V2", 0, 0},
                                               {"V3", 0, 0}, {"V4", 0, 0}, {"J1", 0, 0}, {"J2", 0, 0}, {"J3", 0, 0},
                                               {"L1", 0, 0}, {"L2", 0, 0}, {"L3", 0, 0}, {NULL, 0, 0}};
const struct code_list codes_legal_status = {"legal status", legal_status_all};

static const struct code need_all[] = {{"N1", 0, 0}, {"N2", 0, 0}, {"N3", 0, 0}, {"N4", 0, 0}, {"N5", 0, 0},
                                       {"N6", 0, 0}, {"N7", 0, 0}, {"N8", 0, 0}, {NULL, 0, 0}};
const struct code_list codes_need = {"category of need", need_all};

static const struct code placement_all[] = {
    {"A3", 0, 0},     {"A4", 0, 0},     {"A5", 0, 0},     {"A6", 0, 0},    {"K1", 0, 0}, {"K2", 0, 0}, {"K3", 2025, 0},
    {"H5", 0, 2024},  {"P1", 0, 0},     {"P2", 0, 2024},  {"P3", 0, 0},    {"R1", 0, 0}, {"R2", 0, 0}, {"R3", 0, 0},
    {"R5", 0, 0},     {"S1", 0, 0},     {"T0", 0, 0},     {"T1", 0, 0},    {"T2", 0, 0}, {"T3", 0, 0}, {"T4", 0, 0},
    {"U1", 0, 0},     {"U2", 0, 0},     {"U3", 0, 0},     {"U4", 0, 0},    {"U5", 0, 0}, {"U6", 0, 0}, {"Z11", 2026, 0},
    {"Z12", 2026, 0}, {"Z13", 2026, 0}, {"Z14", 2026, 0}, {"Z1", 0, 2025}, {NULL, 0, 0}};
const struct code_list codes_placement = {"placement type", placement_all};

static const struct code rec_all[] = {{"E11", 0, 0}, {"E12", 0, 0}, {"E2", 0, 0},  {"E3", 0, 0},  {"E4A", 0, 0},
                                      {"E4B", 0, 0}, {"E13", 0, 0}, {"E41", 0, 0}, {"E45", 0, 0}, {"E46", 0, 0},
                                      {"E47", 0, 0}, {"E48", 0, 0}, {"E5", 0, 0},  {"E6", 0, 0},  {"E7", 0, 0},
                                      {"E8", 0, 0},  {"E9", 0, 0},  {"E14", 0, 0}, {"E15", 0, 0}, {"E16", 0, 0},
                                      {"E17", 0, 0}, {"X1", 0, 0},  {NULL, 0, 0}};
const struct code_list codes_rec = {"reason episode ceased", rec_all};

static const struct code review_all[] = {{"PN0", 0, 0}, {"PN1", 0, 0}, {"PN2", 0, 0}, {"PN3", 0, 0}, {"PN4", 0, 0},
                                         {"PN5", 0, 0}, {"PN6", 0, 0}, {"PN7", 0, 0}, {NULL, 0, 0}};
const struct code_list codes_review = {"participation", review_all};

static const struct code adopters_all[] = {{"1", 0, 0}, {"2", 0, 0}, {NULL, 0, 0}};
const struct code_list codes_adopters = {"number of adopters", adopters_all};

static const struct code sex_adopters_all[] = {{"M1", 0, 0}, {"F1", 0, 0}, {"MM", 0, 0},
                                               {"FF", 0, 0}, {"MF", 0, 0}, {NULL, 0, 0}};
const struct code_list codes_sex_adopters = {"sex of adopters", sex_adopters_all};

static const struct code status_adopters_all[] = {{"L0", 0, 0}, {"L11", 0, 0}, {"L12", 0, 0}, {"L2", 0, 0},
                                                  {"L3", 0, 0}, {"L4", 0, 0},  {NULL, 0, 0}};
const struct code_list codes_status_adopters = {"legal status of adopters", status_adopters_all};

static const struct code provider_all[] = {{"PR0", 0, 0}, {"PR1", 0, 0}, {"PR2", 0, 0}, {"PR3", 0, 0},
                                           {"PR4", 0, 0}, {"PR5", 0, 0}, {NULL, 0, 0}};
const struct code_list codes_provider = {"placement provider", provider_all};

static const struct code sdq_reason_all[] = {{"SDQ1", 0, 0}, {"SDQ2", 0, 0}, {"SDQ3", 0, 0},
                                             {"SDQ4", 0, 0}, {"SDQ5", 0, 0}, {NULL, 0, 0}};
const struct code_list codes_sdq_reason = {"reason for no SDQ score", sdq_reason_all};

static const struct code place_change_all[] = {{"CARPL", 0, 0}, {"CLOSE", 0, 0}, {"ALLEG", 0, 0},  {"STAND", 0, 0},
                                               {"APPRR", 0, 0}, {"CREQB", 0, 0}, {"CREQO", 0, 0},  {"CHILD", 0, 0},
                                               {"LAREQ", 0, 0}, {"PLACE", 0, 0}, {"CUSTOD", 0, 0}, {"OTHER", 0, 0},
                                               {NULL, 0, 0}};
const struct code_list codes_place_change = {"reason for placement change", place_change_all};

const char *const set_temporary[] = {"T0", "T1", "T2", "T3", "T4", NULL};
const char *const set_adoption_place[] = {"A3", "A4", "A5", "A6", NULL};
const char *const set_foster_place[] = {"U1", "U2", "U3", "U4", "U5", "U6", NULL};
const char *const set_long_term_foster[] = {"U1", "U4", NULL};
const char *const set_adopted[] = {"E1", "E11", "E12", NULL};
const char *const set_guardianship[] = {"E45", "E46", "E47", "E48", NULL};
const char *const set_remand[] = {"J1", "J2", "J3", NULL};
const char *const set_unknown_upn[] = {"UN1", "UN2", "UN3", "UN4", "UN5", NULL};
const char *const set_outside_england[] = {"CON", "NIR", "SCO", "WAL", "NUK", NULL};

bool code_valid(const struct code_list *l, struct cell c, int year_ends) {
  if (blank(c)) return false;
  for (const struct code *k = l->codes; k->code; k++)
    if (strcmp(k->code, c.s) == 0) return (!k->from || year_ends >= k->from) && (!k->to || year_ends <= k->to);
  return false;
}

const char *placement_authority(const char *ons) {
  switch (ons ? ons[0] : 'E') {
  case 'W':
    return "WAL";
  case 'S':
    return "SCO";
  case 'N':
    return "NIR";
  case 'L':
  case 'M':
    return "NUK";
  default:
    return ons;
  }
}

bool is_female(struct cell sex) {
  return IN(sex, "F", "2");
}
bool is_male(struct cell sex) {
  return IN(sex, "M", "1");
}

bool is_other_place(struct cell place, int year_ends) {
  return !blank(place) && place.s[0] == 'Z' && code_valid(&codes_placement, place, year_ends);
}
