/** What a message id is made of; the same parts always give the same id, so a retransmission keeps it over restarts. */
export interface MessageIdParts {
  /** 16 hexadecimal digits, drawn once for a database: ids stay unique when the data folder is lost and seqs begin anew. */
  readonly installation: string;
  /** Of the fact, below 2⁴⁸. */
  readonly seq: number;
  /** Durable CALLERRORs for the fact: each gives the next transmission an id of its own (T-09). */
  readonly refusals: number;
}

const refusalsModulus = 0x1_0000;

/** The id in the shape of a UUID, 36 characters: installation, refusals, seq. */
export function messageIdOf(parts: MessageIdParts): string {
  const { installation } = parts;
  const refusals = (parts.refusals % refusalsModulus).toString(16).padStart(4, '0');
  const seq = parts.seq.toString(16).padStart(12, '0');
  return `${installation.slice(0, 8)}-${installation.slice(8, 12)}-${installation.slice(12)}-${refusals}-${seq}`;
}

/** Reads an id back; `undefined` for one that was not made here. */
export function parseMessageId(text: string): MessageIdParts | undefined {
  const match = /^([\da-f]{8})-([\da-f]{4})-([\da-f]{4})-([\da-f]{4})-([\da-f]{12})$/.exec(text);
  if (match === null) return undefined;
  const [, first = '', second = '', third = '', refusals = '', seq = ''] = match;
  return {
    installation: `${first}${second}${third}`,
    refusals: Number.parseInt(refusals, 16),
    seq: Number.parseInt(seq, 16),
  };
}

/** Draws the installation part from a UUID. */
export function installationFrom(uuid: string): string {
  return uuid.replaceAll('-', '').slice(-16);
}
