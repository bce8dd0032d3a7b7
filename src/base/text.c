#include "base/text.h"

#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

#include "base/arena.h"
#include "base/text_letter.h"

enum { REPLACEMENT = 0xFFFD };

/* Length of the valid sequence at s, 0 when there is none. RFC 3629, table of well-formed sequences (Unicode 3-7). */
static size_t sequence(const unsigned char *s, size_t n) {
  unsigned char lead = s[0];
  if (lead < 0x80) return 1;
  size_t len = lead >= 0xC2 && lead <= 0xDF   ? 2
               : lead >= 0xE0 && lead <= 0xEF ? 3
               : lead >= 0xF0 && lead <= 0xF4 ? 4
                                              : 0;
  if (len == 0 || len > n) return 0;
  unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (s[1] < low || s[1] > high) return 0;
  for (size_t i = 2; i < len; i++)
    if ((s[i] & 0xC0) != 0x80) return 0;
  return len;
}

size_t text_utf8_prefix(const char *text, size_t n) {
  const unsigned char *s = (const unsigned char *)text;
  size_t i = 0;
  while (i < n) {
    while (n - i >= 8) { /* eight ASCII bytes at a time: most files are nothing else */
      uint64_t word;
      memcpy(&word, s + i, 8);
      if (word & UINT64_C(0x8080808080808080)) break;
      i += 8;
    }
    if (i == n) break;
    size_t len = sequence(s + i, n - i);
    if (len == 0) break;
    i += len;
  }
  return i;
}

bool text_utf8_valid(const char *s, size_t n) {
  return text_utf8_prefix(s, n) == n && (n == 0 || !memchr(s, 0, n));
}

static bool ascii(const char *s, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (s[i] & 0x80) return false;
  return true;
}

/* The code point at s of n bytes; what is not UTF-8 gives U+FFFD for one byte. Returns the bytes used. */
size_t text_letter(const char *s, size_t n, int32_t *c) {
  size_t len = sequence((const unsigned char *)s, n);
  if (len == 0) {
    *c = REPLACEMENT;
    return 1;
  }
  utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)len, c);
  return len;
}

void text_put_letter(struct buf *b, int32_t c) {
  utf8proc_uint8_t bytes[4];
  buf_add(b, bytes, (size_t)utf8proc_encode_char(c, bytes));
}

/* Unicode's property White_Space. */
bool text_white(int32_t c) {
  return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
         c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

/* Everything that people and programs put where an apostrophe belongs in a name. */
static bool apostrophe(int32_t c) {
  return c == '\'' || c == '`' || c == 0xB4 || (c >= 0x2018 && c <= 0x201B) || c == 0x2032 || c == 0x2035 ||
         (c >= 0x2B9 && c <= 0x2BF) || (c >= 0x2C8 && c <= 0x2CB) || c == 0x55A || c == 0x5F3 || c == 0x1FBD ||
         c == 0x1FBF || c == 0x1FFD || c == 0xA78B || c == 0xA78C || c == 0xFF07 || c == 0xFF40;
}

bool text_hyphen(int32_t c) {
  return utf8proc_category(c) == UTF8PROC_CATEGORY_PD || c == 0xAD || c == 0x2043 || c == 0x2212;
}

static bool mark(int32_t c) {
  utf8proc_category_t k = utf8proc_category(c);
  return k == UTF8PROC_CATEGORY_MN || k == UTF8PROC_CATEGORY_MC || k == UTF8PROC_CATEGORY_ME;
}

static char *trimmed(struct arena *a, const char *s, size_t n) {
  size_t from = 0, to = 0, len;
  bool seen = false;
  for (size_t i = 0; i < n; i += len) {
    int32_t c;
    len = text_letter(s + i, n - i, &c);
    if (text_white(c)) continue;
    if (!seen) from = i;
    seen = true;
    to = i + len;
  }
  return arena_strndup(a, s + from, to - from);
}

char *text_trim(struct arena *a, const char *s) {
  return trimmed(a, s, strlen(s));
}

/* utf8proc composes in memory of its own, hence this by hand: decompose into the arena, compose, write back. */
static char *nfc(struct arena *a, const char *s, size_t n) {
  if (ascii(s, n)) return arena_strndup(a, s, n);
  const utf8proc_option_t how = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
  const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)s;
  utf8proc_ssize_t need = utf8proc_decompose(bytes, (utf8proc_ssize_t)n, NULL, 0, how);
  if (need < 0) return NULL;
  /* One more than needed: utf8proc_reencode ends with a NUL. */
  utf8proc_int32_t *letters = arena_alloc(a, ((size_t)need + 1) * sizeof *letters);
  utf8proc_decompose(bytes, (utf8proc_ssize_t)n, letters, need, how);
  utf8proc_ssize_t len = utf8proc_reencode(letters, need, how);
  return len < 0 ? NULL : (char *)letters;
}

