#define _POSIX_C_SOURCE 200809L
#include "wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define HEARTBEAT_MS 1000
#define LOST_AFTER_MS 3000

static struct connection connections[WIRE_CONNECTIONS];
static struct wire_handlers handle;
static int listener = -1;

long long wire_now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (long long)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static bool somebody_listens(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	bool answers = fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof *address) == 0;
	if (fd >= 0)
		close(fd);
	return answers;
}

bool wire_open(const char *path, const struct wire_handlers *handlers)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	handle = *handlers;
	for (int i = 0; i < WIRE_CONNECTIONS; i++)
		connections[i].fd = -1;
	if (strlen(path) >= sizeof address.sun_path) {
		fprintf(stderr, "the path of the socket is too long: %s\n", path);
		return false;
	}
	strcpy(address.sun_path, path);
	if (somebody_listens(&address)) {
		fprintf(stderr, "a driver is already running at %s\n", path);
		return false;
	}
	unlink(path);
	/* Owner and group may connect: run Kerbside in this group. */
	mode_t mask = umask(0117);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	bool listens = listener >= 0 && bind(listener, (struct sockaddr *)&address, sizeof address) == 0 &&
		listen(listener, WIRE_CONNECTIONS) == 0;
	umask(mask);
	if (!listens)
		fprintf(stderr, "cannot listen at %s: %s\n", path, strerror(errno));
	return listens;
}

void wire_end(const char *path)
{
	if (listener >= 0)
		close(listener);
	unlink(path);
}

void wire_close(struct connection *connection)
{
	if (connection->fd >= 0)
		close(connection->fd);
	connection->fd = -1;
}

static void lose(struct connection *connection)
{
	if (connection->fd < 0)
		return;
	wire_close(connection);
	handle.gone(connection);
}

static void flush(struct connection *connection)
{
	while (connection->fd >= 0 && connection->out_length > 0) {
		ssize_t sent = send(connection->fd, connection->out, connection->out_length, 0);
		if (sent < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (sent < 0) {
			lose(connection);
			return;
		}
		connection->out_length -= (size_t)sent;
		memmove(connection->out, connection->out + sent, connection->out_length);
	}
}

void wire_send(struct connection *connection, const char *format, ...)
{
	if (connection->fd < 0)
		return;
	size_t room = sizeof connection->out - connection->out_length;
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(connection->out + connection->out_length, room, format, arguments);
	va_end(arguments);
	if (length < 0 || (size_t)length + 1 >= room) {
		/* It does not read what it is sent. */
		lose(connection);
		return;
	}
	connection->out_length += (size_t)length;
	connection->out[connection->out_length++] = '\n';
	flush(connection);
}

/* Passes on every whole line, and keeps what is left. */
static void cut_lines(struct connection *connection)
{
	size_t from = 0;
	for (size_t i = 0; connection->fd >= 0 && i < connection->in_length; i++) {
		if (connection->in[i] != '\n')
			continue;
		bool has_nul = memchr(connection->in + from, '\0', i - from) != NULL;
		connection->in[i] = '\0';
		if (connection->skipping)
			handle.line(connection, NULL);
		else if (i > from)
			handle.line(connection, has_nul ? "" : connection->in + from);
		connection->skipping = false;
		from = i + 1;
	}
	connection->in_length -= from;
	memmove(connection->in, connection->in + from, connection->in_length);
	if (connection->in_length == sizeof connection->in) {
		connection->skipping = true;
		connection->in_length = 0;
	}
}

static void read_from(struct connection *connection)
{
	size_t room = sizeof connection->in - connection->in_length;
	ssize_t came = recv(connection->fd, connection->in + connection->in_length, room, 0);
	if (came < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (came <= 0) {
		lose(connection);
		return;
	}
	connection->heard_ms = wire_now();
	connection->in_length += (size_t)came;
	cut_lines(connection);
}

static void accept_one(void)
{
	int fd = accept(listener, NULL, NULL);
	if (fd < 0)
		return;
	fcntl(fd, F_SETFL, O_NONBLOCK);
	for (int i = 0; i < WIRE_CONNECTIONS; i++) {
		struct connection *connection = &connections[i];
		if (connection->fd >= 0)
			continue;
		connection->fd = fd;
		connection->in_length = connection->out_length = 0;
		connection->skipping = false;
		connection->heard_ms = wire_now();
		connection->beat_ms = connection->heard_ms;
		return;
	}
	close(fd);
}

static void keep_alive(struct connection *connection, long long now)
{
	if (connection->fd >= 0 && now - connection->heard_ms > LOST_AFTER_MS)
		lose(connection);
	if (connection->fd >= 0 && now >= connection->beat_ms) {
		connection->beat_ms = now + HEARTBEAT_MS;
		wire_send(connection, "{\"jsonrpc\":\"2.0\",\"method\":\"$/heartbeat\",\"params\":{}}");
	}
}

void wire_step(int timeout_ms)
{
	struct pollfd watched[WIRE_CONNECTIONS + 1];
	watched[WIRE_CONNECTIONS] = (struct pollfd){ .fd = listener, .events = POLLIN };
	for (int i = 0; i < WIRE_CONNECTIONS; i++) {
		short events = connections[i].out_length > 0 ? POLLIN | POLLOUT : POLLIN;
		watched[i] = (struct pollfd){ .fd = connections[i].fd, .events = events };
	}
	if (poll(watched, WIRE_CONNECTIONS + 1, timeout_ms) > 0) {
		for (int i = 0; i < WIRE_CONNECTIONS; i++) {
			if (watched[i].fd >= 0 && connections[i].fd == watched[i].fd && watched[i].revents & POLLOUT)
				flush(&connections[i]);
			if (watched[i].fd >= 0 && connections[i].fd == watched[i].fd && watched[i].revents & ~POLLOUT)
				read_from(&connections[i]);
		}
		if (watched[WIRE_CONNECTIONS].revents & POLLIN)
			accept_one();
	}
	long long now = wire_now();
	for (int i = 0; i < WIRE_CONNECTIONS; i++)
		keep_alive(&connections[i], now);
}
