#!/usr/bin/env python3
"""A Kerbside driver in Python 3.9, standard library only: speaks the driver protocol 1.0 (docs/drivers.md) at a Unix socket
and calls hardware.py. You should not have to change this file."""

import argparse
import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import sys
import time

from hardware import Refused, SimulatedHardware

HEARTBEAT_S = 1.0
LOST_AFTER_S = 3.0
STEP_S = 0.02
LONGEST_LINE = 64 * 1024
#: What may wait to be read by the far end.
LONGEST_BACKLOG = 256 * 1024

NOT_JSON, NO_REQUEST, UNKNOWN_METHOD, WRONG_PARAMS, REFUSED = -32700, -32600, -32601, -32602, -32000

#: The fields of each command besides `evse`, with their types, and its time limit in seconds.
COMMANDS = {
    "setLimit": ({"milliamps": (int, float)}, 5),
    "closeContactor": ({}, 10),
    "openContactor": ({}, 10),
    "lock": ({}, 10),
    "unlock": ({}, 10),
    "readState": ({}, 5),
    "readMeter": ({}, 5),
    "beginMeter": ({"transaction": str}, 30),
    "endMeter": ({"transaction": str}, 30),
    "indicate": ({"signal": str}, 5),
    "restart": ({}, 30),
}

#: The parts that move, by command.
PARTS = {"closeContactor": "contactor", "openContactor": "contactor", "lock": "lock", "unlock": "lock"}


class RpcError(Exception):
    def __init__(self, number, message):
        super().__init__(message)
        self.number = number


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


class Connection:
    """One connection: lines, heartbeats, and the loss of the far end."""

    def __init__(self, driver, reader, writer):
        self.driver = driver
        self.reader = reader
        self.writer = writer
        self.heard = time.monotonic()
        self.tasks = set()
        #: What still moves, by charging point and part: the last word counts.
        self.moving = {}

    def send(self, message):
        if self.writer.is_closing():
            return
        if self.writer.transport.get_write_buffer_size() > LONGEST_BACKLOG:
            self.writer.transport.abort()  # it does not read what it is sent
        else:
            line = json.dumps({"jsonrpc": "2.0", **message}, separators=(",", ":"))
            self.writer.write(line.encode() + b"\n")

    async def run(self):
        beat = asyncio.ensure_future(self.beat())
        try:
            await self.read()
        except ConnectionError:
            pass
        finally:
            beat.cancel()
            for task in self.tasks:
                task.cancel()
            self.driver.gone(self)
            self.writer.close()

    async def beat(self):
        while time.monotonic() - self.heard <= LOST_AFTER_S:
            self.send({"method": "$/heartbeat", "params": {}})
            await asyncio.sleep(HEARTBEAT_S)
        self.writer.transport.abort()

    async def read(self):
        rest, skipping = b"", False
        while True:
            chunk = await self.reader.read(LONGEST_LINE)
            if not chunk:
                return
            self.heard = time.monotonic()
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                if skipping or len(line) > LONGEST_LINE:
                    self.refuse(None, RpcError(NO_REQUEST, "the line is too long"))
                elif line.strip():
                    self.take(line)
                skipping = False
            if len(rest) > LONGEST_LINE:
                rest, skipping = b"", True

    def take(self, line):
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            self.refuse(None, RpcError(NOT_JSON, "not JSON"))
            return
        if not isinstance(message, dict):
            self.refuse(None, RpcError(NO_REQUEST, "a message is an object"))
        elif isinstance(message.get("method"), str):
            if "id" not in message:
                return  # heartbeats and cancellations: what was given up is finished, its answer is ignored
            # Requests are answered when they are done, not one after another.
            task = asyncio.ensure_future(self.answer(message))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
        elif "id" not in message:
            self.refuse(None, RpcError(NO_REQUEST, "neither request nor notification"))

    async def answer(self, message):
        identity = message["id"]
        try:
            result = await self.driver.request(self, message["method"], message.get("params"))
        except RpcError as error:
            self.refuse(identity, error)
        except Refused as refusal:
            self.refuse(identity, RpcError(REFUSED, str(refusal)))
        except asyncio.TimeoutError:
            self.refuse(identity, RpcError(REFUSED, "the hardware did not get there in time"))
        except asyncio.CancelledError:
            self.refuse(identity, RpcError(REFUSED, "a later command overtook it"))
        else:
            self.send({"id": identity, "result": result})

    def refuse(self, identity, error):
        data = {"code": "driver.refused"}
        self.send({"id": identity, "error": {"code": error.number, "message": str(error), "data": data}})


