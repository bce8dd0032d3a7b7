#include "web/child_head.h"

#include <string.h>

const char *child_name_of(struct page *p, const struct record_row *row) {
  const struct model_record *r = row->record;
  const char *text[3] = {NULL};
  static const char *const names[] = {"known_as", "forenames", "surname"};
  for (int i = 0; i < 3; i++) {
    const struct model_field *f = model_field(r, names[i]);
    if (f && !row->withheld[f->index] && row->values[f->index].type == VALUE_TEXT) text[i] = row->values[f->index].s;
  }
  const char *first = text[0] ? text[0] : text[1];
  if (first || text[2])
    return arena_printf(p->arena, "%s%s%s", first ? first : "", first && text[2] ? " " : "", text[2] ? text[2] : "");
  const struct model_field *f = model_field(r, "local_id");
  if (f && !row->withheld[f->index] && row->values[f->index].type == VALUE_TEXT)
    return arena_printf(p->arena, "Child %s", row->values[f->index].s);
  return arena_printf(p->arena, "Child %s", page_ref(p, row->id));
}

uint64_t record_bits(const struct model_record *r, uint64_t reads) {
  uint64_t bits = UINT64_C(1) << r->category_index;
  for (size_t i = 0; i < r->n_fields; i++) bits |= UINT64_C(1) << r->fields[i].category_index;
  return bits & reads;
}

void child_row_shown(struct page *p, const struct child_head *c, const struct record_row *row) {
  if (c->child) page_listed(p, c->child, record_bits(row->record, permit_reads(c->permit)), permit_via(c->permit));
}

static bool read_name(struct page *p, struct db *db, struct child_head *c, struct error *e) {
  const struct model_record *r = model_record(p->model, "child");
  c->readable = permit_reads(c->permit) >> r->category_index & 1;
  c->name = arena_printf(p->arena, "Child %s", c->ref);
  if (!c->readable) return true;
  if (!record_get(db, &p->ctx, c->permit, r, c->child, &c->row, e)) return false;
  c->name = child_name_of(p, &c->row);
  return true;
}

static bool open_child(struct page *p, struct db *db, struct child_head *c, struct error *e) {
  c->ref = page_ref(p, c->child);
  c->url = page_url(p, "/children/%s", c->ref);
  c->own = p->own = p->actor.id == c->child;
  if (!page_open(p, db, c->child, &c->permit, e) || !read_name(p, db, c, e)) return false;
  page_shown(p, c->permit, permit_reads(c->permit) & (UINT64_C(1) << model_record(p->model, "child")->category_index));
  p->section = "children";
  return true;
}

static bool open_register(struct page *p, struct db *db, struct child_head *c, struct error *e) {
  c->name = "Register", c->url = "/register", c->ref = "";
  p->section = "register";
  return page_open(p, db, 0, &c->permit, e);
}

bool child_open(struct page *p, struct db *db, struct child_head *c, const char *crumb, const char *crumb_href,
                const char *crumb2, struct error *e) {
  *c = (struct child_head){.child = page_id(p, "child")};
  if (!(page_path(p, "child") ? open_child(p, db, c, e) : open_register(p, db, c, e))) return false;
  struct ui_crumb *crumbs = arena_alloc(p->arena, 4 * sizeof *crumbs);
  p->n_crumbs = 0;
  crumbs[p->n_crumbs++] =
      c->own || !c->child ? (struct ui_crumb){"Home", "/"} : (struct ui_crumb){"Children", "/children"};
  crumbs[p->n_crumbs++] = (struct ui_crumb){c->own ? "My record" : c->name, crumb ? c->url : NULL};
  if (crumb) crumbs[p->n_crumbs++] = (struct ui_crumb){crumb, crumb2 ? crumb_href : NULL};
  if (crumb2) crumbs[p->n_crumbs++] = (struct ui_crumb){crumb2, NULL};
  p->crumbs = crumbs;
  return true;
}

bool child_may_see_who(const struct child_head *c) {
  return c->own || permit_has_role(c->permit, "social_worker") || permit_has_role(c->permit, "team_manager") ||
         permit_has_role(c->permit, "virtual_school_head");
}

void child_subnav(struct page *p, const struct child_head *c, const char *current) {
  static const char *const ids[] = {"overview", "pep", "records", "who"};
  bool plan = strcmp(current, "pep") == 0;
  if (!c->child) return;
  if (c->own) {
    p->section = plan || strcmp(current, "who") == 0 ? current : "children";
    return;
  }
  const struct ui_action items[] = {{"Overview", c->url, NULL},
                                    {"Education plans", page_url(p, "%s/pep", c->url), NULL},
                                    {"All records", page_url(p, "%s/records", c->url), NULL},
                                    {"Who has looked", page_url(p, "%s/who", c->url), NULL}};
  int at = -1;
  for (int i = 0; i < 4; i++)
    if (strcmp(ids[i], current) == 0) at = i;
  ui_subnav(p->html, "Parts of the record", items, child_may_see_who(c) ? 4 : 3, at);
}

const struct model_record *record_of_page(struct page *p, const char *name, struct error *e) {
  const struct model_record *r = name ? model_record(p->model, name) : NULL;
  if (r && r->about == (page_path(p, "child") ? ABOUT_CHILD : ABOUT_NONE)) return r;
  error_set(e, ERR_NOT_FOUND, "There is nothing here.");
  return NULL;
}
