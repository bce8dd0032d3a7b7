/* The return as XML: EXPSSDA903/CHILD/{HEADER, EPISODE, ...}.
 *
 * Every column of the return but CHILD, SEX and DOB stands in one table only, so what an element is called does not
 * matter: an element with elements in it is a row of the tables whose columns these are. HEADER holds also what is
 * said once of a child (leaving care, adoption, the day on which asylum seeking ended). CHILD, SEX and DOB of every
 * row are those of the child. */
#include <libxml/parser.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "check/ssda903/upload.h"

enum { MAX_DEPTH = 32, MAX_LEAVES = 256, MAX_TEXT = 4096 };

struct leaf {
  uint8_t table, column;
};
struct frame {
  bool has_elements; /* a group, not a value */
  size_t first;      /* of its values among leaves */
  int table, column; /* of the element itself when it is a value, -1 */
};
struct reading {
  struct incoming *in;
  struct frame stack[MAX_DEPTH];
  int depth, skip; /* skip: elements open below the deepest that is read */
  struct leaf leaf[MAX_LEAVES];
  struct cell value[MAX_LEAVES];
  size_t n_leaves;
  char text[MAX_TEXT];
  size_t n_text;
  struct cell child, sex, born; /* of the CHILD being read */
  size_t from[N_TABLES];        /* its first row in each table */
  long unknown, children;
  char first_unknown[64];
  const char *fault;
  int fault_line;
};

static bool same_tag(const xmlChar *tag, const char *name) {
  return xmlStrcasecmp(tag, (const xmlChar *)name) == 0;
}

/* Which table and column a value's element names; HEADER's for CHILD, SEX and DOB. */
static bool find_column(const xmlChar *tag, int *table, int *column) {
  const char *name = (const char *)tag;
  if (same_tag(tag, "CHILDID")) name = "CHILD";
  if (same_tag(tag, "PL")) name = "PLACE";
  for (int t = 0; t < N_TABLES; t++) {
    int c = table_column((enum table)t, name);
    if (c < 0) continue;
    *table = t, *column = c;
    return true;
  }
  return false;
}

static void on_start(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_ns,
                     const xmlChar **ns, int n_attributes, int n_default, const xmlChar **attributes) {
  (void)prefix, (void)uri, (void)n_ns, (void)ns, (void)n_attributes, (void)n_default, (void)attributes;
  struct reading *r = arg;
  if (r->depth == 0 && !same_tag(name, "EXPSSDA903")) r->fault = "its outermost element is not EXPSSDA903";
  if (r->skip || r->depth == MAX_DEPTH || (r->depth == 1 && !same_tag(name, "CHILD"))) {
    r->skip++;
    return;
  }
  if (r->depth) r->stack[r->depth - 1].has_elements = true;
  struct frame *f = &r->stack[r->depth++];
  *f = (struct frame){.first = r->n_leaves, .table = -1, .column = -1};
  if (!find_column(name, &f->table, &f->column)) f->table = -1;
  if (r->depth == 2) {
    r->child = r->sex = r->born = (struct cell){NULL, DATE_NONE, 0};
    for (int t = 0; t < N_TABLES; t++) r->from[t] = r->in->all[t].n_rows;
  }
  r->n_text = 0;
}

static void on_text(void *arg, const xmlChar *text, int n) {
  struct reading *r = arg;
  size_t room = MAX_TEXT - 1 - r->n_text, take = (size_t)n < room ? (size_t)n : room;
  memcpy(r->text + r->n_text, text, take);
  r->n_text += take;
}

static void end_value(struct reading *r, const struct frame *f, const xmlChar *name) {
  r->text[r->n_text] = '\0';
  if (f->table < 0) {
    if (r->unknown++ == 0) xmlStrPrintf((xmlChar *)r->first_unknown, sizeof r->first_unknown, "%s", name);
    return;
  }
  struct cell c = cell_of(&r->in->texts, (enum table)f->table, f->column, r->text);
  if (f->table == HEADER && f->column == H_CHILD) r->child = c;
  if (f->table == HEADER && f->column == H_SEX) r->sex = c;
  if (f->table == HEADER && f->column == H_DOB) r->born = c;
  if (r->n_leaves == MAX_LEAVES) return;
  r->leaf[r->n_leaves] = (struct leaf){(uint8_t)f->table, (uint8_t)f->column};
  r->value[r->n_leaves++] = c;
}

/* A row for each table of which the group has a column; of Header only when more than CHILD and DOB is there,
 * which is all that a file of social workers repeats. */
