#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "model/cond_tree.h"

#define MAX_BYTES 4096
#define MAX_DEPTH 16
#define MAX_INTEGER INT64_C(9007199254740991) /* what a script holds exactly */

enum token_kind { T_END, T_NAME, T_TEXT, T_INT, T_SYMBOL };
struct token {
  enum token_kind kind;
  const char *text; /* name in lower case, text without quotes, symbol */
  int64_t i;
};

struct parser {
  struct arena *a;
  struct error *e;
  const char *all, *at;
  struct token token;
  bool failed;
  int depth;
  cond_resolve *resolve;
  void *arg;
};

struct operand {
  bool is_field;
  struct cond_name field;
  enum value_type type; /* VALUE_NULL: not known (no resolver) */
  struct value literal;
};

static void fail(struct parser *p, const char *message) {
  if (p->failed) return;
  p->failed = true;
  error_set(p->e, ERR_INPUT, "%s, in the condition: %s", message, p->all);
}

static void read_name(struct parser *p) {
  const char *from = p->at;
  while (isalnum((unsigned char)*p->at) || *p->at == '_' || *p->at == '.') p->at++;
  char *s = arena_strndup(p->a, from, (size_t)(p->at - from));
  for (char *c = s; *c; c++) *c = (char)tolower((unsigned char)*c);
  p->token = (struct token){.kind = T_NAME, .text = s};
}

static void read_text(struct parser *p) {
  struct buf b;
  buf_init(&b, p->a);
  for (p->at++;; p->at++) {
    if (!*p->at) {
      fail(p, "A text has no closing '");
      return;
    }
    if (*p->at == '\'') {
      if (p->at[1] != '\'') break;
      p->at++;
    }
    buf_char(&b, *p->at);
  }
  p->at++;
  p->token = (struct token){.kind = T_TEXT, .text = text_nfc(p->a, buf_text(&b))};
}

static void read_int(struct parser *p) {
  bool negative = *p->at == '-';
  if (negative) p->at++;
  int64_t v = 0;
  while (isdigit((unsigned char)*p->at)) {
    v = v * 10 + (*p->at++ - '0');
    if (v > MAX_INTEGER) {
      fail(p, "A number is too large");
      return;
    }
  }
  if (isalpha((unsigned char)*p->at) || *p->at == '.' || *p->at == '_') {
    fail(p, "A number must be whole, and texts stand in single quotes");
    return;
  }
  p->token = (struct token){.kind = T_INT, .i = negative ? -v : v};
}

static void next(struct parser *p) {
  while (*p->at == ' ' || *p->at == '\n' || *p->at == '\t' || *p->at == '\r') p->at++;
  unsigned char c = (unsigned char)*p->at;
  p->token = (struct token){.kind = T_END};
  if (!c || p->failed) return;
  if (isalpha(c)) {
    read_name(p);
  } else if (c == '\'') {
    read_text(p);
  } else if (isdigit(c) || (c == '-' && isdigit((unsigned char)p->at[1]))) {
    read_int(p);
  } else {
    static const char *const symbols[] = {"<=", ">=", "<>", "!=", "=", "<", ">", "(", ")", ","};
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
      size_t n = strlen(symbols[i]);
      if (strncmp(p->at, symbols[i], n) == 0) {
        p->at += n;
        p->token = (struct token){.kind = T_SYMBOL, .text = symbols[i]};
        return;
      }
    }
    fail(p, c == '"' ? "Texts stand in single quotes, not double" : "A sign is not understood");
  }
}

static bool is(const struct parser *p, enum token_kind k, const char *text) {
  return !p->failed && p->token.kind == k && strcmp(p->token.text, text) == 0;
}

static bool take(struct parser *p, enum token_kind k, const char *text) {
  if (!is(p, k, text)) return false;
  next(p);
  return true;
}

static bool is_keyword(const char *s) {
  static const char *const words[] = {"and", "or", "not", "in", "is", "null"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (strcmp(s, words[i]) == 0) return true;
  }
  return false;
}

