/* http: what a browser sends, taken apart. Pure functions over bytes, fuzzed. Everything they make is in the arena given; values are
 * NUL-terminated and may hold any byte (n counts them); names are as sent. They never fail on odd bytes unless they say so:
 * a percent sign that leads no escape stands for itself, as browsers read it. */
#ifndef KITH_WEB_HTTP_H
#define KITH_WEB_HTTP_H
#include "web/web.h"

enum { HTTP_PAIRS_MAX = 2000 }; /* more than this in one form or query is refused */

/* application/x-www-form-urlencoded, of a query or a body. false: too many pairs. */
bool http_urlencoded(struct arena *a, const char *bytes, size_t n, const struct pair **out, size_t *count);
/* multipart/form-data (RFC 7578). A part with a file name gives three pairs: N (the bytes), "N:filename", "N:type". false: no boundary,
 * truncated, a part without a name, or too many. */
bool http_multipart(struct arena *a, const char *content_type, const char *bytes, size_t n, const struct pair **out,
                    size_t *count);
/* Cookie header (RFC 6265): pairs without quotes, first of a name counts. */
void http_cookies(struct arena *a, const char *header, const struct pair **out, size_t *count);
/* Path of a URL, decoded. NULL when it is not UTF-8, holds NUL or a control character, or does not begin with '/'. */
char *http_path(struct arena *a, const char *raw);
/* Percent escapes decoded; '+' stays. *length counts the bytes, which end in a NUL besides. */
char *http_decode(struct arena *a, const char *s, size_t n, size_t *length);
/* First value of a name; NULL when not there. */
const struct pair *http_find(const struct pair *pairs, size_t n, const char *name);
/* "text/html" of "text/html; charset=utf-8", lower case. */
const char *http_media_type(struct arena *a, const char *header);
/* Does an Accept-Encoding header take gzip (present, q not 0)? */
bool http_takes_gzip(const char *header);
/* Does an If-None-Match header list this entity tag, or *? Weak comparison. */
bool http_etag_listed(const char *header, const char *etag);
const char *http_reason(int status);
#endif
