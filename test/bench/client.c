#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "bench.h"

int client_connect(int port) {
  struct sockaddr_in a = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bench_must(fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof a) == 0, "cannot connect", NULL);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

void client_send(struct client_conn *x, const char *bytes, size_t n, double at) {
  x->asked = at;
  x->n_head = 0;
  x->left = 0;
  bench_must(send(x->fd, bytes, n, MSG_NOSIGNAL) == (ssize_t)n, "cannot send", NULL);
}

/* The head tells how much is to come; true when the reply is whole. */
static bool head_read(struct client_conn *x, const char *bytes, size_t n) {
  size_t room = sizeof x->head - 1 - x->n_head, k = n < room ? n : room;
  memcpy(x->head + x->n_head, bytes, k);
  x->n_head += k;
  x->head[x->n_head] = '\0';
  char *blank = strstr(x->head, "\r\n\r\n");
  bench_must(blank || x->n_head < sizeof x->head - 1, "a reply's head is too long", NULL);
  if (!blank) return false;
  const char *length = strcasestr(x->head, "\r\ncontent-length:");
  size_t whole = (size_t)(blank - x->head) + 4 + (length ? (size_t)atol(length + 17) : 0);
  size_t before = x->n_head - k;
  x->status = atoi(x->head + 9);
  x->left = whole - before - n;
  return x->left == 0;
}

bool client_reply(struct client_conn *x) {
  static char bytes[65536];
  for (;;) {
    ssize_t n = recv(x->fd, bytes, sizeof bytes, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    bench_must(n > 0, "the server closed a connection", NULL);
    if (x->left) {
      x->left -= (size_t)n;
      if (x->left == 0) return true;
    } else if (head_read(x, bytes, (size_t)n)) {
      return true;
    }
  }
}
