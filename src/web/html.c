#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "web/markup.h"

struct html *html_new(struct arena *a) {
  struct html *h = arena_alloc(a, sizeof *h);
  buf_init(&h->out, a);
  h->next_id = arena_alloc(a, sizeof *h->next_id);
  return h;
}

struct html *html_part(const struct html *page) {
  struct html *h = arena_alloc(page->out.arena, sizeof *h);
  buf_init(&h->out, page->out.arena);
  h->next_id = page->next_id;
  h->errors = page->errors;
  return h;
}

void html_errors(struct html *h, const struct error *e) {
  h->errors = e;
}

/* The five characters that mean something in content or in a quoted attribute. */
static const char *entity(char c) {
  switch (c) {
  case '&':
    return "&amp;";
  case '<':
    return "&lt;";
  case '>':
    return "&gt;";
  case '"':
    return "&quot;";
  case '\'':
    return "&#39;";
  default:
    return NULL;
  }
}

static void add_escaped(struct buf *out, const char *s, size_t n) {
  size_t from = 0;
  for (size_t i = 0; i < n; i++) {
    const char *e = entity(s[i]);
    if (!e) continue;
    buf_add(out, s + from, i - from);
    buf_str(out, e);
    from = i + 1;
  }
  buf_add(out, s + from, n - from);
}

void html_text(struct html *h, const char *text) {
  if (text) add_escaped(&h->out, text, strlen(text));
}

void html_textf(struct html *h, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  html_text(h, arena_vprintf(h->out.arena, fmt, ap));
  va_end(ap);
}

void html_lines(struct html *h, const char *text) {
  html_raw(h, "<span class=\"kith-lines\">");
  html_text(h, text);
  html_raw(h, "</span>");
}

void html_put(struct html *h, const struct html *fragment) {
  if (fragment) buf_add(&h->out, fragment->out.data, fragment->out.len);
}

void html_raw_literal(struct html *h, const char *literal) {
  buf_str(&h->out, literal);
}

void html_attr(struct html *h, const char *name, const char *value) {
  if (!value) return;
  buf_char(&h->out, ' ');
  buf_str(&h->out, name);
  buf_str(&h->out, "=\"");
  html_text(h, value);
  buf_char(&h->out, '"');
}

const char *html_id(struct html *h, const char *stem) {
  return arena_printf(h->out.arena, "%s-%d", stem, ++*h->next_id);
}

size_t html_length(const struct html *h) {
  return h->out.len;
}

void markup_fill(struct html *h, const char *literal, const char *const *texts, size_t n) {
  size_t used = 0;
  const char *from = literal;
  for (const char *p = literal; *p; p++) {
    if (*p != '$') continue;
    buf_add(&h->out, from, (size_t)(p - from));
    assert(used < n);
    if (used < n) html_text(h, texts[used++]);
    from = p + 1;
  }
  assert(used == n);
  buf_str(&h->out, from);
}

void markup_piece(struct html *h, struct ui_piece p) {
  if (p.html)
    html_put(h, p.html);
  else
    html_text(h, p.text);
}

void markup_int(struct html *h, long long n) {
  buf_printf(&h->out, "%lld", n);
}
