/* The socket: connections, lines, heartbeats, and the loss of a far end. Knows nothing of what the lines say. */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stddef.h>

/* Kerbside sends no longer line than this; a longer one is refused. */
#define WIRE_LINE 65536
#define WIRE_CONNECTIONS 4

struct connection {
	int fd;                 /* -1: free */
	char in[WIRE_LINE];
	size_t in_length;
	bool skipping;          /* in the middle of a line that is too long */
	char out[4 * WIRE_LINE];
	size_t out_length;
	long long heard_ms;
	long long beat_ms;
};

/* What the protocol does; set before wire_open. */
struct wire_handlers {
	/* A whole line without its end; NULL: one that was too long. */
	void (*line)(struct connection *connection, char *line);
	/* The far end is gone, or silent for three seconds. */
	void (*gone)(struct connection *connection);
};

/* Listens at the path; the file of a dead process is replaced. Prints why not, and returns false. */
bool wire_open(const char *path, const struct wire_handlers *handlers);
/* Waits at most so long for something to read, and handles it; then heartbeats and losses. */
void wire_step(int timeout_ms);
/* Sends a line, written as for printf, without its end. */
void wire_send(struct connection *connection, const char *format, ...);
/* Ends a connection without telling `gone`. */
void wire_close(struct connection *connection);
/* Removes the socket's file. */
void wire_end(const char *path);
/* Milliseconds since an arbitrary moment; never jumps. */
long long wire_now(void);

#endif
