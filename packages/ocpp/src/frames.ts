/** A request: `[2, id, action, payload]` (OCPP-J 1.6 §4.2.1, T-08). */
export interface CallFrame {
  readonly kind: 'call';
  readonly id: string;
  readonly action: string;
  readonly payload: unknown;
}

/** A positive answer: `[3, id, payload]` (OCPP-J 1.6 §4.2.2, T-08). */
export interface CallResultFrame {
  readonly kind: 'callResult';
  readonly id: string;
  readonly payload: unknown;
}

/** A refusal of a request: `[4, id, code, description, details]` (OCPP-J 1.6 §4.2.3, T-08). */
export interface CallErrorFrame {
  readonly kind: 'callError';
  readonly id: string;
  /** As on the wire; `parseErrorCode` understands it. */
  readonly code: string;
  readonly description: string;
  readonly details: object;
}

/** 2.1 only: a refusal of an answer, `[5, id, code, description, details]` (J-11). */
export interface CallResultErrorFrame {
  readonly kind: 'callResultError';
  readonly id: string;
  readonly code: string;
  readonly description: string;
  readonly details: object;
}

/** 2.1 only: a message that is never answered, `[6, id, action, payload]` (J-11). */
export interface SendFrame {
  readonly kind: 'send';
  readonly id: string;
  readonly action: string;
  readonly payload: unknown;
}

/** Every kind of frame of every version. */
export type Frame = CallFrame | CallResultFrame | CallErrorFrame | CallResultErrorFrame | SendFrame;

/** Text that is no frame, with as much as could be read of it. */
export interface MalformedFrame {
  readonly kind: 'malformed';
  /** The message id, when there is one of at most 36 characters. */
  readonly id?: string;
  /** The message type number, when the first element is a number. */
  readonly messageType?: number;
  readonly problem: string;
}

/** What `parseFrame` made of a text. */
export type ParsedFrame = { readonly kind: 'frame'; readonly frame: Frame } | MalformedFrame;

/** The longest message id, in UTF-16 units (OCPP-J 1.6 §4.1.4, T-09). */
export const maxMessageIdLength = 36;

/** The longest id that is read: backends are known that send a GUID in braces, which has 38 characters, and want their answer. */
const longestReadableId = 255;

/** The first element of the array, by kind of frame (OCPP-J 1.6 §4.1.3; the last two J-11). */
export const messageTypes = {
  call: 2,
  callResult: 3,
  callError: 4,
  callResultError: 5,
  send: 6,
} as const;

/**
 * Reads one text frame of any OCPP version; never throws, whatever the text is (T-13).
 *
 * Accepted beyond the letter: a `null` payload, read as `{}` (T-19), and a CALLERROR whose description or details are
 * missing or of another type, read as `''` and `{}`, because the code is what counts.
 */
export function parseFrame(text: string): ParsedFrame {
  let array: unknown;
  try {
    array = JSON.parse(text);
  } catch {
    return { kind: 'malformed', problem: 'The text is not JSON.' };
  }
  if (!Array.isArray(array)) return { kind: 'malformed', problem: 'The text is not a JSON array.' };
  return readElements(array);
}

/** The text of a frame; a payload that is `undefined` or `null` leaves as `{}` (T-17, T-19). */
export function encodeFrame(frame: Frame): string {
  const type = messageTypes[frame.kind];
  if ('action' in frame) return JSON.stringify([type, frame.id, frame.action, frame.payload ?? {}]);
  if ('code' in frame) return JSON.stringify([type, frame.id, frame.code, frame.description, frame.details]);
  return JSON.stringify([type, frame.id, frame.payload ?? {}]);
}

function readElements(elements: readonly unknown[]): ParsedFrame {
  const type = elements[0];
  if (typeof type !== 'number') return { kind: 'malformed', problem: 'The message type is not a number.' };
  const id = elements[1];
  if (typeof id !== 'string' || id.length > longestReadableId) {
    return {
      kind: 'malformed',
      messageType: type,
      problem: 'The message id is not a string of at most 255 characters.',
    };
  }
  switch (type) {
    case messageTypes.call:
      return readRequest('call', id, elements);
    case messageTypes.callResult:
      return readResult(id, elements);
    case messageTypes.callError:
      return readError('callError', id, elements);
    case messageTypes.callResultError:
      return readError('callResultError', id, elements);
    case messageTypes.send:
      return readRequest('send', id, elements);
    default:
      return { kind: 'malformed', id, messageType: type, problem: 'The message type number is unknown.' };
  }
}

function readRequest(kind: 'call' | 'send', id: string, elements: readonly unknown[]): ParsedFrame {
  const action = elements[2];
  if (elements.length !== 4 || typeof action !== 'string') {
    return {
      kind: 'malformed',
      id,
      messageType: messageTypes[kind],
      problem: 'A request is [type, id, action, payload].',
    };
  }
  return { kind: 'frame', frame: { kind, id, action, payload: elements[3] ?? {} } };
}

function readResult(id: string, elements: readonly unknown[]): ParsedFrame {
  if (elements.length !== 3) {
    return {
      kind: 'malformed',
      id,
      messageType: messageTypes.callResult,
      problem: 'A CALLRESULT is [3, id, payload].',
    };
  }
  return { kind: 'frame', frame: { kind: 'callResult', id, payload: elements[2] ?? {} } };
}

function readError(kind: 'callError' | 'callResultError', id: string, elements: readonly unknown[]): ParsedFrame {
  const [, , code, description, details] = elements;
  if (typeof code !== 'string' || elements.length > 5) {
    const problem = 'An error is [type, id, code, description, details].';
    return { kind: 'malformed', id, messageType: messageTypes[kind], problem };
  }
  return {
    kind: 'frame',
    frame: {
      kind,
      id,
      code,
      description: typeof description === 'string' ? description : '',
      details: typeof details === 'object' && details !== null ? details : {},
    },
  };
}