static void end_group(struct reading *r, const struct frame *f) {
  uint32_t tables_here = 0, filled = 0;
  for (size_t i = f->first; i < r->n_leaves; i++) {
    if (r->leaf[i].table == HEADER && (r->leaf[i].column == H_CHILD || r->leaf[i].column == H_DOB)) continue;
    tables_here |= TABLE_BIT(r->leaf[i].table);
    if (r->value[i].s) filled |= TABLE_BIT(r->leaf[i].table);
  }
  if (tables_here & TABLE_BIT(HEADER)) tables_here &= filled | TABLE_BIT(HEADER);
  for (int t = 0; t < N_TABLES; t++) {
    if (!(tables_here & TABLE_BIT(t))) continue;
    struct given *g = &r->in->all[t];
    struct cell *row = incoming_row(r->in->texts.arena, g, (enum table)t);
    for (size_t i = f->first; i < r->n_leaves; i++) {
      if (r->leaf[i].table != t) continue;
      row[r->leaf[i].column] = r->value[i];
      g->has |= 1u << r->leaf[i].column;
    }
  }
  r->n_leaves = f->first;
}

/* CHILD, SEX and DOB of the rows of the child that ends here. */
static void end_child(struct reading *r) {
  static const char *const own[] = {"CHILD", "SEX", "DOB"};
  const struct cell value[] = {r->child, r->sex, r->born};
  for (int t = 0; t < N_TABLES; t++)
    for (int k = 0; k < 3; k++) {
      int column = table_column((enum table)t, own[k]);
      struct given *g = &r->in->all[t];
      for (size_t i = r->from[t]; column >= 0 && i < g->n_rows; i++)
        g->cells[i * (size_t)tables[t].n + (size_t)column] = value[k];
      if (column >= 0) g->has |= 1u << column;
    }
  r->children++;
}

static void on_end(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri) {
  (void)prefix, (void)uri;
  struct reading *r = arg;
  if (r->skip) {
    r->skip--;
    return;
  }
  const struct frame *f = &r->stack[--r->depth];
  if (f->has_elements || r->depth < 2)
    end_group(r, f);
  else
    end_value(r, f, name);
  if (r->depth == 1 && !r->fault) end_child(r);
  r->n_text = 0;
}

/* A return has no document type; what has one is not read, so that no entity of it can be either. */
static void on_doctype(void *arg, const xmlChar *name, const xmlChar *id, const xmlChar *system) {
  (void)name, (void)id, (void)system;
  struct reading *r = arg;
  r->fault = "it has a document type (DTD), which a return must not have";
}

static void on_error(void *arg, xmlErrorPtr error) {
  struct reading *r = arg;
  if (r->fault || error->level < XML_ERR_ERROR) return;
  r->fault = "it is not well-formed XML";
  r->fault_line = error->line;
}

static bool parse(struct reading *r, const char *bytes, size_t n, struct error *e) {
  enum { STEP = 1 << 20 };
  xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
                       .startElementNs = on_start,
                       .endElementNs = on_end,
                       .characters = on_text,
                       .cdataBlock = on_text,
                       .internalSubset = on_doctype,
                       .serror = on_error};
  xmlParserCtxtPtr x = xmlCreatePushParserCtxt(&sax, r, NULL, 0, NULL);
  if (!x) return error_set(e, ERR_BROKEN, "no XML reader could be made");
  xmlCtxtUseOptions(x, XML_PARSE_NONET);
  for (size_t at = 0; at < n && !r->fault; at += STEP) {
    size_t step = n - at < STEP ? n - at : STEP;
    if (xmlParseChunk(x, bytes + at, (int)step, at + step == n) != 0 && !r->fault)
      r->fault = "it is not well-formed XML";
  }
  xmlFreeParserCtxt(x);
  return true;
}

bool incoming_xml(struct incoming *in, struct arena *a, const void *bytes, size_t n, struct error *e) {
  struct reading *r = arena_alloc(a, sizeof *r);
  r->in = in;
  in->xml = true;
  if (!parse(r, bytes, n, e)) return false;
  if (!r->children)
    return error_cell(e, in->name, r->fault_line, NULL, NULL,
                      r->fault ? arena_printf(e->arena, "XML of the return, EXPSSDA903 with CHILD in it: %s", r->fault)
                               : "XML of the return: EXPSSDA903 with CHILD in it");
  if (r->fault) {
    for (int t = 0; r->depth > 1 && t < N_TABLES; t++) in->all[t].n_rows = r->from[t]; /* the child that was cut */
    incoming_note(in, r->fault_line, "read up to its %ldth CHILD only: %s", r->children, r->fault);
  }
  if (r->unknown)
    incoming_note(in, 0, "%ld elements are not columns of the return and were left out, the first of them %s",
                  r->unknown, r->first_unknown);
  return true;
}

bool looks_like_xml(const void *bytes, size_t n) {
  const unsigned char *p = bytes;
  size_t i = n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  while (i < n && (p[i] == ' ' || (p[i] >= '\t' && p[i] <= '\r'))) i++;
  bool utf16 =
      n >= 4 && ((p[0] == 0xFF && p[1] == 0xFE && p[2] == '<') || (p[0] == 0xFE && p[1] == 0xFF && p[3] == '<'));
  return utf16 || (i < n && p[i] == '<');
}
