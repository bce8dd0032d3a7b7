#include "random_model.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

static const char *const type_names[] = {"text", "prose", "date", "integer", "yes_no", "code", "money", "ref"};
static const char *const categories[] = {"daily", "plan", "inner"};

static struct random_field *add_field(struct random_model *r, struct random_record *x, struct prop *p, int section) {
  struct random_field *f = &x->fields[x->n++];
  *f = (struct random_field){.type = (enum random_type)prop_below(p, RANDOM_TYPES), .section = section, .from = -1};
  snprintf(f->name, sizeof f->name, "f%d", ++r->counter);
  f->category = (int)prop_below(p, 3);
  f->sort_key = f->type == RANDOM_TEXT && prop_below(p, 3) == 0;
  f->hidden = x->n > 1 && prop_below(p, 5) == 0;
  if (f->type == RANDOM_CODE) f->codes = r->code_lists++;
  return f;
}

void random_model_start(struct random_model *r, struct prop *p) {
  static const char *const names[] = {"child", "thing", "piece", "reg"};
  memset(r, 0, sizeof *r);
  strcpy(r->dir, "/tmp/kith-random-XXXXXX");
  if (!mkdtemp(r->dir)) fail_msg("no temporary folder");
  for (int i = 0; i < RANDOM_RECORDS; i++) {
    struct random_record *x = &r->records[i];
    x->name = names[i];
    x->sectioned = i == RANDOM_THING;
    x->sections = x->sectioned ? 2 : 1;
    for (int s = 0; s < x->sections; s++)
      for (int k = (int)prop_between(p, 1, 3); k > 0; k--) {
        struct random_field *f = add_field(r, x, p, s);
        if (k == 1) f->hidden = false;
      }
  }
}

/* The first field of a section stays in it, so that none is empty. */
static bool first_of_section(const struct random_record *x, int k) {
  for (int i = 0; i < k; i++)
    if (x->fields[i].section == x->fields[k].section) return false;
  return true;
}

void random_model_evolve(struct random_model *r, struct prop *p) {
  for (int steps = (int)prop_between(p, 1, 4); steps > 0; steps--) {
    struct random_record *x = &r->records[prop_below(p, RANDOM_RECORDS)];
    int k = (int)prop_below(p, (uint64_t)x->n);
    if (x->n > 34) continue;
    switch (prop_below(p, 7)) {
    case 0:
      add_field(r, x, p, (int)prop_below(p, (uint64_t)x->sections));
      break;
    case 1: { /* takes the place of another: the type is new, the old one is retired */
      struct random_field *f = add_field(r, x, p, x->fields[k].section);
      f->from = k;
      f->hidden = false;
      x->fields[k].retired = true;
      break;
    }
    case 2:
      x->fields[k].retired = true;
      break;
    case 3:
      if (x->sectioned && x->sections < 6) add_field(r, x, p, x->sections++)->hidden = false;
      break;
    case 4:
      if (!first_of_section(x, k)) x->fields[k].section = (int)prop_below(p, (uint64_t)x->sections);
      break;
    case 5:
      x->fields[k].sort_key = x->fields[k].type == RANDOM_TEXT;
      break;
    default:
      x->fields[k].category = (int)prop_below(p, 3);
      break;
    }
  }
}

/* ---- as files ---- */

static void write_field(FILE *out, const struct random_record *x, const struct random_field *f, const char *indent) {
  fprintf(out, "%s- {name: %s, type: %s, label: Field %s, category: %s", indent, f->name, type_names[f->type], f->name,
          categories[f->category]);
  if (f->type == RANDOM_CODE) fprintf(out, ", codes: list%d", f->codes);
  if (f->type == RANDOM_REF) fprintf(out, ", ref: reg");
  if (f->sort_key) fprintf(out, ", sort_key: true");
  if (f->retired) fprintf(out, ", retire: true");
  if (f->from >= 0) fprintf(out, ", from: %s", x->fields[f->from].name);
  if (f->hidden) fprintf(out, ", show_if: \"%s is null\"", x->fields[0].name);
  fprintf(out, "}\n");
}

static void write_record(FILE *out, const struct random_record *x, int which) {
  fprintf(
      out,
      "record: %s\ntitle: The %s\nabout: %s\ncategory: %s\ncreated_by: [worker]\nchanged_by: [worker]\nlabel: [%s]\n",
      x->name, x->name, which == RANDOM_REG ? "none" : "child",
      which == RANDOM_REG     ? "register"
      : which == RANDOM_CHILD ? "daily"
                              : "plan",
      x->fields[0].name);
  if (which == RANDOM_CHILD) fprintf(out, "is_child: true\n");
  if (which == RANDOM_PIECE) fprintf(out, "part_of: thing\n");
  if (!x->sectioned) {
    fprintf(out, "fields:\n");
    for (int i = 0; i < x->n; i++) write_field(out, x, &x->fields[i], "  ");
    return;
  }
  fprintf(out, "sections:\n");
  for (int s = 0; s < x->sections; s++) {
    fprintf(out, "  - id: s%d\n    title: Section %d\n    filled_by: [worker]\n    fields:\n", s, s);
    for (int i = 0; i < x->n; i++)
      if (x->fields[i].section == s) write_field(out, x, &x->fields[i], "      ");
  }
  fprintf(out, "  - {id: pieces, title: Pieces, filled_by: [worker], parts: piece}\n");
  fprintf(out,
          "states:\n  begun: {title: Begun, next: {shut: [worker]}}\n  shut: {title: Shut, snapshot: true, next: "
          "{begun: [worker]}}\n");
}

