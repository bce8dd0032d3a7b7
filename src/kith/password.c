#include "kith/password.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "base/text.h"
#include "kith/directory.h"

enum { SHORTEST = 12, LONGEST_BYTES = 1024, AT_ONCE = 2 };

static struct {
  pthread_mutex_t lock;
  pthread_cond_t freed;
  int running; /* guarded by lock */
} gate = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0};

static void gate_enter(void) {
  pthread_mutex_lock(&gate.lock);
  while (gate.running == AT_ONCE) pthread_cond_wait(&gate.freed, &gate.lock);
  gate.running++;
  pthread_mutex_unlock(&gate.lock);
}

static void gate_leave(void) {
  pthread_mutex_lock(&gate.lock);
  gate.running--;
  pthread_cond_signal(&gate.freed);
  pthread_mutex_unlock(&gate.lock);
}

static unsigned long long work = crypto_pwhash_argon2id_OPSLIMIT_MODERATE;
static size_t memory = crypto_pwhash_argon2id_MEMLIMIT_MODERATE;

void directory_cheap_hashes(void) {
  work = crypto_pwhash_argon2id_OPSLIMIT_MIN;
  memory = crypto_pwhash_argon2id_MEMLIMIT_MIN;
}

/* The passwords of twelve characters and more that lead published lists of leaked ones, folded. A short list stops the worst
 * guesses; the lock-out does the rest. */
static const char *const worst[] = {
    "123456789012",
    "1234567890123",
    "12345678901234",
    "123456789123",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "abcdefghijkl",
    "abcd12345678",
    "administrator",
    "adminadmin123",
    "changeme1234",
    "changemenow!",
    "correcthorsebatterystaple",
    "iloveyou1234",
    "letmein12345",
    "passw0rd1234",
    "password1234",
    "password12345",
    "password123!",
    "password2024!",
    "password2025!",
    "password2026!",
    "passwordpassword",
    "qwerty123456",
    "qwertyuiop12",
    "qwertyuiop123",
    "qwertyuiopas",
    "welcome12345",
    "unknown12345",
    "aaaaaaaaaaaa",
    "socialworker1",
    "socialworker123",
    "virtualschool",
    "lookedafter123",
};

static bool is_worst(const char *folded) {
  for (size_t i = 0; i < sizeof worst / sizeof *worst; i++) {
    if (strcmp(folded, worst[i]) == 0) return true;
  }
  return strspn(folded, (char[]){folded[0], '\0'}) == strlen(folded); /* one character again and again */
}

bool password_acceptable(const char *username, const char *password, struct arena *a, struct error *e) {
  if (!password || !text_utf8_valid(password, strlen(password)) || text_length(password) < SHORTEST) {
    return error_field(e, "password", NULL, "Password must be %d characters or more", SHORTEST);
  }
  if (strlen(password) > LONGEST_BYTES) return error_field(e, "password", NULL, "Password is too long");
  const char *folded = text_fold(a, password);
  if (strcmp(folded, text_fold(a, username)) == 0) {
    return error_field(e, "password", NULL, "Password must not be the username");
  }
  if (is_worst(folded)) {
    return error_field(e, "password", NULL, "Choose a password that is harder to guess, such as three unusual words");
  }
  return true;
}

/* The same password from two keyboards may come as different bytes: its normal form is hashed. */
static const char *normal(const char *password, struct arena *a) {
  size_t n = password ? strlen(password) : 0;
  if (n == 0 || n > LONGEST_BYTES || !text_utf8_valid(password, n)) return NULL;
  return text_nfc(a, password);
}

bool password_hash(const char *password, struct arena *a, char out[PASSWORD_HASH], struct error *e) {
  _Static_assert(PASSWORD_HASH >= crypto_pwhash_STRBYTES, "room for a hash");
  const char *p = normal(password, a);
  if (!p) return error_field(e, "password", NULL, "Enter a password");
  gate_enter();
  int failed = crypto_pwhash_str_alg(out, p, strlen(p), work, memory, crypto_pwhash_ALG_ARGON2ID13);
  gate_leave();
  return failed ? error_set(e, ERR_BROKEN, "There is not enough memory to hash a password.") : true;
}

bool password_is(const char *password, const char *hash, struct arena *a) {
  const char *p = normal(password, a);
  bool right = false;
  gate_enter();
  if (p && hash) {
    right = crypto_pwhash_str_verify(hash, p, strlen(p)) == 0;
  } else {
    char unused[crypto_pwhash_STRBYTES];
    (void)!crypto_pwhash_str_alg(unused, p ? p : "", p ? strlen(p) : 0, work, memory, crypto_pwhash_ALG_ARGON2ID13);
  }
  gate_leave();
  return right;
}
