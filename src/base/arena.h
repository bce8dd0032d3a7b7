/* arena: memory that dies with its request, command or exported child.
 *
 * Everything allocated from an arena is freed at once by arena_free or arena_reset; nothing is freed singly.
 * An arena is used by one thread at a time. Out of memory ends the process, so no function here returns NULL. */
#ifndef KITH_BASE_ARENA_H
#define KITH_BASE_ARENA_H
#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);  /* NULL is allowed */
void arena_reset(struct arena *a); /* forget all, keep one chunk */

void *arena_alloc(struct arena *a, size_t n); /* zeroed, aligned to 16; n == 0 gives a valid pointer */
void *arena_copy(struct arena *a, const void *p, size_t n);
char *arena_strdup(struct arena *a, const char *s); /* NULL gives NULL */
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

/* Grow an array of *cap elements of size each to hold at least need; returns the (maybe moved) array, zero-filled
 * beyond *cap. */
void *arena_grow(struct arena *a, void *array, size_t *cap, size_t need, size_t each);

/* buf: a growing byte string in an arena. buf_text gives it NUL-terminated; valid until the next append. */
struct buf {
  struct arena *arena;
  char *data;
  size_t len, cap;
};
void buf_init(struct buf *b, struct arena *a);
void buf_add(struct buf *b, const void *p, size_t n);
void buf_str(struct buf *b, const char *s); /* NULL adds nothing */
void buf_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *buf_text(struct buf *b);
#endif
