/* text: UTF-8, its normal forms and the keys by which names are sorted and found (utf8proc underneath). */
#ifndef KITH_BASE_TEXT_H
#define KITH_BASE_TEXT_H
#include <stdbool.h>
#include <stddef.h>
struct arena;

bool text_utf8_valid(const char *s, size_t n);    /* no overlong forms, surrogates, or NUL */
size_t text_utf8_prefix(const char *s, size_t n); /* length of the longest valid beginning; here NUL counts as valid */
/* NFC, line ends to \n, C0 controls other than \n and \t removed, outer white space trimmed; NULL when not UTF-8. */
char *text_clean(struct arena *a, const char *s, size_t n);
char *text_nfc(struct arena *a, const char *s); /* NULL when not UTF-8 */
/* The three keys below take any bytes: what is not UTF-8 counts as U+FFFD.
 * For comparison; folding what is folded changes nothing. NFKD, case folded, marks removed, apostrophes and hyphens of
 * every kind dropped, runs of white space one blank, none outside; Latin letters that Unicode does not take apart
 * written as English would (ł l, ø o, đ d, æ ae, œ oe, þ th, ð d, ı i). */
char *text_fold(struct arena *a, const char *s);
/* Ordering key for names: bytes that compare (memcmp, C collation) as an English index would: folded letters first,
 * then the rest to break ties. Printable ASCII hex is not needed; it is stored as TEXT without NUL. */
char *text_sort_key(struct arena *a, const char *s);
/* Sounds-like codes of a name, one a word, blank-separated (Double-Metaphone-like primary keys, stable for ever once
 * stored). */
char *text_sounds(struct arena *a, const char *s);
size_t text_length(const char *s); /* grapheme clusters, for limits shown to people */
char *text_upper_ascii(struct arena *a, const char *s);
char *text_trim(struct arena *a, const char *s); /* Unicode white space at both ends */
bool text_eq_ci(const char *a, const char *b);   /* ASCII only, for names of columns and headers */
#endif
