/*
 * A Kerbside driver in C99: speaks the driver protocol 1.0 (docs/drivers.md) at a Unix socket and calls hardware.h. You should
 * not have to change this file.
 */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hardware.h"
#include "json.h"
#include "wire.h"

#define STEP_MS 20
#define MAX_POINTS 16
#define MAX_PENDING 32
#define MAX_NAME 1100
#define MAX_ID 64

/* JSON-RPC's error numbers. */
#define NOT_JSON (-32700)
#define NO_REQUEST (-32600)
#define UNKNOWN_METHOD (-32601)
#define WRONG_PARAMS (-32602)
#define REFUSED (-32000)

enum kind { SET_LIMIT, CLOSE, OPEN, LOCK, UNLOCK, READ_STATE, READ_METER, BEGIN_METER, END_METER, INDICATE, RESTART, KINDS };

/* Commands by name, with the longest time they may take; those that are read or noted are answered at once. */
static const struct {
	const char *name;
	int limit_ms;
} commands[KINDS] = {
	[SET_LIMIT] = { "setLimit", 5000 },
	[CLOSE] = { "closeContactor", 10000 },
	[OPEN] = { "openContactor", 10000 },
	[LOCK] = { "lock", 10000 },
	[UNLOCK] = { "unlock", 10000 },
	[READ_STATE] = { "readState", 5000 },
	[READ_METER] = { "readMeter", 5000 },
	[BEGIN_METER] = { "beginMeter", 30000 },
	[END_METER] = { "endMeter", 30000 },
	[INDICATE] = { "indicate", 5000 },
	[RESTART] = { "restart", 30000 },
};

struct command {
	enum kind kind;
	int evse;
	long milliamps;
	char text[MAX_NAME]; /* the transaction, or the signal */
};

/* A command whose hardware moves. */
static struct pending {
	bool used;
	char id[MAX_ID];
	struct command command;
	long long due_ms;
} pending[MAX_PENDING];

/* What the station was told last of a charging point, and the last transaction of its meter. */
static struct told {
	struct hw_state state;
	char transaction[MAX_NAME];
	struct hw_reading begin, end;
	bool ended;
} told[MAX_POINTS + 1];

static struct connection *station;
static volatile sig_atomic_t stopping;

static void stop_later(int number)
{
	(void)number;
	stopping = 1;
}

static void refuse(struct connection *to, const char *id, int number, const char *why)
{
	wire_send(to, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":%d,\"message\":\"%s\","
		"\"data\":{\"code\":\"driver.refused\"}}}", id, number, why);
}

static void answer(struct connection *to, const char *id, const char *result)
{
	wire_send(to, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}", id, result);
}

static void tell(const char *event)
{
	if (station != NULL)
		wire_send(station, "{\"jsonrpc\":\"2.0\",\"method\":\"event\",\"params\":%s}", event);
}