class Driver:
    """The protocol: one station at a time, what it is told, and what it asks for."""

    def __init__(self, hardware):
        self.hardware = hardware
        self.station = None
        self.told = {}
        self.meters = {}

    async def serve(self, path):
        listener = socket.socket(socket.AF_UNIX)
        with contextlib.suppress(OSError):
            with socket.socket(socket.AF_UNIX) as other:
                other.connect(path)
                sys.exit(f"a driver is already running at {path}")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        # Owner and group may connect: run Kerbside in this group.
        mask = os.umask(0o117)
        listener.bind(path)
        os.umask(mask)
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        self.hardware.make_safe()
        server = await asyncio.start_unix_server(self.accept, sock=listener)
        print(f"listening at {path}", flush=True)
        watch = asyncio.ensure_future(self.watch())
        await stop.wait()
        watch.cancel()
        server.close()
        self.hardware.make_safe()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)

    async def accept(self, reader, writer):
        await Connection(self, reader, writer).run()

    def gone(self, connection):
        if connection is self.station:
            self.release()

    def release(self):
        """The station is gone, or says goodbye: the hardware falls back by itself."""
        for task in self.station.moving.values():
            task.cancel()
        self.station = None
        self.hardware.make_safe()

    async def watch(self):
        while True:
            self.tell_changes()
            await asyncio.sleep(STEP_S)

    def tell_changes(self):
        """Tells the station what changed at the hardware since it was told last."""
        for evse in self.hardware.points:
            before, now = self.told.get(evse), self.hardware.state(evse)
            self.told[evse] = now
            if before is not None:
                for event in changes(evse, before, now):
                    self.tell(event)
        for evse, uid in self.hardware.next_cards():
            self.tell({"type": "card", "evse": evse, "uid": uid})

    def tell(self, event):
        if self.station is not None:
            self.station.send({"method": "event", "params": event})

    async def request(self, connection, method, params):
        if method == "start":
            return self.start(connection, params)
        if method == "simulate":
            return self.simulate(params)
        if method not in ("command", "stop"):
            raise RpcError(UNKNOWN_METHOD, f"the driver knows no method {method}")
        if connection is not self.station:
            raise RpcError(REFUSED, "start the driver first")
        if method == "command":
            return await self.command(connection, params)
        self.release()
        return {}

    def start(self, connection, params):
        # Versions of one major number understand each other.
        version = params.get("protocol") if isinstance(params, dict) else None
        if not isinstance(version, str) or re.fullmatch(r"1\.\d+", version) is None:
            raise RpcError(REFUSED, "this driver speaks version 1.0 of the driver protocol; update driver or station")
        if self.station not in (None, connection):
            raise RpcError(REFUSED, "another station uses this hardware")
        self.station = connection
        evses = [self.hardware.describe(evse) for evse in self.hardware.points]
        self.told = {evse["id"]: evse["state"] for evse in evses}
        return {"protocol": "1.0", **self.hardware.about, "actions": self.hardware.actions, "evses": evses}

    def simulate(self, params):
        if not self.hardware.actions:
            raise RpcError(UNKNOWN_METHOD, "this hardware is real: it cannot be played with")
        if not isinstance(params, dict) or not isinstance(params.get("action"), str):
            raise RpcError(WRONG_PARAMS, "an action has a name")
        self.hardware.play(params)
        self.tell_changes()
        return {}

    async def command(self, connection, params):
        kind, evse = self.check(params)
        moving, limit_s = connection.moving, COMMANDS[kind][1]
        part = (evse, PARTS.get(kind, kind))
        overtaken = list(moving.values()) if kind == "restart" else [moving[part]] if part in moving else []
        for task in overtaken:
            task.cancel()
        if kind in PARTS:
            moving[part] = asyncio.current_task()
        try:
            result = await asyncio.wait_for(self.do(kind, evse, params), limit_s)
        finally:
            if moving.get(part) is asyncio.current_task():
                del moving[part]
        self.tell_changes()
        return result

    def check(self, params):
        kind = params.get("type") if isinstance(params, dict) else None
        if not isinstance(kind, str) or kind not in COMMANDS:
            raise RpcError(WRONG_PARAMS, "there is no such command")
        evse = params.get("evse")
        if kind != "restart" and (not is_number(evse) or evse not in self.hardware.points):
            raise RpcError(WRONG_PARAMS, "there is no such charging point")
        for name, wanted in COMMANDS[kind][0].items():
            value = params.get(name)
            if not isinstance(value, wanted) or isinstance(value, bool):
                raise RpcError(WRONG_PARAMS, f"{name} is missing, or of the wrong type")
        return kind, evse

    async def do(self, kind, evse, params):
        hardware = self.hardware
        if kind == "readState":
            return hardware.state(evse)
        if kind == "readMeter":
            return hardware.read_meter(evse)
        if kind in ("beginMeter", "endMeter"):
            return self.bound_meter(kind, evse, params["transaction"])
        if kind == "setLimit":
            await hardware.set_limit(evse, params["milliamps"])
        elif kind == "closeContactor":
            await hardware.close_contactor(evse)
        elif kind == "openContactor":
            await hardware.open_contactor(evse)
        elif kind == "indicate":
            await hardware.indicate(evse, params["signal"])
        elif kind == "restart":
            await hardware.restart()
        else:
            await hardware.move_lock(evse, kind == "lock")
        return {}

    def bound_meter(self, kind, evse, transaction):
        """Begin and end answer the same when asked twice; an unknown transaction ends with the register."""
        known = self.meters.get(evse, {})
        if known.get("transaction") != transaction:
            known = {"transaction": transaction}
            if kind == "beginMeter":
                self.meters[evse] = known
        if kind not in known:
            known[kind] = {"reading": self.hardware.read_meter(evse), "signed": []}
        return known[kind]


def changes(evse, before, now):
    """The events that bring a station from one state to the next."""

    def missing(faults, others):
        ids = [other["id"] for other in others]
        return [fault for fault in faults if fault["id"] not in ids]

    for fault in missing(now["faults"], before["faults"]):
        yield {"type": "fault", "evse": evse, "fault": fault, "active": True}
    if now["cableMilliamps"] != before["cableMilliamps"]:
        yield {"type": "cable", "evse": evse, "milliamps": now["cableMilliamps"]}
    for name in ("pilot", "contactor", "lock"):
        if now[name] != before[name]:
            yield {"type": name, "evse": evse, "state": now[name]}
    for fault in missing(before["faults"], now["faults"]):
        yield {"type": "fault", "evse": evse, "fault": fault, "active": False}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--socket", required=True, help="where to listen")
    parser.add_argument("--evses", type=int, default=1, help="how many charging points are simulated")
    parser.add_argument("--hardware", help="the file in which the simulated meters keep their registers")
    arguments = parser.parse_args()
    asyncio.run(Driver(SimulatedHardware(arguments.evses, arguments.hardware)).serve(arguments.socket))


if __name__ == "__main__":
    main()
