/* sqltext: the words of a statement, so that both back ends take the same dialect and refuse the rest. Private to src/store.
 *
 * The lexer knows only what docs/sql.md allows: words, numbers, 'strings', $n, operators and comments. Anything that the two
 * back ends would read differently (quoted identifiers, dollar quotes, E'' and x'' strings, ?, :name, @, ::) is SQLTEXT_BAD. */
#ifndef KITH_STORE_SQLTEXT_H
#define KITH_STORE_SQLTEXT_H
#include <stdbool.h>
#include <stddef.h>
struct arena;

enum sqltext_kind {
  SQLTEXT_END,
  SQLTEXT_WORD,
  SQLTEXT_NUMBER,
  SQLTEXT_STRING,
  SQLTEXT_PARAM,
  SQLTEXT_SYMBOL,
  SQLTEXT_BAD
};
struct sqltext_token {
  enum sqltext_kind kind;
  const char *s;
  size_t n;
};
const char *sqltext_next(const char *p, struct sqltext_token *t); /* where the next one begins */
bool sqltext_is(const struct sqltext_token *t, const char *word); /* ASCII case ignored */

/* One statement of select, insert, update, delete, with or values; parameters within $1..$n. NULL when right, else what is wrong. */
const char *sqltext_refused(const char *text, size_t n_params);

/* Names in a statement: tables where a table may stand ("pep", or "ref.school" by its qualifier "ref"), common table
 * expressions where they are defined, functions where they are called. fn returns false to stop; so does sqltext_names. */
enum sqltext_role { SQLTEXT_TABLE, SQLTEXT_QUALIFIER, SQLTEXT_CTE, SQLTEXT_FUNCTION };
typedef bool sqltext_name_fn(void *arg, enum sqltext_role role, const char *s, size_t n);
bool sqltext_names(const char *text, sqltext_name_fn *fn, void *arg);

/* The table of which `alias` is another name in this text ("from pep p", "join pep as p"), or NULL. */
const char *sqltext_table_of(const char *text, const char *alias, struct arena *a);
#endif
