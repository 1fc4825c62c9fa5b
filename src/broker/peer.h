/* peer.h -- the publishers' connections.
 *
 * Lines come in, answers go out, and nobody waits: a peer that does not read
 * its answers loses them (counted, logged when it leaves), one whose line is
 * too long or no text is told so and closed.  The last line needs its LF. */
#ifndef HEADWAY_PEER_H
#define HEADWAY_PEER_H

#define PEERS_MAX 4096    /* at once; one more is told so and closed */
#define PEER_LINGER 5     /* seconds that a closing peer has to read its answers, whatever it sends */

struct event_base;
struct kernel;
struct peers;
struct publish;

struct peers *peers_new(struct event_base *base, struct publish *p, const struct kernel *k);
void peers_accept(int fd, void *peers); /* for acceptor_new() */
/* Sends what can be sent at once, closes all; after the table, whose runs the
 * peers may hold. */
void peers_free(struct peers *ps);

#endif
