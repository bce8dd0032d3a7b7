/* Who has looked at a child's record: every access, newest first, for the child and those who answer for the record. */
#include <string.h>

#include "web/app.h"
#include "web/child_head.h"

enum { PAGE = 100 };

struct who {
  struct page *p;
  struct child_head head;
  struct access_view seen[PAGE];
  const char *names[PAGE];
  int n;
};

static bool keep(const struct access_view *v, void *arg, struct error *e) {
  struct who *w = arg;
  (void)e;
  if (w->n < PAGE) {
    w->seen[w->n] = *v;
    w->seen[w->n].via = arena_strdup(w->p->arena, v->via);
    w->seen[w->n++].outcome = arena_strdup(w->p->arena, v->outcome);
  }
  return true;
}

static bool read_accesses(struct db *db, void *arg, struct error *e) {
  struct who *w = arg;
  w->n = 0;
  return access_of_child(db, w->p->arena, w->head.child, 0, PAGE, keep, w, e);
}

static bool open_and_name(struct db *db, void *arg, struct error *e) {
  struct who *w = arg;
  struct page *p = w->p;
  if (!child_open(p, db, &w->head, "Who has looked", NULL, NULL, e)) return false;
  if (!child_may_see_who(&w->head)) return error_set(e, ERR_NOT_FOUND, "There is nothing here.");
  for (int i = 0; i < w->n; i++)
    w->names[i] = w->seen[i].actor == w->head.child
                      ? (w->head.own ? "Me" : "The child")
                      : record_label(db, &p->ctx, p->model, "person", w->seen[i].actor, p->arena);
  return true;
}

static const char *categories_words(struct page *p, uint64_t bits) {
  struct buf b;
  buf_init(&b, p->arena);
  for (size_t i = 0; i < p->model->n_categories; i++)
    if (bits >> p->model->categories[i].index & 1)
      buf_printf(&b, "%s%s", b.len ? ", " : "", p->model->categories[i].title);
  return buf_text(&b);
}

static const char *roles_words(struct page *p, const char *via) {
  struct buf b;
  buf_init(&b, p->arena);
  for (const char *s = via; s && *s;) {
    size_t n = strcspn(s, "/,");
    const char *id = arena_strndup(p->arena, s, n);
    const struct model_role *r = model_role(p->model, id);
    const char *words = r                           ? r->title
                        : strcmp(id, "list") == 0   ? "One of a list"
                        : strcmp(id, "search") == 0 ? "Found by a search"
                                                    : "Kith itself";
    if (!strstr(buf_text(&b), words)) buf_printf(&b, "%s%s", b.len ? ", " : "", words); /* one role may hold twice */
    s += strcspn(s, ",");
    s += strspn(s, ", ");
  }
  return buf_text(&b);
}

/* One line for the same person looking at the same things on the same day: how often stands beside it. */
static bool same_visit(const struct access_view *a, const struct access_view *b) {
  return a->actor == b->actor && a->categories == b->categories && strcmp(a->via, b->via) == 0 &&
         instant_london_date(a->at) == instant_london_date(b->at);
}

static void draw_accesses(struct who *w) {
  struct page *p = w->p;
  static const struct ui_column columns[] = {{.title = "Last time"},
                                             {.title = "Who"},
                                             {.title = "As"},
                                             {.title = "What they saw"},
                                             {.title = "Times", .numeric = true}};
  struct ui_table t = {
      .caption = "Newest first", .columns = columns, .n_columns = 5, .cards = true, .empty = "Nobody has looked yet."};
  bool own = w->head.own;
  p->title = arena_printf(p->arena, "%s: who has looked", own ? "My record" : w->head.name);
  child_subnav(p, &w->head, "who");
  ui_heading_caption(p->html, own ? "My record" : w->head.name,
                     own ? "Who has looked at my record" : "Who has looked at this record");
  ui_text(
      p->html,
      own ? "Every time somebody opens your record it is written down here before they see it. Nobody can take it out "
            "again. If you do not know why somebody looked, ask your social worker or your advocate."
          : "Every time somebody opens this record it is written down here before they see it. Nobody can take it out "
            "again. The child can read this page too.");
  for (int i = 0; i < w->n;) {
    int first = i;
    while (i < w->n && same_visit(&w->seen[first], &w->seen[i])) i++;
    struct html *when = html_part(p->html);
    ui_instant(when, w->seen[first].at);
    ui_table_row(p->html, &t,
                 (struct ui_cell[]){{.html = when},
                                    {.text = w->names[first]},
                                    {.text = roles_words(p, w->seen[first].via)},
                                    {.text = categories_words(p, w->seen[first].categories)},
                                    {.text = arena_printf(p->arena, "%d", i - first)}});
  }
  ui_table_end(p->html, &t);
  if (w->n == PAGE) ui_hint(p->html, "These are the latest hundred.");
}

static void get_who(struct page *p) {
  struct who *w = arena_alloc(p->arena, sizeof *w);
  w->p = p;
  if (!page_read(p, open_and_name, w)) return page_fail(p); /* the door first */
  if (!store_read(p->authority->access, read_accesses, w, &p->error) || !page_read(p, open_and_name, w))
    return page_fail(p);
  draw_accesses(w);
}

const struct route child_who_routes[] = {{"GET", "/children/{child:id}/who", get_who, NEED_SESSION}, {.path = NULL}};
