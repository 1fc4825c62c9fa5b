/* peer.h -- the publishers' connections.
 *
 * Lines come in, answers go out, and nobody waits: a peer that does not read
 * its answers loses them (counted, logged when it leaves), one whose line is
 * too long or no text is told so and closed.  The last line needs its LF. */
#ifndef HEADWAY_PEER_H
#define HEADWAY_PEER_H

#define PEERS_MAX 4096    /* at once; one more is told so and closed */
#define PEER_LINGER 5     /* seconds a closing peer may take to read its answers */

struct event_base;
struct peers;
struct publish;

struct peers *peers_new(struct event_base *base, struct publish *p);
void peers_accept(int fd, void *peers); /* for acceptor_new() */
void peers_free(struct peers *ps);      /* sends what can be sent at once, closes all */

#endif