static bool literal(struct parser *p, struct value *out) {
  if (p->failed) return false;
  if (p->token.kind == T_TEXT) {
    if (!*p->token.text) fail(p, "An empty text is never held; write “is null”");
    *out = value_text(p->token.text);
  } else if (p->token.kind == T_INT) {
    *out = value_int(p->token.i);
  } else if (is(p, T_NAME, "true") || is(p, T_NAME, "false")) {
    *out = value_int(p->token.text[0] == 't');
  } else {
    return false;
  }
  next(p);
  return !p->failed;
}

static bool plain_name(const char *s) {
  if (!*s || strlen(s) > 60) return false;
  for (; *s; s++) {
    if (!islower((unsigned char)*s) && !isdigit((unsigned char)*s) && *s != '_') return false;
  }
  return true;
}

static bool field(struct parser *p, struct operand *out) {
  if (p->failed || p->token.kind != T_NAME || is_keyword(p->token.text)) {
    fail(p, "A field name, a text in single quotes or a whole number is missing");
    return false;
  }
  const char *name = p->token.text;
  out->is_field = true;
  out->field.kind = COND_FIELD;
  if (strncmp(name, "child.", 6) == 0) {
    out->field.kind = COND_CHILD;
    name += 6;
  }
  out->field.name = name;
  if (!plain_name(name)) {
    fail(p, arena_printf(p->a, "“%s” is not a field name; write a field of this record, or child. and a fact", name));
    return false;
  }
  if (p->resolve && !p->resolve(p->arg, out->field.kind, name, &out->type)) {
    fail(p, arena_printf(p->a, "There is no field “%s”", p->token.text));
    return false;
  }
  next(p);
  return !p->failed;
}

static bool operand(struct parser *p, struct operand *out) {
  *out = (struct operand){.type = VALUE_NULL};
  if (literal(p, &out->literal)) {
    out->type = out->literal.type;
    return true;
  }
  return field(p, out);
}

/* The type both sides share, VALUE_NULL when they differ. Without a resolver a field takes the type of what stands beside it. */
static enum value_type join(enum value_type l, enum value_type r) {
  if (l == VALUE_NULL && r == VALUE_NULL) return VALUE_TEXT;
  if (l == VALUE_NULL) return r;
  if (r == VALUE_NULL || l == r) return l;
  return VALUE_NULL;
}

static const struct cond *make(struct parser *p, struct cond c) {
  return arena_copy(p->a, &c, sizeof c);
}

static const struct cond *comparison(struct parser *p, struct operand left, enum cond_cmp cmp) {
  static const enum cond_cmp turned[] = {CMP_EQ, CMP_NE, CMP_GT, CMP_GE, CMP_LT, CMP_LE};
  struct operand right;
  next(p);
  if (!operand(p, &right)) return NULL;
  if (!left.is_field && !right.is_field) {
    fail(p, "A comparison must name a field");
    return NULL;
  }
  if (!left.is_field) {
    struct operand was = left;
    left = right;
    right = was;
    cmp = turned[cmp];
  }
  enum value_type type = join(left.type, right.type);
  if (type == VALUE_NULL) {
    fail(p,
         arena_printf(
             p->a,
             "“%s” is compared with a value of another type (texts and dates stand in single quotes, numbers do not)",
             left.field.name));
    return NULL;
  }
  struct cond c = {.op = COND_CMP, .cmp = cmp, .type = type, .field = left.field, .other_is_field = right.is_field};
  if (right.is_field) {
    c.other = right.field;
  } else {
    c.literals = arena_copy(p->a, &right.literal, sizeof right.literal);
    c.n_literals = 1;
  }
  return make(p, c);
}

static const struct cond *membership(struct parser *p, const struct operand *left, bool negated) {
  struct value *all = NULL;
  size_t cap = 0, n = 0;
  enum value_type type = left->type;
  if (!take(p, T_SYMBOL, "(")) fail(p, "After “in” comes a list in brackets");
  do {
    struct value v;
    if (!literal(p, &v)) {
      fail(p, "A list holds texts in single quotes or whole numbers");
      return NULL;
    }
    type = n == 0 ? join(type, v.type) : (v.type == type ? type : VALUE_NULL);
    if (type == VALUE_NULL) {
      fail(p, arena_printf(p->a, "“%s” is compared with a value of another type", left->field.name));
      return NULL;
    }
    all = arena_grow(p->a, all, &cap, n + 1, sizeof *all);
    all[n++] = v;
  } while (take(p, T_SYMBOL, ","));
  if (!take(p, T_SYMBOL, ")")) {
    fail(p, "A list has no closing bracket");
    return NULL;
  }
  return make(
      p, (struct cond){
             .op = COND_IN, .negated = negated, .type = type, .field = left->field, .literals = all, .n_literals = n});
}

