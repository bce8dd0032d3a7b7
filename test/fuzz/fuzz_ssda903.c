/* Any bytes as a file of the looked-after children return, CSV or XML: read or refused; what was read is checked with
 * every rule beside tables that are well made, so that rules of two tables meet it too. */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "check/ssda903/provider.h"
#include "check/ssda903/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static const char header[] =
    "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n1,F,03/09/2012,WBRI,UN1,0,\n2,M,29/02/2008,WBRI,UN1,,\n";
static const char episodes[] =
    "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
    "1,01/05/2026,S,C2,N1,U1,PR1,01/06/2026,X1,OTHER,ZZ1 1AA,ZZ1 1AB,SC000001\n"
    "1,01/06/2026,P,C2,N1,U1,PR1,,,,ZZ1 1AA,ZZ1 1AB,SC000001\n2,01/05/2025,S,V4,N1,U1,PR1,,,,,,\n";
static const char oc2[] =
    "CHILD,DOB,SDQ_SCORE,SDQ_REASON,CONVICTED,HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK,HEALTH_ASSESSMENT,SUBSTANCE_"
    "MISUSE,"
    "INTERVENTION_RECEIVED,INTERVENTION_OFFERED\n1,03/09/2012,17,,0,,1,1,1,0,,\n";
static const char *const well_made[] = {header, episodes, oc2};

static void add(struct ssda903 *s, struct arena *a, const void *bytes, size_t n, bool last) {
  struct error e;
  error_init(&e, a);
  ssda903_add_file(s, "file", bytes, n, last, &e);
}

static void check(const uint8_t *bytes, size_t n, int year, bool last) {
  struct arena *a = arena_new();
  struct error e;
  struct buf out;
  struct ssda903 *s = ssda903_new(a, place_none(a));
  error_init(&e, a);
  buf_init(&out, a);
  add(s, a, bytes, n, false);
  if (last) add(s, a, bytes, n, true);
  for (size_t i = 0; i < sizeof well_made / sizeof *well_made; i++)
    for (int k = 0; k < 2; k++) add(s, a, well_made[i], strlen(well_made[i]), k);
  struct ssda903_setup u = {.year_ends = year, .start = DATE_NONE, .end = DATE_NONE, .authority = "886", .threads = 1};
  ssda903_run(s, &u, &e);
  report_json(s, &out);
  report_csv(s, a, &out);
  report_text(s, a, &out);
  ssda903_free(s);
  arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  check(bytes, n, 2027, false);
  check(bytes, n, 2023, true);
  struct arena *a = arena_new();
  struct error e;
  struct provider *list;
  size_t count;
  error_init(&e, a);
  providers_read(a, place_none(a), "file", bytes, n, &list, &count, &e);
  arena_free(a);
  return 0;
}
