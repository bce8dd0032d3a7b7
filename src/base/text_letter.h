/* text_letter: single code points, for the few files of base that read text letter by letter. */
#ifndef KITH_BASE_TEXT_LETTER_H
#define KITH_BASE_TEXT_LETTER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
struct buf;

size_t text_letter(const char *s, size_t n,
                   int32_t *c); /* bytes read, at least 1; U+FFFD for a byte that is not UTF-8. n > 0 */
void text_put_letter(struct buf *b, int32_t c);
bool text_white(int32_t c);  /* Unicode's White_Space */
bool text_hyphen(int32_t c); /* hyphens and dashes of every kind */
#endif
