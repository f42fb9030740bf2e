import type { Notice, NoticeLevel } from '../daemon/notice.ts';
import type { DeliveryEvent } from '../delivery/delivery-events.ts';
import type { WireEvent } from '../dialects/dialect.ts';
import type { LinkState } from '../link/link-state.ts';
import type { StationEvent } from '../station/station-events.ts';

interface Told {
  readonly level: NoticeLevel;
  readonly text: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

type BearerTold = Extract<StationEvent, { readonly type: 'bearer' }>['state'];

/** What the log says of an event. */
export function noticeOf(event: StationEvent): Notice {
  return { area: event.type, station: event.station, ...toldOf(event) };
}

function toldOf(event: StationEvent): Told {
  switch (event.type) {
    case 'wire':
      return wireTold(event.event);
    case 'link':
      return linkTold(event.state);
    case 'bearer':
      return { level: 'info', text: bearerTold(event.state), fields: { ...event.state } };
    case 'registration':
      return { level: 'info', text: `registration ${event.state}`, fields: { state: event.state } };
    case 'status':
      return statusTold(event.report);
    case 'transaction':
      return transactionTold(event);
    case 'delivery':
      return deliveryTold(event.event);
    case 'parameters':
      return { level: 'info', text: `changed: ${event.changed.join(', ')}`, fields: { changed: event.changed } };
    case 'endpoint':
    case 'lifecycle':
    case 'security':
      return { level: 'info', text: joined(event.event, event.detail) };
    case 'clock':
      return {
        level: 'info',
        text: `the clock was set by ${Math.round(event.jumpMs)} ms`,
        fields: { jumpMs: event.jumpMs },
      };
    case 'store':
      return { level: event.health === 'ok' ? 'info' : 'error', text: joined(event.health, event.detail) };
    case 'eichrecht':
      return lawTold(event);
    case 'problem':
      return { level: 'warn', text: event.text };
  }
}

function transactionTold(told: Extract<StationEvent, { readonly type: 'transaction' }>): Told {
  const { event, evse, transaction } = told;
  return { level: 'info', text: `EVSE ${evse}: transaction ${event}`, fields: { evse, transaction, event } };
}

function lawTold(told: Extract<StationEvent, { readonly type: 'eichrecht' }>): Told {
  const { event, evse, cause, detail } = told;
  const place = evse === 0 ? 'station' : `EVSE ${evse}`;
  const text = joined(`${place} ${event} (${cause})`, detail);
  return { level: event === 'released' ? 'info' : 'warn', text, fields: { evse, cause } };
}

function joined(what: string, detail: string): string {
  return detail === '' ? what : `${what}: ${detail}`;
}

function wireTold(event: WireEvent): Told {
  if (event.kind === 'mishap') {
    const action = event.action === null ? '' : ` (${event.action})`;
    return { level: 'warn', text: `${event.what}${action}: ${event.problem}` };
  }
  const { direction, messageType, action, id, latencyMs, text } = event;
  const arrow = direction === 'out' ? '→' : '←';
  return { level: 'debug', text: `${arrow} ${text}`, fields: { direction, messageType, action, id, latencyMs } };
}

function linkTold(state: LinkState): Told {
  const because = state.reason === '' ? '' : `: ${state.reason}`;
  const fields = { ...state };
  switch (state.kind) {
    case 'connecting':
      return {
        level: state.stage === 'dns' ? 'info' : 'debug',
        text: `connecting to ${state.url} (${state.stage})${because}`,
        fields,
      };
    case 'open':
      return { level: 'info', text: `open, ${state.subProtocol}${because}`, fields };
    case 'backingOff':
      return {
        level: 'warn',
        text: state.attempt === 0 ? `waiting${because}` : `attempt ${state.attempt} failed, waiting${because}`,
        fields,
      };
    case 'waitingForBearer':
    case 'disabled':
      return { level: 'info', text: `${state.kind}${because}`, fields };
  }
}

function bearerTold({ name, interface: device, address, reason, policyRouting }: BearerTold): string {
  if (name === 'none') return reason;
  const where = [device, address].filter((part) => part !== null).join(', ');
  return `${name}${where === '' ? '' : ` (${where})`}: ${reason}; routing by source address: ${policyRouting}`;
}

function statusTold(report: Extract<StationEvent, { readonly type: 'status' }>['report']): Told {
  const { evse, status, errorCode, info } = report;
  const place = evse === 0 ? 'station' : `EVSE ${evse}`;
  const error = errorCode === 'NoError' ? '' : ` (${errorCode}${info === null ? '' : `: ${info}`})`;
  return { level: 'info', text: `${place} ${status}${error}`, fields: { evse, status, errorCode } };
}

function deliveryTold(event: DeliveryEvent): Told {
  const fields = { ...event };
  switch (event.kind) {
    case 'enqueued':
    case 'transmitted':
    case 'delivered':
    case 'cut':
    case 'thinned':
    case 'unparked':
      return { level: 'debug', text: `${event.fact} ${event.kind}`, fields };
    case 'refused':
      return { level: 'warn', text: `${event.fact} refused: ${event.code} ${event.text}`.trimEnd(), fields };
    case 'unanswered':
      return { level: 'warn', text: `${event.fact} was not answered`, fields };
    case 'parked':
      return { level: 'warn', text: `${event.fact} parked: ${event.reason}`, fields };
    case 'dropped':
      return { level: 'error', text: `${event.fact} given up (${event.reason})`, fields };
    case 'overflowBegan':
      return { level: 'warn', text: `the outbox is full (${event.waiting} of ${event.bound})`, fields };
    case 'overflowEnded':
      return { level: 'info', text: `the outbox has room again (${event.dropped} given up)`, fields };
    case 'resetConnection':
      return { level: 'warn', text: 'the connection is made anew, because the outbox is full', fields };
    case 'storeBlocked':
      return { level: 'error', text: `an answer could not be recorded: ${event.problem}`, fields };
    case 'storeRecovered':
      return { level: 'info', text: 'answers can be recorded again', fields };
    case 'hookFailed':
      return { level: 'error', text: `a step after the delivery failed: ${event.problem}`, fields };
    case 'resendBegan':
      return { level: 'info', text: `${event.parked} parked facts are tried again (${event.reason})`, fields };
  }
}
