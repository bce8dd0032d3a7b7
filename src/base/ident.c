#include "base/ident.h"

#include <stddef.h>
#include <string.h>

/* ASCII only and independent of the locale, unlike ctype.h. */
static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
static bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
static bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
static char upper(char c) {
  return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* Copies without blanks and in upper case. False when more than max characters remain. */
static bool squeeze(const char *in, char *out, size_t max) {
  size_t n = 0;
  out[0] = '\0';
  if (!in) return false;
  for (; *in; in++) {
    if (is_blank(*in)) continue;
    if (n == max) return false;
    out[n++] = upper(*in);
  }
  out[n] = '\0';
  return true;
}

/* The 23 check letters by their number; I, O and S are not used. */
static const char UPN_LETTERS[] = "ABCDEFGHJKLMNPQRTUVWXYZ";

static int upn_letter_number(char c) {
  const char *at = c ? strchr(UPN_LETTERS, c) : NULL;
  return at ? (int)(at - UPN_LETTERS) : -1;
}

char upn_check_letter(const char rest[12]) {
  int sum = 0;
  for (int i = 0; i < 12; i++) {
    int worth = is_digit(rest[i]) ? rest[i] - '0' : upn_letter_number(rest[i]);
    if (worth < 0 || (i < 11 && !is_digit(rest[i]))) return '\0';
    sum += worth * (i + 2);
  }
  return UPN_LETTERS[sum % 23];
}

enum upn_kind upn_check(const char *in, char out[UPN_LENGTH + 1]) {
  bool fits = squeeze(in, out, UPN_LENGTH);
  char letter = fits && strlen(out) == UPN_LENGTH ? upn_check_letter(out + 1) : '\0';
  if (!letter || letter != out[0]) {
    out[0] = '\0';
    return UPN_INVALID;
  }
  return is_digit(out[UPN_LENGTH - 1]) ? UPN_PERMANENT : UPN_TEMPORARY;
}

bool nhs_check(const char *in, char out[11]) {
  size_t n = 0;
  bool joined = false; /* the last character was a blank or hyphen, which may stand only between digits */
  out[0] = '\0';
  for (; in && *in; in++) {
    if (is_digit(*in) && n < 10) {
      out[n++] = *in;
      joined = false;
    } else if ((is_blank(*in) || *in == '-') && n > 0) {
      joined = true;
    } else {
      n = 0;
      break;
    }
  }
  out[n] = '\0';
  int sum = 0;
  for (size_t i = 0; n == 10 && i < 9; i++) sum += (out[i] - '0') * (int)(10 - i);
  int check = (11 - sum % 11) % 11; /* 10 is never issued and equals no digit */
  if (n != 10 || joined || check != out[9] - '0') {
    out[0] = '\0';
    return false;
  }
  return true;
}

bool urn_check(const char *in, char out[9]) {
  size_t i = 0, digits = 0;
  bool fits = squeeze(in, out, 8);
  if (fits && is_upper(out[0]) && is_upper(out[1])) i = 2;
  while (fits && is_digit(out[i + digits])) digits++;
  if (!fits || out[i + digits] != '\0' || digits < 5 || digits > (i ? 6 : 7)) {
    out[0] = '\0';
    return false;
  }
  return true;
}

/* Outward part: A9, A99, AA9, AA99, A9A or AA9A. */
static bool outward(const char *s, size_t n) {
  size_t i = 1;
  if (n < 2 || !is_upper(s[0])) return false;
  if (is_upper(s[1])) i = 2;
  if (i >= n || !is_digit(s[i])) return false;
  i++;
  if (i < n && (is_digit(s[i]) || is_upper(s[i]))) i++;
  return i == n;
}

bool postcode_check(const char *in, char out[9]) {
  char s[8];
  out[0] = '\0';
  if (!squeeze(in, s, 7)) return false;
  size_t n = strlen(s);
  if (n < 5) return false;
  const char *inward = s + n - 3;
  if (!is_digit(inward[0]) || !is_upper(inward[1]) || !is_upper(inward[2])) return false;
  bool pseudo =
      n == 7 && memcmp(s, "ZZ99", 4) == 0; /* ONS: country known, no fixed address; breaks the rule on letters */
  if (!pseudo && (strchr("CIKMOV", inward[1]) || strchr("CIKMOV", inward[2]))) return false;
  if (!outward(s, n - 3) && strcmp(s, "GIR0AA") != 0) return false;
  memcpy(out, s, n - 3);
  out[n - 3] = ' ';
  memcpy(out + n - 2, inward, 4);
  return true;
}

bool local_id_check(const char *in) {
  size_t n = 0;
  for (; in && in[n]; n++)
    if (n == 20 || (!is_digit(in[n]) && !is_upper(upper(in[n])))) return false;
  return n > 0;
}

bool authority_code_check(const char *in) {
  return in && is_digit(in[0]) && is_digit(in[1]) && is_digit(in[2]) && in[3] == '\0';
}
