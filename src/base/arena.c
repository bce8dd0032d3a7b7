#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define GUARD_BYTES \
  16 /* poisoned room after every piece, so that a run over its end is caught although malloc never saw it */
#define POISON(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define GUARD_BYTES 0
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

enum { ALIGN = 16, FIRST_CHUNK = 4096, LARGEST_CHUNK = 1 << 20 };

struct chunk {
  struct chunk *next;
  size_t size, used;
  size_t fresh; /* bytes from here on have never been handed out and are zero as calloc gave them */
};
/* The data begin at a multiple of ALIGN after the header. */
#define HEADER ((sizeof(struct chunk) + ALIGN - 1) / ALIGN * ALIGN)

struct arena {
  struct chunk *chunks; /* the first is the one being filled */
  size_t next_size;
  char *last; /* the piece handed out last: it can grow where it stands */
};

static _Noreturn void out_of_memory(void) {
  fputs("kith: out of memory\n", stderr);
  abort();
}

static char *chunk_data(struct chunk *c) {
  return (char *)c + HEADER;
}

static struct chunk *chunk_new(size_t size) {
  if (size > SIZE_MAX / 2) out_of_memory();
  struct chunk *c = calloc(1, HEADER + size);
  if (!c) out_of_memory();
  c->size = size;
  POISON(chunk_data(c), size);
  return c;
}

static void chunk_free(struct chunk *c) {
  UNPOISON(chunk_data(c), c->size);
  free(c);
}

struct arena *arena_new(void) {
  struct arena *a = calloc(1, sizeof *a);
  if (!a) out_of_memory();
  a->next_size = FIRST_CHUNK;
  return a;
}

void arena_free(struct arena *a) {
  if (!a) return;
  for (struct chunk *c = a->chunks, *next; c; c = next) {
    next = c->next;
    chunk_free(c);
  }
  free(a);
}

void arena_reset(struct arena *a) {
  struct chunk *keep = NULL;
  for (struct chunk *c = a->chunks, *next; c; c = next) {
    next = c->next;
    if (!keep && c->size <= LARGEST_CHUNK) {
      keep = c; /* the newest ordinary one is the largest */
    } else {
      chunk_free(c);
    }
  }
  if (keep) {
    keep->next = NULL;
    keep->used = 0;
    POISON(chunk_data(keep), keep->size);
  }
  a->chunks = keep;
  a->last = NULL;
}

static size_t rounded(size_t n) {
  if (n > SIZE_MAX / 4) out_of_memory();
  return (n + GUARD_BYTES + ALIGN - 1) / ALIGN * ALIGN;
}

/* A piece of n bytes, zeroed only when asked. */
static void *take(struct arena *a, size_t n, bool zero) {
  size_t need = rounded(n ? n : 1);
  struct chunk *c = a->chunks;
  if (!c || c->size - c->used < need) {
    size_t size = a->next_size;
    if (need > size / 2) {
      size = need; /* a big piece has a chunk of its own, and the one being filled stays first if there is one */
    } else if (a->next_size < LARGEST_CHUNK) {
      a->next_size *= 2;
    }
    struct chunk *fresh = chunk_new(size);
    if (size == need && c) {
      fresh->next = c->next;
      c->next = fresh;
    } else {
      fresh->next = c;
      a->chunks = fresh;
    }
    c = fresh;
  }
  char *p = chunk_data(c) + c->used;
  size_t dirty = c->fresh > c->used ? c->fresh - c->used : 0;
  c->used += need;
  if (c->fresh < c->used) c->fresh = c->used;
  UNPOISON(p, n);
  if (zero && dirty) {
    size_t wipe = dirty < n ? dirty : n;
    memset(p, 0, wipe);
  }
  a->last = c == a->chunks ? p : NULL;
  return p;
}

void *arena_alloc(struct arena *a, size_t n) {
  return take(a, n, true);
}

void *arena_copy(struct arena *a, const void *p, size_t n) {
  void *copy = take(a, n, false);
  if (n) memcpy(copy, p, n);
  return copy;
}