char *text_nfc(struct arena *a, const char *s) {
  size_t n = strlen(s);
  return text_utf8_prefix(s, n) == n ? nfc(a, s, n) : NULL;
}

char *text_clean(struct arena *a, const char *s, size_t n) {
  if (text_utf8_prefix(s, n) != n) return NULL;
  char *kept = arena_alloc(a, n + 1);
  size_t m = 0;
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)s[i];
    if (c == '\r') {
      kept[m++] = '\n';
      if (i + 1 < n && s[i + 1] == '\n') i++;
    } else if (c >= ' ' || c == '\n' || c == '\t') {
      kept[m++] = (char)c;
    }
  }
  char *composed = nfc(a, kept, m);
  return composed ? trimmed(a, composed, strlen(composed)) : NULL;
}

/* Latin letters without a decomposition in Unicode, after case folding. */
static const char *english(int32_t c) {
  switch (c) {
  case 0xE6:
    return "ae";
  case 0xF0:
  case 0x111:
    return "d";
  case 0xF8:
    return "o";
  case 0xFE:
    return "th";
  case 0x127:
    return "h";
  case 0x131:
    return "i";
  case 0x138:
    return "k";
  case 0x142:
    return "l";
  case 0x14B:
    return "ng";
  case 0x153:
    return "oe";
  case 0x167:
    return "t";
  case 0x259:
    return "e";
  default:
    return NULL;
  }
}

struct fold {
  struct buf out;
  bool blank; /* white space has been seen since the last letter */
};

static void fold_put(struct fold *f, int32_t c) {
  if (text_white(c)) {
    f->blank = true;
    return;
  }
  if (c < ' ' || c == 0x7F || apostrophe(c) || text_hyphen(c) || mark(c)) return;
  if (f->blank && f->out.len > 0) buf_char(&f->out, ' ');
  f->blank = false;
  const char *plain = english(c);
  if (plain) {
    buf_str(&f->out, plain);
  } else {
    text_put_letter(&f->out, c);
  }
}

char *text_fold(struct arena *a, const char *s) {
  const utf8proc_option_t how =
      UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
  size_t n = strlen(s);
  struct fold f = {.blank = false};
  buf_init(&f.out, a);
  for (size_t i = 0; i < n;) {
    int32_t c, parts[32]; /* the longest compatibility decomposition has 18 */
    i += text_letter(s + i, n - i, &c);
    if (c < 0x80) {
      fold_put(&f, c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
      continue;
    }
    if (apostrophe(c)) continue; /* before it is taken apart: an acute accent by itself would leave a blank */
    int boundary = 0;
    utf8proc_ssize_t m = utf8proc_decompose_char(c, parts, 32, how, &boundary);
    for (utf8proc_ssize_t k = 0; k < m && k < 32; k++) fold_put(&f, parts[k]);
  }
  return arena_strdup(a, buf_text(&f.out));
}

char *text_sort_key(struct arena *a, const char *s) {
  const char *folded = text_fold(a, s);
  size_t n = strlen(folded);
  struct buf b;
  buf_init(&b, a);
  for (size_t i = 0; i < n;) {
    int32_t c;
    i += text_letter(folded + i, n - i, &c);
    utf8proc_category_t k = utf8proc_category(c);
    bool letter = k <= UTF8PROC_CATEGORY_LO || (k >= UTF8PROC_CATEGORY_ND && k <= UTF8PROC_CATEGORY_NO);
    if (letter || c == ' ') text_put_letter(&b, c);
  }
  const char *exact = text_nfc(a, s);
  buf_char(&b, '\1'); /* below every byte of a folded text, so that a name comes before those that it begins */
  buf_str(&b, exact ? exact : s);
  return arena_strdup(a, buf_text(&b));
}

size_t text_length(const char *s) {
  size_t n = strlen(s), clusters = 0;
  utf8proc_int32_t state = 0, last = 0;
  for (size_t i = 0; i < n;) {
    int32_t c;
    i += text_letter(s + i, n - i, &c);
    if (clusters == 0 || utf8proc_grapheme_break_stateful(last, c, &state)) clusters++;
    last = c;
  }
  return clusters;
}

char *text_upper_ascii(struct arena *a, const char *s) {
  char *up = arena_strdup(a, s);
  for (char *p = up; *p; p++)
    if (*p >= 'a' && *p <= 'z') *p = (char)(*p - 'a' + 'A');
  return up;
}

static unsigned char lower_ascii(char c) {
  return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool text_eq_ci(const char *a, const char *b) {
  for (; *a && *b; a++, b++)
    if (lower_ascii(*a) != lower_ascii(*b)) return false;
  return *a == *b;
}