static const struct cond *null_test(struct parser *p, const struct operand *left) {
  bool negated = take(p, T_NAME, "not");
  if (!take(p, T_NAME, "null")) {
    fail(p, "After “is” comes null or not null");
    return NULL;
  }
  return make(p, (struct cond){.op = COND_IS_NULL, .negated = negated, .field = left->field});
}

static const struct cond *or_part(struct parser *p);

static const struct cond *prim(struct parser *p) {
  if (take(p, T_SYMBOL, "(")) {
    const struct cond *c = or_part(p);
    if (!take(p, T_SYMBOL, ")")) fail(p, "A bracket is not closed");
    return c;
  }
  struct operand left;
  if (!operand(p, &left)) return NULL;
  static const char *const signs[] = {"=", "<>", "<", "<=", ">", ">=", "!="};
  for (int i = 0; i < 7; i++) {
    if (is(p, T_SYMBOL, signs[i])) return comparison(p, left, i == 6 ? CMP_NE : (enum cond_cmp)i);
  }
  if (!left.is_field) {
    fail(p, "A condition begins with a field");
    return NULL;
  }
  if (take(p, T_NAME, "is")) return null_test(p, &left);
  bool negated = take(p, T_NAME, "not");
  if (take(p, T_NAME, "in")) return membership(p, &left, negated);
  fail(p, arena_printf(p->a, "After “%s” comes =, <>, <, <=, >, >=, in or is", left.field.name));
  return NULL;
}

static const struct cond *not_part(struct parser *p) {
  if (!take(p, T_NAME, "not")) return prim(p);
  const struct cond *c = prim(p);
  if (!c) return NULL;
  const struct cond **one = arena_copy(p->a, &c, sizeof(struct cond *));
  return make(p, (struct cond){.op = COND_NOT, .items = one, .n_items = 1});
}

static const struct cond *chain(struct parser *p, enum cond_op op) {
  const struct cond **items = NULL;
  size_t cap = 0, n = 0;
  do {
    const struct cond *c = op == COND_OR ? chain(p, COND_AND) : not_part(p);
    if (!c || p->failed) return NULL;
    items = arena_grow(p->a, items, &cap, n + 1, sizeof *items);
    items[n++] = c;
  } while (take(p, T_NAME, op == COND_OR ? "or" : "and"));
  if (n == 1) return items[0];
  return make(p, (struct cond){.op = op, .items = items, .n_items = n});
}

static const struct cond *or_part(struct parser *p) {
  if (++p->depth > MAX_DEPTH) {
    fail(p, "Brackets stand too deep in one another");
    return NULL;
  }
  const struct cond *c = chain(p, COND_OR);
  p->depth--;
  return c;
}

bool cond_parse(struct arena *a, const char *text, cond_resolve *r, void *arg, const struct cond **out,
                struct error *e) {
  *out = NULL;
  size_t n = strlen(text);
  if (n > MAX_BYTES) return error_set(e, ERR_INPUT, "A condition may hold at most %d bytes", MAX_BYTES);
  if (!text_utf8_valid(text, n)) return error_set(e, ERR_INPUT, "A condition must be UTF-8 text");
  struct parser p = {.a = a, .e = e, .all = text, .at = text, .resolve = r, .arg = arg};
  next(&p);
  const struct cond *c = or_part(&p);
  if (!p.failed && p.token.kind != T_END) fail(&p, "The condition goes on after its end; “and” or “or” may be missing");
  if (p.failed || !c) {
    if (!p.failed) fail(&p, "The condition is empty");
    return false;
  }
  *out = c;
  return true;
}
