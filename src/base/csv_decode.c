#include "base/csv_decode.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/text_letter.h"

enum { REPLACEMENT = 0xFFFD };

/* Windows-1252, 0x80 to 0x9F (WHATWG Encoding Standard: five unused bytes stand for themselves); the rest is Latin-1.
 * */
static const int32_t WINDOWS[32] = {
    0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021, 0x2C6,  0x2030, 0x160,
    0x2039, 0x152,  0x8D,   0x17D,  0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178,
};

static void from_windows(struct buf *out, const unsigned char *s, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (s[i] < 0x80) {
      buf_char(out, (char)s[i]);
    } else {
      text_put_letter(out, s[i] < 0xA0 ? WINDOWS[s[i] - 0x80] : s[i]);
    }
  }
}

static int32_t unit(const unsigned char *s, bool big) {
  return big ? s[0] << 8 | s[1] : s[1] << 8 | s[0];
}

static void from_utf16(struct buf *out, const unsigned char *s, size_t n, bool big) {
  size_t i = 0;
  while (i + 1 < n) {
    int32_t c = unit(s + i, big);
    i += 2;
    bool high = c >= 0xD800 && c <= 0xDBFF;
    if (high && i + 1 < n && unit(s + i, big) >= 0xDC00 && unit(s + i, big) <= 0xDFFF) {
      c = 0x10000 + (c - 0xD800) * 0x400 + (unit(s + i, big) - 0xDC00);
      i += 2;
    } else if (c >= 0xD800 && c <= 0xDFFF) {
      c = REPLACEMENT;
    }
    text_put_letter(out, c);
  }
  if (i < n) text_put_letter(out, REPLACEMENT); /* half a unit at the end: the file was cut off */
}

/* UTF-8 as its mark says, although not all of it is. */
static void from_broken_utf8(struct buf *out, const char *s, size_t n) {
  for (size_t i = 0; i < n;) {
    int32_t c;
    i += text_letter(s + i, n - i, &c);
    text_put_letter(out, c);
  }
}

enum csv_encoding csv_decode(struct arena *a, const char *bytes, size_t n, const char **text, size_t *length) {
  enum csv_encoding encoding = CSV_UTF8;
  size_t bom = 0;
  if (n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
    encoding = CSV_UTF8_BOM;
    bom = 3;
  } else if (n >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0)) {
    encoding = bytes[0] == '\xFF' ? CSV_UTF16LE : CSV_UTF16BE;
    bom = 2;
  }
  bytes += bom;
  n -= bom;
  *text = bytes;
  *length = n;
  bool valid = encoding < CSV_UTF16LE && text_utf8_prefix(bytes, n) == n;
  if (valid) return encoding;
  struct buf out;
  buf_init(&out, a);
  if (encoding == CSV_UTF8_BOM) {
    from_broken_utf8(&out, bytes, n);
  } else if (encoding == CSV_UTF8) {
    encoding = CSV_WINDOWS_1252;
    from_windows(&out, (const unsigned char *)bytes, n);
  } else {
    from_utf16(&out, (const unsigned char *)bytes, n, encoding == CSV_UTF16BE);
  }
  *text = buf_text(&out);
  *length = out.len;
  return encoding;
}