/* Text from outside, such as a card's uid, as the inside of a JSON string. */
static const char *quoted(const char *text, char *into, size_t size)
{
	size_t length = 0;
	for (; *text != '\0' && length + 7 < size; text++) {
		unsigned char c = (unsigned char)*text;
		if (c < 0x20)
			length += (size_t)snprintf(into + length, size - length, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			length += (size_t)snprintf(into + length, size - length, "\\%c", c);
		else
			into[length++] = (char)c;
	}
	into[length] = '\0';
	return into;
}

static const char *const contactor_words[] = { "open", "closed", "welded" };
static const char *const lock_words[] = { "unlocked", "locked", "none" };

static const char *fault_text(const struct hw_fault *fault, char *into, size_t size)
{
	snprintf(into, size, "{\"id\":\"%s\",\"errorCode\":\"%s\",\"vendorCode\":\"%s\",\"text\":\"%s\",\"severity\":\"%s\"}",
		fault->id, fault->error_code, fault->vendor_code, fault->text, fault->warning ? "warning" : "fault");
	return into;
}

static const char *cable_text(long milliamps, char *into, size_t size)
{
	snprintf(into, size, milliamps < 0 ? "null" : "%ld", milliamps);
	return into;
}

static const char *state_text(const struct hw_state *state, char *into, size_t size)
{
	char cable[32], fault[512], faults[HW_MAX_FAULTS * 512] = "";
	for (int i = 0; i < HW_MAX_FAULTS && state->faults[i] != NULL; i++) {
		strcat(faults, i == 0 ? "" : ",");
		strcat(faults, fault_text(state->faults[i], fault, sizeof fault));
	}
	snprintf(into, size, "{\"pilot\":\"%c\",\"cableMilliamps\":%s,\"contactor\":\"%s\",\"lock\":\"%s\",\"faults\":[%s]}",
		state->pilot, cable_text(state->cable_milliamps, cable, sizeof cable), contactor_words[state->contactor],
		lock_words[state->lock], faults);
	return into;
}

static const char *reading_text(const struct hw_reading *r, char *into, size_t size)
{
	snprintf(into, size, "{\"energyImportWh\":%.3f,\"powerW\":%.1f,\"currentA\":[%.2f,%.2f,%.2f],\"voltageV\":[%.1f,%.1f,%.1f]}",
		r->energy_wh, r->power_w, r->current_a[0], r->current_a[1], r->current_a[2],
		r->voltage_v[0], r->voltage_v[1], r->voltage_v[2]);
	return into;
}

static bool has_fault(const struct hw_state *state, const struct hw_fault *fault)
{
	for (int i = 0; i < HW_MAX_FAULTS && state->faults[i] != NULL; i++)
		if (state->faults[i] == fault)
			return true;
	return false;
}

static void tell_faults(int evse, const struct hw_state *of, const struct hw_state *other, const char *active)
{
	char event[768], fault[512];
	for (int i = 0; i < HW_MAX_FAULTS && of->faults[i] != NULL; i++) {
		if (has_fault(other, of->faults[i]))
			continue;
		snprintf(event, sizeof event, "{\"type\":\"fault\",\"evse\":%d,\"fault\":%s,\"active\":%s}", evse,
			fault_text(of->faults[i], fault, sizeof fault), active);
		tell(event);
	}
}

/* Tells the station what changed at the hardware since it was told last. */
static void tell_changes(void)
{
	char event[768], text[512];
	for (int evse = 1; evse <= hw_points(); evse++) {
		struct hw_state *before = &told[evse].state, now;
		hw_read_state(evse, &now);
		tell_faults(evse, &now, before, "true");
		if (now.cable_milliamps != before->cable_milliamps) {
			snprintf(event, sizeof event, "{\"type\":\"cable\",\"evse\":%d,\"milliamps\":%s}", evse,
				cable_text(now.cable_milliamps, text, sizeof text));
			tell(event);
		}
		if (now.pilot != before->pilot) {
			snprintf(event, sizeof event, "{\"type\":\"pilot\",\"evse\":%d,\"state\":\"%c\"}", evse, now.pilot);
			tell(event);
		}
		if (now.contactor != before->contactor) {
			snprintf(event, sizeof event, "{\"type\":\"contactor\",\"evse\":%d,\"state\":\"%s\"}", evse,
				contactor_words[now.contactor]);
			tell(event);
		}
		if (now.lock != before->lock) {
			snprintf(event, sizeof event, "{\"type\":\"lock\",\"evse\":%d,\"state\":\"%s\"}", evse, lock_words[now.lock]);
			tell(event);
		}
		tell_faults(evse, before, &now, "false");
		*before = now;
	}
	int evse;
	for (const char *uid = hw_next_card(&evse); uid != NULL; uid = hw_next_card(&evse)) {
		snprintf(event, sizeof event, "{\"type\":\"card\",\"evse\":%d,\"uid\":\"%s\"}", evse, quoted(uid, text, sizeof text));
		tell(event);
	}
}

/* The station is gone, or says goodbye: the hardware falls back by itself. */
static void release(void)
{
	struct connection *former = station;
	station = NULL;
	for (int i = 0; i < MAX_PENDING; i++) {
		if (pending[i].used)
			refuse(former, pending[i].id, REFUSED, "the driver was stopped");
		pending[i].used = false;
	}
	hw_make_safe();
}

static void gone(struct connection *connection)
{
	if (connection == station)
		release();
}

/* Begin and end of a meter transaction answer the same when asked twice; an unknown one ends with the register. */
static void bound_meter(struct connection *to, const char *id, const struct command *command)
{
	struct told *point = &told[command->evse];
	bool known = strcmp(point->transaction, command->text) == 0;
	bool begin = command->kind == BEGIN_METER;
	struct hw_reading reading;
	char text[512], result[640];
	if (!known || (!begin && !point->ended)) {
		if (!hw_read_meter(command->evse, &reading)) {
			refuse(to, id, REFUSED, "the meter does not answer");
			return;
		}
		if (begin) {
			strcpy(point->transaction, command->text);
			point->begin = reading;
			point->ended = false;
		} else if (known) {
			point->end = reading;
			point->ended = true;
		}
	} else {
		reading = begin ? point->begin : point->end;
	}
	snprintf(result, sizeof result, "{\"reading\":%s,\"signed\":[]}", reading_text(&reading, text, sizeof text));
	answer(to, id, result);
}

static void read_meter(struct connection *to, const char *id, int evse)
{
	struct hw_reading reading;
	char text[512];
	if (hw_read_meter(evse, &reading))
		answer(to, id, reading_text(&reading, text, sizeof text));
	else
		refuse(to, id, REFUSED, "the meter does not answer");
}

static void read_state(struct connection *to, const char *id, int evse)
{
	struct hw_state state;
	char text[HW_MAX_FAULTS * 512 + 256];
	hw_read_state(evse, &state);
	answer(to, id, state_text(&state, text, sizeof text));
}

static enum hw_result move(const struct command *command, const char **why)
{
	switch (command->kind) {
	case SET_LIMIT:
		return hw_set_limit(command->evse, command->milliamps, why);
	case CLOSE:
		return hw_close(command->evse, why);
	case OPEN:
		return hw_open(command->evse, why);
	case LOCK:
	case UNLOCK:
		return hw_move_lock(command->evse, command->kind == LOCK, why);
	case INDICATE:
		return hw_indicate(command->evse, command->text, why);
	default:
		return hw_restart(why);
	}
}

/* Tries a command that moves something; answers it unless the hardware is still busy with it. */
static bool settle(struct connection *to, const char *id, const struct command *command)
{
	const char *why = "the hardware refused";
	switch (move(command, &why)) {
	case HW_BUSY:
		return false;
	case HW_DONE:
		tell_changes();
		answer(to, id, "{}");
		return true;
	default:
		refuse(to, id, REFUSED, why);
		return true;
	}
}

static void keep(struct connection *to, const char *id, const struct command *command)
{
	for (int i = 0; i < MAX_PENDING; i++) {
		if (pending[i].used)
			continue;
		pending[i].used = true;
		strcpy(pending[i].id, id);
		pending[i].command = *command;
		pending[i].due_ms = wire_now() + commands[command->kind].limit_ms;
		return;
	}
	refuse(to, id, REFUSED, "too many commands at once");
}

/* Whether a command makes one that is still under way pointless: the last word counts. */
static bool overtakes(const struct command *later, const struct command *earlier)
{
	if (later->kind == RESTART)
		return true;
	if (later->evse != earlier->evse)
		return false;
	switch (earlier->kind) {
	case CLOSE:
		return later->kind == OPEN;
	case LOCK:
		return later->kind == UNLOCK;
	case UNLOCK:
		return later->kind == LOCK;
	default:
		return false;
	}
}

static void overtake(const struct command *later)
{
	for (int i = 0; i < MAX_PENDING; i++) {
		if (!pending[i].used || !overtakes(later, &pending[i].command))
			continue;
		pending[i].used = false;
		if (station != NULL)
			refuse(station, pending[i].id, REFUSED, "a later command overtook it");
	}
}

static void go_on(void)
{
	for (int i = 0; i < MAX_PENDING; i++) {
		struct pending *each = &pending[i];
		if (!each->used || station == NULL)
			continue;
		if (settle(station, each->id, &each->command))
			each->used = false;
		else if (wire_now() > each->due_ms) {
			refuse(station, each->id, REFUSED, "the hardware did not get there in time");
			each->used = false;
		}
	}
}

/* Reads the parameters of a command; NULL when they can be used, otherwise why not. */
static const char *read_command(const char *params, struct command *command)
{
	char type[32];
	double number;
	if (!json_text(json_member(params, "type"), type, sizeof type))
		return "a command has a type";
	int kind = 0;
	while (kind < KINDS && strcmp(commands[kind].name, type) != 0)
		kind++;
	if (kind == KINDS)
		return "there is no such command";
	*command = (struct command){ .kind = (enum kind)kind };
	if (kind == RESTART)
		return NULL;
	if (!json_number(json_member(params, "evse"), &number))
		return "evse is a number";
	if (number < 1 || number > hw_points() || number != (int)number)
		return "there is no such charging point";
	command->evse = (int)number;
	if (kind == SET_LIMIT) {
		if (!json_number(json_member(params, "milliamps"), &number) || number < 0 || number > 1e7)
			return "milliamps is a number from 0";
		command->milliamps = (long)number; /* never more than was asked */
	}
	const char *name = kind == INDICATE ? "signal" : "transaction";
	bool named = kind == INDICATE || kind == BEGIN_METER || kind == END_METER;
	if (named && (!json_text(json_member(params, name), command->text, MAX_NAME) || command->text[0] == '\0'))
		return "signal and transaction are texts";
	return NULL;
}

static void on_command(struct connection *from, const char *id, const char *params)
{
	struct command command;
	const char *why = read_command(params, &command);
	if (station != from)
		refuse(from, id, REFUSED, "start the driver first");
	else if (why != NULL)
		refuse(from, id, WRONG_PARAMS, why);
	else if (command.kind == READ_STATE)
		read_state(from, id, command.evse);
	else if (command.kind == READ_METER)
		read_meter(from, id, command.evse);
	else if (command.kind == BEGIN_METER || command.kind == END_METER)
		bound_meter(from, id, &command);
	else {
		overtake(&command);
		if (!settle(from, id, &command))
			keep(from, id, &command);
	}
}

static size_t describe_point(int evse, char *into, size_t size)
{
	struct hw_point point;
	char text[HW_MAX_FAULTS * 512 + 256];
	hw_describe(evse, &point);
	hw_read_state(evse, &told[evse].state);
	return (size_t)snprintf(into, size, "%s{\"id\":%d,\"maxMilliamps\":%ld,\"minMilliamps\":%ld,\"phases\":%d,\"nominalVolts\":%d,"
		"\"fixedCable\":%s,\"meter\":{\"type\":\"%s\",\"serial\":\"%s\",\"signs\":false,\"measurands\":["
		"\"Energy.Active.Import.Register\",\"Power.Active.Import\",\"Current.Import\",\"Voltage\"]},\"state\":%s}",
		evse == 1 ? "" : ",", evse, point.max_milliamps, point.min_milliamps, point.phases, point.nominal_volts,
		point.fixed_cable ? "true" : "false", point.meter_type, point.meter_serial,
		state_text(&told[evse].state, text, sizeof text));
}

static void on_start(struct connection *from, const char *id, const char *params)
{
	static char points[MAX_POINTS * 6000];
	char version[32], actions[512] = "";
	size_t length = 0;
	/* Versions of one major number understand each other. */
	if (!json_text(json_member(params, "protocol"), version, sizeof version) || strncmp(version, "1.", 2) != 0) {
		refuse(from, id, REFUSED, "this driver speaks version 1.0 of the driver protocol; update driver or station");
		return;
	}
	if (station != NULL && station != from) {
		refuse(from, id, REFUSED, "another station uses this hardware");
		return;
	}
	station = from;
	for (int evse = 1; evse <= hw_points(); evse++)
		length += describe_point(evse, points + length, sizeof points - length);
	for (const char *const *name = hw_actions(); *name != NULL; name++)
		snprintf(actions + strlen(actions), sizeof actions - strlen(actions), "%s\"%s\"", actions[0] ? "," : "", *name);
	wire_send(from, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"protocol\":\"1.0\",\"simulated\":%s,\"vendor\":\"%s\","
		"\"model\":\"%s\",\"serial\":\"%s\",\"actions\":[%s],\"evses\":[%s]}}", id, hw_simulated ? "true" : "false",
		hw_vendor, hw_model, hw_serial, actions, points);
}

static void on_simulate(struct connection *from, const char *id, const char *params)
{
	char name[32], text[512] = "";
	double evse = 0;
	const char *why = "this cannot be played";
	if (*hw_actions() == NULL) {
		refuse(from, id, UNKNOWN_METHOD, "this hardware is real: it cannot be played with");
		return;
	}
	if (!json_text(json_member(params, "action"), name, sizeof name)) {
		refuse(from, id, WRONG_PARAMS, "an action has a name");
		return;
	}
	json_number(json_member(params, "evse"), &evse);
	const char *value = json_member(params, strcmp(name, "card") == 0 ? "uid" : "fault");
	json_text(value, text, 256);
	bool flag = json_true(json_member(params, "force")) || json_true(json_member(params, "active"));
	struct hw_action action = { name, (int)evse, text, flag };
	if (hw_play(&action, &why)) {
		tell_changes();
		answer(from, id, "{}");
	} else {
		refuse(from, id, REFUSED, why);
	}
}

static void on_request(struct connection *from, const char *id, const char *method, const char *params)
{
	if (strcmp(method, "command") == 0)
		on_command(from, id, params);
	else if (strcmp(method, "start") == 0)
		on_start(from, id, params);
	else if (strcmp(method, "simulate") == 0)
		on_simulate(from, id, params);
	else if (strcmp(method, "stop") != 0)
		refuse(from, id, UNKNOWN_METHOD, "the driver knows no such method");
	else if (station != from)
		refuse(from, id, REFUSED, "start the driver first");
	else {
		release();
		answer(from, id, "{}");
	}
}

static void on_line(struct connection *from, char *line)
{
	char method[64], id[MAX_ID];
	if (line == NULL || !json_is_message(line)) {
		const char *why = line == NULL ? "the line is too long" : "not JSON";
		refuse(from, "null", line == NULL ? NO_REQUEST : NOT_JSON, why);
		return;
	}
	const char *id_value = json_member(line, "id");
	if (json_member(line, "method") == NULL && id_value != NULL)
		return; /* an answer; this driver asks nothing */
	if (!json_text(json_member(line, "method"), method, sizeof method)) {
		refuse(from, "null", NO_REQUEST, "neither request nor notification");
		return;
	}
	if (id_value == NULL)
		return; /* heartbeats and cancellations: what was given up is finished, its answer is ignored */
	size_t length = json_length(id_value);
	if (length >= sizeof id || (*id_value != '"' && *id_value != '-' && (*id_value < '0' || *id_value > '9'))) {
		refuse(from, "null", NO_REQUEST, "the id is neither number nor short text");
		return;
	}
	memcpy(id, id_value, length);
	id[length] = '\0';
	on_request(from, id, method, json_member(line, "params"));
}

int main(int argc, char **argv)
{
	const char *path = NULL, *hardware = NULL;
	int points = 1;
	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--socket") == 0)
			path = argv[i + 1];
		else if (strcmp(argv[i], "--hardware") == 0)
			hardware = argv[i + 1];
		else if (strcmp(argv[i], "--evses") == 0)
			points = atoi(argv[i + 1]);
	}
	if (path == NULL) {
		fprintf(stderr, "usage: %s --socket PATH [--evses N] [--hardware ARGUMENTS]\n", argv[0]);
		return 2;
	}
	struct sigaction action = { .sa_handler = stop_later };
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	const struct wire_handlers handlers = { on_line, gone };
	if (!hw_open_all(points, hardware) || hw_points() > MAX_POINTS || !wire_open(path, &handlers))
		return 1;
	hw_make_safe();
	printf("listening at %s\n", path);
	fflush(stdout);
	while (!stopping) {
		wire_step(STEP_MS);
		hw_poll(wire_now());
		tell_changes();
		go_on();
	}
	hw_make_safe();
	wire_end(path);
	return 0;
}
