/* cond: when, show_if, required_if. SQL's comparisons with and, or, not, in (...), is [not] null, over the record's own fields and
 * child. facts (child.age, child.school_year, child.<field of the child record>), parsed into a typed tree with three outputs.
 *   cond := or ; or := and {or and} ; and := not {and not} ; not := [not] prim ; prim := "(" or ")" | operand cmp operand
 *         | operand [not] in "(" literal {, literal} ")" | operand is [not] null ; cmp := = <> != < <= > >= ; literal := 'text' | integer | true | false
 * A comparison names a field on at least one side; the tree holds the field first (`3 < n` is `n > 3`). All of a comparison's operands
 * have one type; true and false are the integers 1 and 0; text compares by bytes and is never empty. Integers may be negative, up to 2^53. At most 4096 bytes, brackets 16 deep.
 * Comparison with null is false (not unknown), `not in` included; `not (...)` of it is true; so C, SQL and script agree. Fuzzed. */
#ifndef KITH_MODEL_COND_H
#define KITH_MODEL_COND_H
#include "base/value.h"
struct arena;
struct buf;
struct error;
struct cond;
enum cond_kind { COND_FIELD, COND_CHILD };
/* Says whether a name exists and its type, when parsing; NULL resolver accepts all. Returns VALUE_INT or VALUE_TEXT in *type. */
typedef bool cond_resolve(void *arg, enum cond_kind k, const char *name, enum value_type *type);
bool cond_parse(struct arena *a, const char *text, cond_resolve *r, void *arg, const struct cond **out,
                struct error *e);
typedef struct value cond_lookup(void *arg, enum cond_kind k, const char *name);
bool cond_eval(const struct cond *c, cond_lookup *look, void *arg); /* NULL cond is true */
/* As SQL text: fields as <alias>.<name>, child facts as child.<name>; never yields null. */
void cond_sql(const struct cond *c, const char *alias, struct buf *out);
/* As JSON for data-show-if: ["and",["=","view_taken","written"],["null","x"]...], evaluated alike by kithCond in assets/cond.js.
 *   ["and"|"or", c, ...] ["not", c] ["="|"<>"|"<"|"<="|">"|">=", field, literal] ["in"|"not in", field, [literals]] ["null"|"not null", field]
 * field is "name" or "child.name"; another field on the right is {"field": name, "type": "integer" or "text"}. NULL cond writes null. */
void cond_json(const struct cond *c, struct buf *out);
/* Calls fn for each literal that is compared with a field, so that the model can check it against dates, code lists and states. */
typedef void cond_literal(void *arg, enum cond_kind k, const char *name, struct value literal);
void cond_literals(const struct cond *c, cond_literal *fn, void *arg);
const char *const *cond_fields(const struct cond *c, struct arena *a, size_t *n); /* own fields it reads */
const char *cond_text(const struct cond *c, struct arena *a); /* canonical text; parses to the same tree */
#endif
