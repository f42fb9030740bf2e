"""The seam between the driver and your hardware: replace SimulatedHardware by a class that talks to your controller.

Safety is yours: residual current, contactor, temperature, pilot and lock are supervised by the hardware controller itself,
whatever this process and Kerbside say or fail to say.
"""

import asyncio
import json
import os
import time

MAX_MILLIAMPS = 32_000
MIN_MILLIAMPS = 6_000
VOLTS = 230.0
CONTACTOR_S = 0.06
LOCK_S = 0.2
VEHICLE_S = 0.5

GROUND_FAILURE = {
    "id": "groundFailure",
    "errorCode": "GroundFailure",
    "vendorCode": "EX-RCD",
    "text": "Residual current detected",
    "severity": "fault",
}


class Refused(Exception):
    """The hardware does not do it; the text says why."""


class Point:
    """One simulated charging point."""

    def __init__(self, register_wh):
        self.plugged = False
        self.locked = False
        self.closed = False
        self.offered_since = None
        self.ground_failure = False
        self.limit = 0
        self.register_wh = register_wh
        self.counted = time.monotonic()

    def amps(self):
        ready = self.offered_since is not None and time.monotonic() - self.offered_since >= VEHICLE_S
        return self.limit / 1000 if ready else 0.0

    def count(self):
        now = time.monotonic()
        self.register_wh += 3 * VOLTS * self.amps() * (now - self.counted) / 3600
        self.counted = now

    def change(self, **values):
        """Changes something; what flowed until now is counted first."""
        self.count()
        for name, value in values.items():
            setattr(self, name, value)
        if not (self.closed and self.limit > 0):
            self.offered_since = None
        elif self.offered_since is None:
            self.offered_since = time.monotonic()


class SimulatedHardware:
    """What the driver calls. Coroutines return when the hardware really did it, and raise Refused when it did not."""

    about = {"simulated": True, "vendor": "Example", "model": "Python driver", "serial": "EX-PY-1"}
    #: What a test mode can do; an empty list for hardware in the field.
    actions = ["plug", "unplug", "card", "fault"]

    def __init__(self, points, state_file=None):
        self.points = {evse: Point(1000.0 * evse) for evse in range(1, points + 1)}
        self.cards = []
        self.state_file = state_file
        self._load()

    def describe(self, evse):
        return {
            "id": evse,
            "maxMilliamps": MAX_MILLIAMPS,
            "minMilliamps": MIN_MILLIAMPS,
            "phases": 3,
            "nominalVolts": VOLTS,
            "fixedCable": False,
            "meter": {
                "type": "Example meter",
                "serial": f"EX-METER-{evse}",
                "signs": False,
                "measurands": [
                    "Energy.Active.Import.Register",
                    "Power.Active.Import",
                    "Current.Import",
                    "Voltage",
                ],
            },
            "state": self.state(evse),
        }

    def state(self, evse):
        point = self.points[evse]
        asks = point.offered_since is not None and time.monotonic() - point.offered_since >= VEHICLE_S / 2
        return {
            "pilot": "A" if not point.plugged else "C" if asks else "B",
            "cableMilliamps": MAX_MILLIAMPS if point.plugged else None,
            "contactor": "closed" if point.closed else "open",
            "lock": "locked" if point.locked else "unlocked",
            "faults": [GROUND_FAILURE] if point.ground_failure else [],
        }

    def read_meter(self, evse):
        point = self.points[evse]
        point.count()
        self._save()
        amps = point.amps()
        return {
            "energyImportWh": round(point.register_wh, 3),
            "powerW": round(3 * VOLTS * amps, 1),
            "currentA": [amps] * 3,
            "voltageV": [VOLTS] * 3,
        }

    async def set_limit(self, evse, milliamps):
        if milliamps != 0 and not MIN_MILLIAMPS <= milliamps <= MAX_MILLIAMPS:
            raise Refused(f"{milliamps} mA cannot be offered; give 0 or {MIN_MILLIAMPS} to {MAX_MILLIAMPS} mA")
        self.points[evse].change(limit=int(milliamps))

    async def close_contactor(self, evse):
        point = self.points[evse]
        self._may_close(point)
        await asyncio.sleep(CONTACTOR_S)
        self._may_close(point)
        point.change(closed=True)

    async def open_contactor(self, evse):
        self.points[evse].change(closed=False)

    async def move_lock(self, evse, locked):
        point = self.points[evse]
        if locked and not point.plugged:
            raise Refused("there is no plug to lock")
        if point.locked != locked:
            await asyncio.sleep(LOCK_S)
            point.locked = locked and point.plugged

    async def indicate(self, evse, signal):
        """Here lamps would be switched, or a sound made."""

    async def restart(self):
        self.make_safe()

    def make_safe(self):
        """Contactors open, limits zero, locks as they are: the station is gone, or asked for it. Takes no time."""
        for point in self.points.values():
            point.change(closed=False, limit=0)
        self._save()

    def next_cards(self):
        cards, self.cards = self.cards, []
        return cards

    def play(self, action):
        """Plays a vehicle, a card or a fault, for tests."""
        name, evse = action["action"], action.get("evse", 0)
        if name == "card":
            self.cards.append((evse, str(action.get("uid", ""))))
            return
        point = self.points.get(evse)
        if point is None:
            raise Refused(f"there is no charging point {evse}")
        if name == "plug":
            point.plugged = True
        elif name == "unplug":
            if point.locked and action.get("force") is not True:
                raise Refused("the plug is locked")
            # The controller opens by itself when the pilot is gone; nobody has to ask it.
            point.change(closed=False, plugged=False, locked=False)
        elif name == "fault" and action.get("fault") == GROUND_FAILURE["id"]:
            point.ground_failure = action.get("active") is True
            if point.ground_failure:
                point.change(closed=False)
        else:
            raise Refused(f"this cannot be played; known are {', '.join(self.actions)}")
        self._save()

    @staticmethod
    def _may_close(point):
        if not point.plugged:
            raise Refused("the contactor stays open: no vehicle")
        if point.ground_failure:
            raise Refused("the contactor stays open: residual current")

    def _save(self):
        """The registers outlive the process, as those of a real meter do."""
        if self.state_file is None:
            return
        names = ("register_wh", "plugged", "locked")
        state = {evse: {name: getattr(point, name) for name in names} for evse, point in self.points.items()}
        with open(f"{self.state_file}.new", "w", encoding="utf-8") as file:
            json.dump(state, file)
        os.replace(f"{self.state_file}.new", self.state_file)

    def _load(self):
        if self.state_file is None or not os.path.exists(self.state_file):
            return
        with open(self.state_file, encoding="utf-8") as file:
            state = json.load(file)
        for evse, values in state.items():
            if int(evse) in self.points:
                self.points[int(evse)].change(**values)
