/* Simulated charging points behind the seam of hardware.h. Replace this file by one that talks to your controller. */
#define _POSIX_C_SOURCE 200809L
#include "hardware.h"

#include <stdio.h>
#include <string.h>

#define MAX_POINTS 8
#define MAX_MILLIAMPS 32000L
#define MIN_MILLIAMPS 6000L
#define VOLTS 230.0
/* How long the parts take. */
#define CONTACTOR_MS 60
#define LOCK_MS 200
#define VEHICLE_MS 500

const char *const hw_vendor = "Example";
const char *const hw_model = "C driver";
const char *const hw_serial = "EX-C-1";
const bool hw_simulated = true;

struct point {
	bool plugged;
	bool locked;
	long long lock_done_ms;      /* 0: it does not move */
	bool lock_target;
	bool closed;
	long long close_done_ms;     /* 0: it does not move */
	long long offered_since_ms;  /* since when the vehicle may draw; 0: it may not */
	bool ground_failure;
	long limit_milliamps;
	double register_wh;
};

static struct point points[MAX_POINTS + 1];
static int count;
static long long now;
static const char *state_file;
static char card[256];
static int card_evse;

static const struct hw_fault ground_failure = {
	"groundFailure", "GroundFailure", "EX-RCD", "Residual current detected", false
};

static const char *const actions[] = { "plug", "unplug", "card", "fault", NULL };

/* The registers outlive the process, as those of a real meter do. */
static void save(void)
{
	char name[512];
	if (state_file == NULL || snprintf(name, sizeof name, "%s.new", state_file) >= (int)sizeof name)
		return;
	FILE *file = fopen(name, "w");
	if (file == NULL)
		return;
	for (int evse = 1; evse <= count; evse++)
		fprintf(file, "%.6f %d %d\n", points[evse].register_wh, points[evse].plugged, points[evse].locked);
	if (fclose(file) == 0)
		rename(name, state_file);
}

static void load(void)
{
	FILE *file = state_file == NULL ? NULL : fopen(state_file, "r");
	if (file == NULL)
		return;
	for (int evse = 1; evse <= count; evse++) {
		int plugged, locked;
		if (fscanf(file, "%lf %d %d", &points[evse].register_wh, &plugged, &locked) != 3)
			break;
		points[evse].plugged = plugged != 0;
		points[evse].locked = locked != 0;
	}
	fclose(file);
}

bool hw_open_all(int wanted, const char *arguments)
{
	count = wanted < 1 ? 1 : wanted > MAX_POINTS ? MAX_POINTS : wanted;
	state_file = arguments;
	for (int evse = 1; evse <= count; evse++)
		points[evse].register_wh = 1000.0 * evse;
	load();
	return true;
}

static void open_contactor(struct point *point)
{
	point->closed = false;
	point->close_done_ms = 0;
	point->offered_since_ms = 0;
}

/* Milliamps per phase that the vehicle draws. */
static double drawn(const struct point *point)
{
	bool ready = point->offered_since_ms != 0 && now - point->offered_since_ms >= VEHICLE_MS;
	return ready ? (double)point->limit_milliamps : 0.0;
}

static void poll_point(struct point *point, long long passed_ms)
{
	point->register_wh += 3.0 * VOLTS * drawn(point) / 1000.0 * (double)passed_ms / 3600000.0;
	if (point->close_done_ms != 0 && now >= point->close_done_ms) {
		point->close_done_ms = 0;
		point->closed = true;
	}
	if (point->lock_done_ms != 0 && now >= point->lock_done_ms) {
		point->lock_done_ms = 0;
		point->locked = point->lock_target;
	}
	bool offered = point->closed && point->limit_milliamps > 0;
	if (!offered)
		point->offered_since_ms = 0;
	else if (point->offered_since_ms == 0)
		point->offered_since_ms = now;
}

void hw_poll(long long now_ms)
{
	long long passed_ms = now == 0 ? 0 : now_ms - now;
	now = now_ms;
	for (int evse = 1; evse <= count; evse++)
		poll_point(&points[evse], passed_ms);
}

void hw_make_safe(void)
{
	for (int evse = 1; evse <= count; evse++) {
		open_contactor(&points[evse]);
		points[evse].limit_milliamps = 0;
	}
	save();
}

int hw_points(void)
{
	return count;
}

void hw_describe(int evse, struct hw_point *point)
{
	static char serials[MAX_POINTS + 1][16];
	snprintf(serials[evse], sizeof serials[evse], "EX-METER-%d", evse);
	*point = (struct hw_point){ MAX_MILLIAMPS, MIN_MILLIAMPS, 3, (int)VOLTS, false, "Example meter", serials[evse] };
}

