/* csv_decode: from the bytes of a file to UTF-8, before a table is looked for. */
#ifndef KITH_BASE_CSV_DECODE_H
#define KITH_BASE_CSV_DECODE_H
#include "base/csv.h"

/* The text without its byte-order mark; the given bytes themselves when they are UTF-8, else made in a. What is not
 * right in its encoding becomes U+FFFD. */
enum csv_encoding csv_decode(struct arena *a, const char *bytes, size_t n, const char **text, size_t *length);
#endif
