/* route: which handler answers a request, what it may be sent, and what a handler works with.
 *
 * Routes are const data (struct route, one table a file, listed in routes.c). Before a handler runs, web_handle has: matched method and
 * path, read the session or token, checked that every id in the path is of an authority of which the session is a member and chosen that
 * authority's store, checked CSRF on every POST of a session, dropped inputs that are not declared and refused those that are
 * too long (413 with the name) or not of their kind (400). A path that leads nowhere, an id of another authority and an id
 * that is not there or not theirs give the same 404 page. HEAD is answered by the GET route without its body.
 *
 * Paths: segments are literal or {name:kind}. Kinds: id = "886-4821" (authority and number), word = ^[a-z][a-z0-9_]*$, number = 1 to 18 digits.
 * "/children/{child:id}/{record:word}/{row:id}". Literal segments win over parameters.
 *
 * Inputs: query of GET and of raw routes, form of the others. A declared name that ends in '*' takes every name with that prefix ("f.*": the fields of a record's
 * form, checked by model_field_check afterwards). A date is sent as N-day, N-month, N-year (ui_date_input) or N; declare N as
 * INPUT_DATE and read it with page_input: "YYYY-MM-DD", or "d/m/y" as typed when that is no date, "" when empty. Under '*' names
 * the three are joined as well. Always taken, never declared: _csrf, _key.
 *
 * A handler appends to page->html and sets title, or redirects, or sends bytes; the layout goes round it afterwards. It reads
 * through page_read and writes through page_write: callbacks that may run again, for which page puts html, access entry and
 * response back to what they were. When either gives false, or when a callback failed, return page_fail(p): it shows what
 * went wrong by the kind of p->error (input: 422, denied: 403, not found: 404, conflict: 412, retry: 503, broken: 500). To show a form
 * again with its errors, set p->response->status = 422 and draw it with html_errors(p->html, &p->error) instead.
 *
 *   static bool show(struct db *db, void *arg, struct error *e) {
 *     struct page *p = arg;
 *     const struct permit *permit;
 *     struct record_row row;
 *     if (!page_open(p, db, page_id(p, "child"), &permit, e)) return false;
 *     if (!record_get(db, &p->ctx, permit, model_record(p->model, page_path(p, "record")), page_id(p, "row"), &row, e)) return false;
 *     page_shown(p, permit, UINT64_C(1) << row.record->category_index);
 *     ui_heading(p->html, 1, NULL, "...");
 *     return true;
 *   }
 *   static void handle(struct page *p) {
 *     p->title = "Plan";
 *     p->section = "children";
 *     if (!page_read(p, show, p)) page_fail(p);
 *   } */
#ifndef KITH_WEB_ROUTE_H
#define KITH_WEB_ROUTE_H
#include "base/error.h"
#include "web/ui.h"
#include "web/web.h"

enum route_need {
  NEED_NONE,    /* anybody; p->session is NULL unless somebody is signed in */
  NEED_SESSION, /* signed in by cookie; otherwise sent to /sign-in and back (GET) or 403 (POST) */
  NEED_CHOICE,  /* signed in; authority perhaps not chosen yet, password perhaps to be changed first */
  NEED_TOKEN /* Authorization: Bearer; answers and errors are JSON (application/problem+json); POST needs scope write */
};
enum input_kind {
  INPUT_LINE,   /* text without line ends, NFC and trimmed */
  INPUT_PROSE,  /* text, NFC, line ends \n */
  INPUT_SECRET, /* bytes as typed: passwords */
  INPUT_WORD,   /* ^[a-z][a-z0-9_]*$ */
  INPUT_NUMBER, /* 1 to 18 digits */
  INPUT_ID,     /* "886-4821", of the page's authority */
  INPUT_DATE,
  INPUT_FILE /* bytes; page_file */
};
struct route_input {
  const char *name;
  enum input_kind kind;
  int max; /* bytes; 0: 200, of prose and files none but the body's */
  bool many;
};

struct page;
typedef void route_fn(struct page *p);
struct route {
  const char *method; /* GET, POST, PUT, PATCH, DELETE */
  const char *path;
  route_fn *handle;
  enum route_need need;
  bool no_csrf;                  /* POST of a session: true only where the handler checks by itself */
  bool slow;                     /* hashing and the like: runs in its own lane so that nobody else waits */
  bool raw;                      /* body is not parsed (JSON, CSV: page->request->body); inputs come from the query */
  bool reads;                    /* POST that changes nothing (a search): a token of scope read may send it */
  struct route_input inputs[12]; /* ends at the first without name */
};
/* The tables; each ends in a row without path. routes.c lists them, and is the place to add one. */
extern const struct route *const route_tables[];
extern const size_t n_route_tables;

