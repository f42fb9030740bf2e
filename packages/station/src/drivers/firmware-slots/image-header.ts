/** What a simulated image does instead of running well. */
export type SimulatedDefect = 'installFails' | 'unverified' | 'doesNotStart' | 'cannotRestart';

/** What an image says of itself. */
export interface ImageHeader {
  /** Null when it names none. */
  readonly version: string | null;
  readonly defect: SimulatedDefect | null;
}

/** So many bytes of an image may be its header. */
export const headerBytes = 1_024;

const mark = 'KERBSIDE-FIRMWARE';
const longestVersion = 50;
const defects: ReadonlySet<string> = new Set<SimulatedDefect>([
  'installFails',
  'unverified',
  'doesNotStart',
  'cannotRestart',
]);

/**
 * Reads the header of a simulated image: a line `KERBSIDE-FIRMWARE`, then lines `name: value` up to an empty one; `version` (at
 * most 50 characters, OCPP's limit) and `simulate` are known. Any other beginning is an image without a header.
 */
export function readImageHeader(beginning: Uint8Array): ImageHeader {
  const [first = '', ...lines] = new TextDecoder().decode(beginning).split(/\r?\n/u);
  if (first.trim() !== mark) return { version: null, defect: null };
  const end = lines.indexOf('');
  const named = new Map(
    lines.slice(0, end < 0 ? lines.length : end).map((line) => {
      const [name = '', ...value] = line.split(':');
      return [name.trim().toLowerCase(), value.join(':').trim()] as const;
    }),
  );
  const version = (named.get('version') ?? '').slice(0, longestVersion);
  const defect = named.get('simulate') ?? '';
  return { version: version === '' ? null : version, defect: isDefect(defect) ? defect : null };
}

function isDefect(text: string): text is SimulatedDefect {
  return defects.has(text);
}