static FILE *open_file(const struct random_model *r, const char *name) {
  char path[128];
  snprintf(path, sizeof path, "%s/%s", r->dir, name);
  FILE *f = fopen(path, "w");
  if (!f) fail_msg("cannot write %s", path);
  return f;
}

/* No fact is ever true: everything here is done by the system. */
static void write_roles(FILE *out) {
  fputs(
      "roles:\n  - id: worker\n    title: Worker\n    kind: authority\n    grants:\n      - {relation: authority, "
      "find: true, read: [daily, plan, inner], "
      "write: [daily, plan, inner]}\n    register_read: true\nfacts:\n",
      out);
  static const char *const facts[][2] = {{"role", "i person,t role,i organisation,i team,t from_on,t to_on"},
                                         {"involvement", "i person,i child,t role,t from_on,t to_on"},
                                         {"team", "i child,i team,t from_on,t to_on"},
                                         {"on_roll", "i child,i organisation,t from_on,t to_on"},
                                         {"placed", "i child,i person,i organisation,t from_on,t to_on"},
                                         {"self", "i child"},
                                         {"parent", "i person,i child,t from_on,t to_on"},
                                         {"child", "i child"},
                                         {"looked_after", "i child,t from_on,t to_on"},
                                         {"restriction", "i child,t from_on,t to_on"},
                                         {"named", "i child,i person,t from_on,t to_on"},
                                         {"conflict", "i person,i child,t kind,t from_on,t to_on"},
                                         {"agreement", "i child,t from_on,t to_on"},
                                         {"shared", "i child,t category,t role,i person,t from_on,t to_on"},
                                         {"break_glass", "i person,i child,i from_at,i to_at"}};
  for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
    char columns[128], *save = NULL;
    strcpy(columns, facts[i][1]);
    fprintf(out, "  %s: select ", facts[i][0]);
    for (char *c = strtok_r(columns, ",", &save); c; c = strtok_r(NULL, ",", &save))
      fprintf(out, "%s%s as %s", c == columns ? "" : ", ", *c == 'i' ? "id" : "state", c + 2);
    fprintf(out, " from child where id < 0\n");
  }
}

const struct model *random_model_load(struct random_model *r, struct arena *a, struct error *e) {
  char path[128];
  static const char *const folders[] = {"records", "codes", "duties"};
  for (size_t i = 0; i < 3; i++) {
    snprintf(path, sizeof path, "%s/%s", r->dir, folders[i]);
    mkdir(path, 0700);
  }
  FILE *out = open_file(r, "roles.yaml");
  write_roles(out);
  fclose(out);
  out = open_file(r, "sharing.yaml");
  fputs(
      "categories:\n  - {id: register, title: Register, sensitivity: 0}\n  - {id: daily, title: Daily, sensitivity: "
      "1}\n"
      "  - {id: plan, title: Plan, sensitivity: 2}\n  - {id: inner, title: Inner, sensitivity: 5}\n",
      out);
  fclose(out);
  out = open_file(r, "records/all.yaml");
  for (int i = 0; i < RANDOM_RECORDS; i++) {
    if (i) fprintf(out, "---\n");
    write_record(out, &r->records[i], i);
  }
  fclose(out);
  if (r->code_lists) {
    out = open_file(r, "codes/all.yaml");
    for (int i = 0; i < r->code_lists; i++)
      fprintf(out,
              "%scodes: list%d\ntitle: List %d\nsource: Kith\nconfidence: high\nlist:\n  - {code: a, label: First, "
              "from: 1991-10-14}\n  - {code: b, label: Second, from: 1991-10-14}\n",
              i ? "---\n" : "", i, i);
    fclose(out);
  }
  const struct model *m = NULL;
  return model_load(a, r->dir, NULL, &m, e) ? m : NULL;
}

void random_model_remove(struct random_model *r) {
  static const char *const names[] = {"records/all.yaml", "codes/all.yaml", "roles.yaml", "sharing.yaml",
                                      "records",          "codes",          "duties",     ""};
  char path[128];
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    snprintf(path, sizeof path, "%s/%s", r->dir, names[i]);
    remove(path);
  }
}