struct page {
  struct web *web;
  struct engine *engine;
  const struct model *model;
  struct arena *arena;
  struct ctx ctx;
  const struct route *route;
  struct request *request;
  struct response *response;
  const struct session *session;     /* NULL when nobody is signed in */
  const struct authority *authority; /* NULL when none is chosen or the route needs none */
  struct actor actor;                /* of that authority; id 0 when there is none, and then nothing may be opened */
  struct error error;
  /* what the handler gives */
  struct html *html;   /* content of <main> */
  const char *title;   /* of the page, without the product; "Error: " is put before it when there are errors */
  const char *section; /* which part of the navigation is current: home children lists reports admin, NULL none */
  const struct ui_crumb *crumbs;
  size_t n_crumbs;
  bool own;      /* the reader is the child whom the page is about: navigation and words are the child's own */
  bool wide;     /* main takes the whole width: long tables */
  bool bare;     /* no layout: a fragment for htmx, or bytes */
  bool quiet;    /* this page is no reading of a person's data and needs no access entry (sign-in, help) */
  bool replayed; /* page_write found that this post was done before; its first answer stands in response */
  struct page_private *private;
};

/* Inputs. "" when not sent; many values: page_inputs. Values live in the page's arena. */
const char *page_input(const struct page *p, const char *name);
size_t page_inputs(const struct page *p, const char *name, const char *const **values);
/* All inputs that came under a '*' name, without the prefix, dates joined: names[i], values[i]. */
size_t page_input_prefixed(const struct page *p, const char *prefix, const char *const **names,
                           const char *const **values);
const char *page_file(const struct page *p, const char *name, size_t *n,
                      const char **filename);                  /* NULL when none was sent */
const char *page_path(const struct page *p, const char *name); /* a parameter of the path, as text */
int64_t page_id(const struct page *p,
                const char *name); /* number of an id or number parameter, or of an INPUT_ID; 0 when absent */
const char *page_header(const struct page *p, const char *name); /* lower-case name; NULL when absent */

/* For forms and links. */
const char *page_csrf(const struct page *p);
const char *page_key(struct page *p);                   /* a new idempotency key */
const char *page_ref(const struct page *p, int64_t id); /* "886-4821" */
const char *page_url(const struct page *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));   /* printf into the arena; give refs and model names only */
bool page_is_fragment(const struct page *p); /* asked by htmx */

/* The stores. fn gets p as its argument unless arg says otherwise. */
bool page_read(struct page *p, store_fn *fn, void *arg);
/* Durable when it returns. Set the response inside fn (page_redirect or page_json): it is kept with the form's _key or the Idempotency-Key,
 * so that the same post done again gets the first answer and does nothing (p->replayed). */
bool page_write(struct page *p, store_fn *fn, void *arg);
/* guard_open, and the opening is noted for the access entry. child 0: the register. */
bool page_open(struct page *p, struct db *db, int64_t child, const struct permit **permit, struct error *e);
void page_shown(struct page *p, const struct permit *permit,
                uint64_t categories); /* what of this child the page shows */
void page_listed(struct page *p, int64_t child, uint64_t categories,
                 const char *via); /* a child that appears in a list */
void page_purpose(struct page *p, const char *outcome,
                  const char *purpose); /* outcome other than shown: exported, break_glass */

/* Answers other than a page. */
void page_redirect(struct page *p, const char *path);         /* 303; path of our own */
void page_json(struct page *p, int status, const char *json); /* application/json */
void page_bytes(struct page *p, const char *type, const char *filename, const char *bytes,
                size_t n); /* download; filename NULL: inline */
void page_set_header(struct page *p, const char *name, const char *value);
void page_etag(struct page *p, int64_t version); /* ETag: "7" */
bool page_if_match(const struct page *p,
                   int64_t *version); /* If-Match: "7"; false when absent or not a number of ours */
void page_fail(struct page *p);       /* the error page or problem for p->error */
void page_not_found(struct page *p);
#endif
