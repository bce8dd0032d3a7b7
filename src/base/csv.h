/* csv: RFC 4180, forgiving as spreadsheets require, exact in its complaints. A pure function over bytes; fuzzed.
 *
 * Encoding: a byte-order mark decides (UTF-8, UTF-16 LE/BE); otherwise valid UTF-8 is UTF-8, else Windows-1252. Line
 * ends CRLF, LF or CR; separator , ; tab or | found from the header line; quoted fields may hold line ends; blank lines
 * are passed over. The first record is the header. Rows keep their line number as a spreadsheet shows it (header = 1
 * for records, see row_number). */
#ifndef KITH_BASE_CSV_H
#define KITH_BASE_CSV_H
#include <stdbool.h>
#include <stddef.h>
struct arena;
struct error;

enum csv_encoding { CSV_UTF8, CSV_UTF8_BOM, CSV_UTF16LE, CSV_UTF16BE, CSV_WINDOWS_1252 };
enum csv_status {
  CSV_OK,
  CSV_UNTERMINATED_QUOTE,
  CSV_STRAY_QUOTE,
  CSV_TOO_MANY_CELLS,
  CSV_TOO_FEW_CELLS,
  CSV_NUL_BYTE
};

struct csv_row {
  long row_number; /* row as a spreadsheet numbers them: header 1, first data row 2; a blank line is a row too */
  long line;       /* physical line on which it starts; for CSV_UNTERMINATED_QUOTE the line on which the quote opens */
  size_t n;        /* always the header's count: short rows padded with "", long rows cut (status says so) */
  const char **cells; /* NUL-terminated UTF-8 */
  enum csv_status status;
};

struct csv; /* a parsed or being-parsed table */
/* bytes must outlive the csv. NULL with e when the bytes cannot be a table at all: empty, binary, a zip ("this is an
 * Excel workbook or zip archive, save as CSV"), no header. name is the file's name for errors. */
struct csv *csv_open(struct arena *a, const char *name, const void *bytes, size_t n, struct error *e);
enum csv_encoding csv_encoding(const struct csv *c);
char csv_separator(const struct csv *c);
size_t csv_columns(const struct csv *c);
const char *csv_column(const struct csv *c, size_t i);  /* trimmed */
long csv_find(const struct csv *c, const char *column); /* index or -1; case and blanks ignored */
/* False at the end. Cells live in scratch until the next call unless copied; they are as given, not trimmed. The status
 * is the first fault found, but an unterminated quote always shows; its cell is cut at its line end and the table ends
 * with it. Empty cells beyond the header and missing cells under columns without a name are no fault. A stray quote and
 * what follows a closing quote are kept as text (blanks there are no fault); NUL bytes are left out. */
bool csv_next(struct csv *c, struct csv_row *row);
/* What the row should have had, in words ("a closing quotation mark"); NULL for CSV_OK. */
const char *csv_status_words(enum csv_status s);
/* True when the row's status is CSV_OK, else adds an item with file and row to e. */
bool csv_row_check(const struct csv *c, const struct csv_row *row, struct error *e);

/* Writing: appends one record with CRLF to buf, quoting where needed. safe: cells that a spreadsheet would run as a
 * formula (= + - @ tab CR first) get an apostrophe before them. */
struct buf;
void csv_write(struct buf *b, const char *const *cells, size_t n, bool safe);

/* Whole file into the arena, a NUL after it that n does not count. false with ERR_INPUT naming the file when absent or
 * unreadable; limit in bytes, 0 = 4 GiB. */
bool file_read(struct arena *a, const char *path, size_t limit, const char **bytes, size_t *n, struct error *e);
#endif
