/* Pages for what went wrong: what happened, what to do now, and a reference to quote. They hold nothing of a child and nothing of the
 * request, and "not there" and "not yours" are one page. */
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "web/app.h"
#include "web/http.h"

struct problem {
  int status;
  const char *title, *happened, *todo;
};

static const struct problem problems[] = {
    {400, "That request could not be read", "Something that was sent is not of the kind that this page takes.",
     "Go back, check what you entered, and try again. Nothing was changed."},
    {401, "You need to sign in", "This address needs a valid token.",
     "Send a token in the Authorization header, or ask for a new one."},
    {403, "You cannot do this", "Your part in this child's life, or your role, does not include what you asked for.",
     "If you need it for your work, ask the person who manages access in your organisation."},
    {404, "Page not found", "There is nothing at this address, or it is not yours to see.",
     "Check the address, or find the child by searching. If you have just been given a case, ask for your part in it "
     "to be recorded."},
    {405, "That cannot be done here", "This address exists, but not for what was asked of it.",
     "Go back and use the links and buttons of the page."},
    {412, "Somebody else changed this first",
     "While you were working, another person saved a different answer to the same question.",
     "Go back to the page, look at what they wrote, and save again. Nothing of theirs was overwritten."},
    {413, "That is too large", "What was sent is larger than this page takes.",
     "Shorten the text or send a smaller file. Nothing was changed."},
    {415, "That kind of content is not taken here", "This address takes another kind of content.",
     "Check the content type and send it again."},
    {422, "Something needs to be put right", "What was sent cannot be kept as it is.",
     "Go back, put it right and try again. Nothing was changed."},
    {428, "Say what you began from", "A change names the version that it began from.",
     "Read the record, then send its ETag in an If-Match header."},
    {429, "Too many people are signing in just now", "Kith is checking other people's passwords first.",
     "Wait a minute and try again."},
    {500, "Sorry, something went wrong", "Kith met a fault. Nothing was saved by this request.",
     "Try again. If it happens again, tell whoever looks after Kith and quote the page reference below."},
    {503, "Kith is busy or restarting", "Your request was not carried out.",
     "Wait a few seconds and try again. Nothing was changed."},
};

static const struct problem *find(int status) {
  for (size_t i = 0; i < sizeof problems / sizeof *problems; i++)
    if (problems[i].status == status) return &problems[i];
  return find(500);
}

/* What would be right; of a conflict what stands there now and what was sent. */
static void as_json_sides(struct json_writer *w, const struct error_item *item, bool conflict) {
  if (conflict) {
    json_key(w, "theirs");
    json_put_text(w, item->value);
    json_key(w, "yours");
    json_put_text(w, item->expected);
  } else if (item->expected) {
    json_key(w, "expected");
    json_put_text(w, item->expected);
  }
}

static void as_json(struct page *p, const struct problem *x, const char *message) {
  struct json_writer w;
  struct response *r = p->response;
  r->body.len = 0;
  json_begin(&w, &r->body);
  json_object(&w);
  json_key(&w, "detail");
  json_put_text(&w, message ? message : x->happened);
  if (p->error.n_items && x->status >= 400 && x->status != 404 && x->status < 500) {
    json_key(&w, "errors");
    json_array(&w);
    for (size_t i = 0; i < p->error.n_items; i++) {
      json_object(&w);
      json_key(&w, "field");
      json_put_text(&w, p->error.items[i].column);
      json_key(&w, "message");
      json_put_text(&w, p->error.items[i].message);
      as_json_sides(&w, &p->error.items[i], x->status == 412);
      json_end_object(&w);
    }
    json_end_array(&w);
  }
  json_key(&w, "request_id");
  json_put_text(&w, p->ctx.request_id);
  json_key(&w, "status");
  json_put_int(&w, x->status);
  json_key(&w, "title");
  json_put_text(&w, x->title);
  json_key(&w, "type");
  json_put_text(&w, "about:blank");
  json_end_object(&w);
  response_header(r, "content-type", "application/problem+json");
  p->private->answered = true;
}

static void as_page(struct page *p, const struct problem *x, const char *message) {
  struct html *h = p->html;
  h->out.len = 0;
  h->errors = NULL;
  p->title = x->title;
  p->section = NULL;
  p->n_crumbs = 0;
  p->wide = p->bare = false;
  p->private->answered = false;
  ui_columns_begin(h, "two-thirds");
  ui_heading(h, 1, "l", x->title);
  ui_text(h, message ? message : x->happened);
  for (size_t i = 0; i < p->error.n_items && x->status == 422; i++) ui_inset(h, UI_TEXT(p->error.items[i].message));
  ui_text(h, x->todo);
  if (p->session) {
    struct html *link = html_part(h);
    ui_link(link, "/", "Go to your home page");
    ui_paragraph(h, UI_HTML(link));
  }
  ui_columns_end(h);
}

void problem_page(struct page *p, int status, const char *message) {
  const struct problem *x = find(status);
  struct response *r = p->response;
  r->status = x->status;
  r->access.n_children = 0;
  p->private->outcome = "refused";
  if (status == 503 || status == 429) response_header(r, "retry-after", "5");
  if (p->private->not_html)
    as_json(p, x, message);
  else
    as_page(p, x, message);
}
