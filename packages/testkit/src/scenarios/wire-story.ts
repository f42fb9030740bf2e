import { isRecord } from '@kerbside/station';

import { say } from '../say.ts';
import type { World } from '../world/world.ts';

/** What is no part of the story of a test case: it may come at any moment. */
const beside: readonly string[] = ['Heartbeat', 'MeterValues', 'SecurityEventNotification'];

/** What counts in a CALL of the station, each in few words. */
const words: Readonly<Record<string, readonly string[]>> = {
  Authorize: ['idTag'],
  StartTransaction: ['connectorId', 'idTag'],
  StatusNotification: ['connectorId', 'status', 'errorCode'],
  StopTransaction: ['reason', 'idTag'],
};

/** A place in the story of a world, to read on from. */
export function mark(world: World): number {
  return world.backend.frames.all().length;
}

/**
 * What passed since a mark, in order: CALLs of the station (`StatusNotification 1 Preparing NoError`), its answers
 * (`answer Accepted`), and the CALLs of the backend (`< Reset`). Heartbeats, values and security events are left out.
 */
export function wireStory(world: World, since: number): readonly string[] {
  return world.backend.frames
    .all()
    .slice(since)
    .flatMap(({ direction, text }) => lineOf(direction === 'in', JSON.parse(text)));
}

function lineOf(fromStation: boolean, frame: unknown): readonly string[] {
  const [type, , action, content]: readonly unknown[] = Array.isArray(frame) ? frame : [];
  if (type === 3 && fromStation) return [`answer ${isRecord(action) ? say(action['status'] ?? '') : ''}`.trim()];
  if (type !== 2 || typeof action !== 'string' || beside.includes(action)) return [];
  return fromStation ? [told(action, isRecord(content) ? content : {})] : [`< ${action}`];
}

function told(action: string, payload: Readonly<Record<string, unknown>>): string {
  const said = (words[action] ?? []).flatMap((name) => (payload[name] === undefined ? [] : [say(payload[name])]));
  return [action, ...said].join(' ');
}