void hw_read_state(int evse, struct hw_state *state)
{
	const struct point *point = &points[evse];
	memset(state, 0, sizeof *state);
	bool asks = point->plugged && point->offered_since_ms != 0 && now - point->offered_since_ms >= VEHICLE_MS / 2;
	state->pilot = !point->plugged ? 'A' : asks ? 'C' : 'B';
	state->cable_milliamps = point->plugged ? MAX_MILLIAMPS : -1;
	state->contactor = point->closed ? HW_CLOSED : HW_OPEN;
	state->lock = point->locked ? HW_LOCKED : HW_UNLOCKED;
	state->faults[0] = point->ground_failure ? &ground_failure : NULL;
}

bool hw_read_meter(int evse, struct hw_reading *reading)
{
	const struct point *point = &points[evse];
	double amps = drawn(point) / 1000.0;
	reading->energy_wh = point->register_wh;
	reading->power_w = 3.0 * VOLTS * amps;
	for (int phase = 0; phase < HW_PHASES; phase++) {
		reading->current_a[phase] = amps;
		reading->voltage_v[phase] = VOLTS;
	}
	save();
	return true;
}

enum hw_result hw_set_limit(int evse, long milliamps, const char **why)
{
	if (milliamps != 0 && (milliamps < MIN_MILLIAMPS || milliamps > MAX_MILLIAMPS)) {
		*why = "this limit cannot be offered; give 0 or 6000 to 32000 mA";
		return HW_REFUSED;
	}
	points[evse].limit_milliamps = milliamps;
	return HW_DONE;
}

enum hw_result hw_close(int evse, const char **why)
{
	struct point *point = &points[evse];
	if (!point->plugged || point->ground_failure) {
		*why = point->plugged ? "the contactor stays open: residual current" : "the contactor stays open: no vehicle";
		return HW_REFUSED;
	}
	if (point->closed)
		return HW_DONE;
	if (point->close_done_ms == 0)
		point->close_done_ms = now + CONTACTOR_MS;
	return HW_BUSY;
}

enum hw_result hw_open(int evse, const char **why)
{
	(void)why;
	open_contactor(&points[evse]);
	return HW_DONE;
}

enum hw_result hw_move_lock(int evse, bool locked, const char **why)
{
	struct point *point = &points[evse];
	if (locked && !point->plugged) {
		*why = "there is no plug to lock";
		return HW_REFUSED;
	}
	if (point->locked == locked && point->lock_done_ms == 0)
		return HW_DONE;
	if (point->lock_done_ms == 0 || point->lock_target != locked) {
		point->lock_target = locked;
		point->lock_done_ms = now + LOCK_MS;
	}
	return HW_BUSY;
}

enum hw_result hw_indicate(int evse, const char *signal, const char **why)
{
	/* Here lamps would be switched, or a sound made. */
	(void)evse;
	(void)signal;
	(void)why;
	return HW_DONE;
}

enum hw_result hw_restart(const char **why)
{
	(void)why;
	hw_make_safe();
	return HW_DONE;
}

const char *hw_next_card(int *evse)
{
	static char shown[sizeof card];
	if (card[0] == '\0')
		return NULL;
	memcpy(shown, card, sizeof shown);
	card[0] = '\0';
	*evse = card_evse;
	return shown;
}

const char *const *hw_actions(void)
{
	return actions;
}

static bool unplug(struct point *point, bool force, const char **why)
{
	if (point->locked && !force) {
		*why = "the plug is locked";
		return false;
	}
	/* The controller opens by itself when the pilot is gone; nobody has to ask it. */
	open_contactor(point);
	point->plugged = false;
	point->locked = false;
	point->lock_done_ms = 0;
	return true;
}

bool hw_play(const struct hw_action *action, const char **why)
{
	bool at_station = strcmp(action->name, "card") == 0;
	if (action->evse < (at_station ? 0 : 1) || action->evse > count) {
		*why = "there is no such charging point";
		return false;
	}
	struct point *point = &points[action->evse];
	bool done = true;
	if (at_station) {
		snprintf(card, sizeof card, "%s", action->text);
		card_evse = action->evse;
	} else if (strcmp(action->name, "plug") == 0) {
		point->plugged = true;
	} else if (strcmp(action->name, "unplug") == 0) {
		done = unplug(point, action->flag, why);
	} else if (strcmp(action->name, "fault") == 0 && strcmp(action->text, ground_failure.id) == 0) {
		point->ground_failure = action->flag;
		if (action->flag)
			open_contactor(point);
	} else {
		*why = "this cannot be played; known are plug, unplug, card, and fault with groundFailure";
		done = false;
	}
	save();
	return done;
}