char *arena_strndup(struct arena *a, const char *s, size_t n) {
  char *copy = take(a, n + 1, false);
  if (n) memcpy(copy, s, n);
  copy[n] = '\0';
  return copy;
}

char *arena_strdup(struct arena *a, const char *s) {
  return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap) {
  char small[256];
  va_list again;
  va_copy(again, ap);
  int n = vsnprintf(small, sizeof small, fmt, ap);
  char *out = NULL;
  if (n < 0) {
    out = arena_strndup(a, "", 0);
  } else if ((size_t)n < sizeof small) {
    out = arena_strndup(a, small, (size_t)n);
  } else {
    out = take(a, (size_t)n + 1, false);
    vsnprintf(out, (size_t)n + 1, fmt, again);
  }
  va_end(again);
  return out;
}

char *arena_printf(struct arena *a, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  char *s = arena_vprintf(a, fmt, ap);
  va_end(ap);
  return s;
}

/* Lengthens the piece handed out last without moving it, if its chunk has room. New bytes are not zeroed. */
static bool grow_in_place(struct arena *a, void *p, size_t n) {
  if (!p || p != a->last) return false;
  struct chunk *c = a->chunks;
  size_t at = (size_t)((char *)p - chunk_data(c));
  size_t need = rounded(n);
  if (need > c->size - at) return false;
  c->used = at + need;
  if (c->fresh < c->used) c->fresh = c->used;
  UNPOISON(p, n);
  return true;
}

static void *grow_bytes(struct arena *a, void *p, size_t old, size_t n) {
  if (grow_in_place(a, p, n)) return p;
  void *moved = take(a, n, false);
  if (old) memcpy(moved, p, old);
  return moved;
}

void *arena_grow(struct arena *a, void *array, size_t *cap, size_t need, size_t each) {
  if (need <= *cap && array) return array;
  size_t n = *cap ? *cap : 8;
  while (n < need) n = n > SIZE_MAX / 2 ? need : n * 2;
  if (each && n > SIZE_MAX / 4 / each) out_of_memory();
  size_t old = array ? *cap * each : 0;
  char *grown = grow_bytes(a, array, old, n * each);
  memset(grown + old, 0, n * each - old);
  *cap = n;
  return grown;
}

void buf_init(struct buf *b, struct arena *a) {
  *b = (struct buf){.arena = a};
}

/* Room for n more bytes and the NUL that buf_text puts after them. */
static void buf_room(struct buf *b, size_t n) {
  if (n < b->cap - b->len) return;
  if (n > SIZE_MAX / 4 || b->len > SIZE_MAX / 4) out_of_memory();
  size_t cap = b->cap ? b->cap * 2 : 64;
  if (cap < b->len + n + 1) cap = b->len + n + 1;
  b->data = grow_bytes(b->arena, b->data, b->len, cap);
  b->cap = cap;
}

void buf_add(struct buf *b, const void *p, size_t n) {
  if (!n) return;
  buf_room(b, n);
  memcpy(b->data + b->len, p, n);
  b->len += n;
}

void buf_str(struct buf *b, const char *s) {
  if (s) buf_add(b, s, strlen(s));
}

void buf_char(struct buf *b, char c) {
  buf_room(b, 1);
  b->data[b->len++] = c;
}

void buf_printf(struct buf *b, const char *fmt, ...) {
  va_list ap, again;
  va_start(ap, fmt);
  va_copy(again, ap);
  buf_room(b, 64);
  size_t room = b->cap - b->len;
  int n = vsnprintf(b->data + b->len, room, fmt, ap);
  va_end(ap);
  if (n >= 0 && (size_t)n >= room) {
    buf_room(b, (size_t)n);
    vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
  }
  if (n > 0) b->len += (size_t)n;
  va_end(again);
}

const char *buf_text(struct buf *b) {
  buf_room(b, 0);
  b->data[b->len] = '\0';
  return b->data;
}
