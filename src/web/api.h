/* api: what the files of the JSON API (/api/v1) share. docs/api.md is the guide for those who call it, openapi.c
 * describes it to programs.
 *
 * Values: text, prose, dates (YYYY-MM-DD), instants (RFC 3339, UTC), codes and numbers with decimal places are
 * strings; integers and money (pence) are integers; yes_no is true or false; a reference is "886-4821", a
 * school's its URN; null says that nothing is given. A field that is not shown to the caller is absent and named
 * in `withheld`. */
#ifndef KITH_WEB_API_H
#define KITH_WEB_API_H
#include "base/json.h"
#include "web/app.h"

/* --- bodies: pure functions over bytes (api_body.c), fuzzed ------------------------------------------------------- */
enum { API_BODY_MAX = 1 << 20 };
enum api_kind { API_TEXT, API_TRUTH, API_OBJECT };
struct api_member {
  const char *name;
  enum api_kind kind;
  bool required;
};
/* The object that a body holds: every member known, of its kind, the required ones there. NULL: e says which
 * member and what was expected, *status is 400 (not JSON), 413 (too large) or 422. */
const struct json *api_body(struct arena *a, const char *bytes, size_t n, const struct api_member *members,
                            size_t n_members, int *status, struct error *e);
/* Fields of a record, each of its JSON type and then checked as a form's are. Collects every error. */
bool api_fields(struct arena *a, const struct model_record *r, const char *authority, date_t today,
                const struct json *fields, struct record_input *in, struct error *e);
/* "886-4821" of this authority; false otherwise. */
bool api_ref(const char *authority, const char *text, int64_t *id);
/* What a field of this type takes and gives, for people. */
const char *api_expected(const struct model_field *f);
void api_put_value(struct json_writer *w, struct arena *a, const char *authority, const struct model_field *f,
                   struct value v);

/* --- one call about a child or the register (api.c) --------------------------------------------------------------- */
struct api_call {
  struct page *p;
  const struct model_record *record;
  const struct permit *permit;
  int64_t child;
  struct record_row row; /* id 0 when the path names none */
  const char *base_url;  /* of the type's rows: "/api/v1/children/886-5/pep" */
  const struct json *body;
  int64_t if_match;
};
/* Opens the child of the path (or the register, when the path names no child) and the row, and notes what is shown.
 * ERR_NOT_FOUND when not there or not theirs. */
bool api_open(struct api_call *c, struct db *db, struct error *e);
const char *api_row_url(struct page *p, const struct record_row *row);
/* A row as JSON. permit: also what the caller may do with it next; NULL in lists. */
void api_put_row(struct json_writer *w, struct page *p, const struct record_row *row, const struct permit *permit);
void api_put_id(struct json_writer *w, struct page *p, const char *key, int64_t id); /* null for 0 */
void api_put_instant(struct json_writer *w, const char *key, instant_t at);
/* A field that refers to a child of whom the caller may not know is as good as withheld. */
bool api_withheld(const struct model *m, const struct record_row *row, const struct model_field *f);
/* Reads the body of the request into c->body. false: the answer is the problem. */
bool api_take_body(struct api_call *c, const struct api_member *members, size_t n);

extern const struct route api_read_routes[], api_write_routes[], openapi_routes[], export_routes[];
#endif
