/* Sounds-like codes. The rules are settled: codes are stored, so a change here needs every stored code made anew.
 *
 * A word is folded (text_fold), split also at hyphens, and only a to z are looked at; a word without any is its own
 * code. Doubled letters count once. Vowels (a e i o u, and y unless it begins the word before a vowel) give A at the
 * beginning and nothing later. Otherwise, for spelling in English and in names written from other alphabets:
 *
 *   b p        P    (ph F; p silent between m and s or t: Thompson, Thomson)
 *   c          S before e i y, else K; ch cz X; chr chl K; ck once K
 *   d t th     T    (dg before e i y: J; dj J; tch X; tz S)
 *   f v        F
 *   g          J before e i y, else K; gn N at either end; gh silent after a vowel unless a vowel follows, else K
 *   h          H at the beginning or after a vowel, if a vowel follows
 *   j          J    (also zh)
 *   k q x      K    (kh K; x is KS, S at the beginning; kn is N at the beginning)
 *   l m n r    as they are (mb at the end M; wr at the beginning R)
 *   s z        S    (sh sch sz X; sc before e i y S; ps at the beginning S)
 *   w          W at the beginning before a vowel, else silent
 *   y          Y at the beginning before a vowel
 *
 * Two equal codes with no vowel between are one. At most eight codes a word. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/text_letter.h"

enum { LONGEST = 8, WORD = 64 };

struct word {
  char s[WORD + 4]; /* letters a to z, doubled ones once, NUL-filled, so that looking ahead is safe */
  int n;
  char code[LONGEST + 1];
  int codes;
  bool vowel_since; /* a vowel stands between the last code and here */
};

static bool vowel(char c) {
  return c && strchr("aeiouy", c);
}
static bool soft(char c) {
  return c == 'e' || c == 'i' || c == 'y';
}

static void put(struct word *w, char code) {
  if (w->codes == LONGEST || (w->codes > 0 && w->code[w->codes - 1] == code && !w->vowel_since)) return;
  w->code[w->codes++] = code;
  w->vowel_since = false;
}

static bool has(const struct word *w, int i, const char *s) {
  return strncmp(w->s + i, s, strlen(s)) == 0;
}

/* Spellings that stand for one sound, the longest first. at: b only at the beginning, e only at the end, s only before
 * e i y, r only before r or l, blank anywhere. */
static const struct spelling {
  const char *letters;
  char at;
  char code;
} SPELLINGS[] = {
    {"tsch", ' ', 'X'}, {"sch", ' ', 'X'}, {"tch", ' ', 'X'}, {"ch", 'r', 'K'}, {"ch", ' ', 'X'}, {"cz", ' ', 'X'},
    {"ck", ' ', 'K'},   {"dg", 's', 'J'},  {"dj", ' ', 'J'},  {"gn", 'b', 'N'}, {"gn", 'e', 'N'}, {"kh", ' ', 'K'},
    {"kn", 'b', 'N'},   {"mb", 'e', 'M'},  {"ph", ' ', 'F'},  {"ps", 'b', 'S'}, {"sc", 's', 'S'}, {"sh", ' ', 'X'},
    {"sz", ' ', 'X'},   {"th", ' ', 'T'},  {"tz", ' ', 'S'},  {"wr", 'b', 'R'}, {"zh", ' ', 'J'},
};

/* Letters used, 0 when no spelling stands at i. */
static int spelling(struct word *w, int i) {
  for (size_t k = 0; k < sizeof SPELLINGS / sizeof *SPELLINGS; k++) {
    const struct spelling *p = &SPELLINGS[k];
    int n = (int)strlen(p->letters);
    const char next = w->s[i + n];
    bool wrong_place = (p->at == 'b' && i > 0) || (p->at == 'e' && next) || (p->at == 's' && !soft(next)) ||
                       (p->at == 'r' && next != 'r' && next != 'l');
    if (wrong_place || !has(w, i, p->letters)) continue;
    put(w, p->code);
    return n;
  }
  return 0;
}

static char plain(char c) {
  static const char codes[] = "APKTAFKHAJKLMNAPKRSTAFWKAS"; /* a to z */
  return codes[c - 'a'];
}

/* One letter that stands for itself; returns the letters used. */
static int single(struct word *w, int i) {
  const char c = w->s[i], next = w->s[i + 1], before = i > 0 ? w->s[i - 1] : '\0';
  switch (c) {
  case 'c':
    put(w, soft(next) ? 'S' : 'K');
    return 1;
  case 'g':
    if (next == 'h') {
      if (!vowel(before) || vowel(w->s[i + 2])) put(w, 'K');
      return 2;
    }
    put(w, soft(next) ? 'J' : 'K');
    return 1;
  case 'h':
    if ((i == 0 || vowel(before)) && vowel(next)) put(w, 'H');
    return 1;
  case 'p':
    if (before == 'm' && (next == 's' || next == 't')) return 1;
    put(w, 'P');
    return 1;
  case 'w':
    if (i == 0 && vowel(next == 'h' ? w->s[2] : next)) put(w, 'W');
    return 1;
  case 'x':
    if (i > 0) put(w, 'K');
    put(w, 'S');
    return 1;
  default:
    put(w, plain(c));
    return 1;
  }
}

static void encode(struct word *w) {
  for (int i = 0; i < w->n;) {
    char c = w->s[i];
    bool glide = c == 'y' && i == 0 && vowel(w->s[1]);
    if (glide) {
      put(w, 'Y');
      i++;
    } else if (vowel(c)) {
      if (i == 0) put(w, 'A');
      w->vowel_since = true;
      i++;
    } else {
      int n = spelling(w, i);
      i += n ? n : single(w, i);
    }
  }
  /* A word of silent letters only ("H") still needs a code. */
  if (w->codes == 0 && w->n > 0) put(w, (char)(w->s[0] - 'a' + 'A'));
}

static void put_word(struct buf *out, const char *s, size_t n) {
  struct word w = {.n = 0};
  for (size_t i = 0; i < n && w.n < WORD; i++) {
    char c = s[i];
    if (c < 'a' || c > 'z' || (w.n > 0 && w.s[w.n - 1] == c)) continue;
    w.s[w.n++] = c;
  }
  if (out->len > 0) buf_char(out, ' ');
  encode(&w);
  if (w.n > 0) {
    buf_str(out, w.code);
  } else {
    buf_add(out, s, n);
  }
}

char *text_sounds(struct arena *a, const char *s) {
  struct buf split, out;
  buf_init(&split, a);
  buf_init(&out, a);
  for (size_t i = 0, n = strlen(s); i < n;) {
    int32_t c;
    i += text_letter(s + i, n - i, &c);
    text_put_letter(&split, text_hyphen(c) && c != 0xAD ? ' ' : c);
  }
  const char *word = text_fold(a, buf_text(&split));
  while (*word) {
    size_t n = strcspn(word, " ");
    put_word(&out, word, n);
    word += n + (word[n] == ' ');
  }
  return arena_strdup(a, buf_text(&out));
}
