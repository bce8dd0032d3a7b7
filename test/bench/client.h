/* client: kept connections to a server on this machine, asked and read without waiting. */
#ifndef KITH_BENCH_CLIENT_H
#define KITH_BENCH_CLIENT_H
#include <stdbool.h>
#include <stddef.h>

struct client_conn {
  int fd;
  double asked; /* when it should have been asked; 0: idle */
  size_t left;  /* bytes of the reply still to come */
  char head[2048];
  size_t n_head;
  int status;
};
int client_connect(int port);
void client_send(struct client_conn *x, const char *bytes, size_t n, double at);
bool client_reply(struct client_conn *x); /* reads what is there: true when the reply is whole */
#endif
