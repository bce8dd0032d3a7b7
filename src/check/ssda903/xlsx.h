/* xlsx: the sheet of an Excel workbook that has a given column, as CSV. Reads texts and numbers; formulas by their
 * last result, dates as the number that they are (days since 30 December 1899). A pure function over bytes. */
#ifndef KITH_CHECK_SSDA903_XLSX_H
#define KITH_CHECK_SSDA903_XLSX_H
#include <stdbool.h>
#include <stddef.h>
struct arena;
struct buf;
struct error;

bool xlsx_is(const void *bytes, size_t n); /* a zip archive, by its first bytes */
/* The first sheet that has a cell with this text in its first rows is appended to csv, from that row on. false with
 * ERR_INPUT when the bytes are no workbook, are larger inside than a list of providers can be, or no sheet has the
 * column. */
bool xlsx_to_csv(struct arena *a, const char *name, const void *bytes, size_t n, const char *column, struct buf *csv,
                 struct error *e);
#endif
