/*
 * The seam between the driver and your hardware. driver.c speaks with Kerbside and calls these functions; you write them for
 * your controller in a file that takes the place of hardware_sim.c. One thread calls them all.
 *
 * Safety is yours: residual current, contactor, temperature, pilot and lock are supervised by the hardware controller itself,
 * whatever this process and Kerbside say or fail to say.
 */
#ifndef HARDWARE_H
#define HARDWARE_H

#include <stdbool.h>

#define HW_PHASES 3
#define HW_MAX_FAULTS 8

/* How a command stands. HW_BUSY: the hardware moves; the driver asks again in 20 ms. No function may take longer than 100 ms. */
enum hw_result { HW_DONE, HW_BUSY, HW_REFUSED };
enum hw_contactor { HW_OPEN, HW_CLOSED, HW_WELDED };
enum hw_lock { HW_UNLOCKED, HW_LOCKED, HW_NO_LOCK };

/* What a charging point is; it does not change while the driver runs. */
struct hw_point {
	long max_milliamps;
	long min_milliamps;
	int phases;
	int nominal_volts;
	bool fixed_cable;
	const char *meter_type;
	const char *meter_serial;
};

/* A fault as Kerbside tells it to its backend; docs/drivers.md lists the error codes. */
struct hw_fault {
	const char *id;
	const char *error_code;
	const char *vendor_code;
	const char *text;
	bool warning;
};

/* How a charging point is now. */
struct hw_state {
	char pilot;             /* 'A' … 'F', IEC 61851 */
	long cable_milliamps;   /* what the plugged cable carries; -1: none, or a captive one */
	enum hw_contactor contactor;
	enum hw_lock lock;
	const struct hw_fault *faults[HW_MAX_FAULTS]; /* ends with NULL, or is full */
};

/* A reading of the billing meter; the register never goes back. */
struct hw_reading {
	double energy_wh;
	double power_w;
	double current_a[HW_PHASES];
	double voltage_v[HW_PHASES];
};

/* What a test mode can do; the names are those of docs/drivers.md. */
struct hw_action {
	const char *name;
	int evse;
	const char *text;   /* the card's uid, or the fault */
	bool flag;          /* force, or active */
};

/* Who made the hardware. */
extern const char *const hw_vendor;
extern const char *const hw_model;
extern const char *const hw_serial;
/* True only for hardware that is not real. */
extern const bool hw_simulated;

/* Prepares the hardware with open contactors; false: it does not answer. `arguments` is what stood behind `--hardware`. */
bool hw_open_all(int points, const char *arguments);
/* Looks at the hardware; called every 20 ms. */
void hw_poll(long long now_ms);
/* Contactors open, limits zero, locks as they are: the station is gone, or asked for it. */
void hw_make_safe(void);

int hw_points(void);
void hw_describe(int evse, struct hw_point *point);
void hw_read_state(int evse, struct hw_state *state);
/* False: the meter does not answer. */
bool hw_read_meter(int evse, struct hw_reading *reading);

/* Commands. A refusal sets `*why` to a sentence for people. */
enum hw_result hw_set_limit(int evse, long milliamps, const char **why);
enum hw_result hw_close(int evse, const char **why);
enum hw_result hw_open(int evse, const char **why);
enum hw_result hw_move_lock(int evse, bool locked, const char **why);
enum hw_result hw_indicate(int evse, const char *signal, const char **why);
enum hw_result hw_restart(const char **why);

/* The card that was shown since the last call, or NULL; sets `*evse` (0: a reader of the whole station). */
const char *hw_next_card(int *evse);

/* Optional: what can be played with in a simulation or on a test bench. Return an empty list for hardware in the field. */
const char *const *hw_actions(void);
bool hw_play(const struct hw_action *action, const char **why);

#endif
