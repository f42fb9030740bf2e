/** The words of `ConnectorPhaseRotation` (OCPP 1.6 §9.1.6). */
const rotations = ['NotApplicable', 'Unknown', 'RST', 'RTS', 'SRT', 'STR', 'TRS', 'TSR'] as const;

/** The rotation of one connector; 0 is the main meter. */
interface ConnectorRotation {
  readonly connector: number;
  readonly rotation: string;
}

/** A list as it is stored, or why it is refused. */
type RotationsResult = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

/** Reads `0.RST, 1.STR`, or the bare word of connector 1, in any letter case; writes it as it is read back. */
export function parseRotations(text: string): RotationsResult {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  const bare = items.length === 1 ? rotationWord(items[0] ?? '') : undefined;
  if (bare !== undefined) return { ok: true, text: bare };
  const found = new Map<number, string>();
  for (const item of items) {
    const match = /^(\d{1,4})\.([a-z]+)$/i.exec(item);
    const rotation = rotationWord(match?.[2] ?? '');
    if (match === null || rotation === undefined) return { ok: false, reason: badItem(item) };
    found.set(Number(match[1]), rotation);
  }
  return { ok: true, text: [...found].map(([connector, rotation]) => `${connector}.${rotation}`).join(',') };
}

/** The word for one connector in a stored list; what is not named is `Unknown`. */
export function rotationWordAt(stored: string, connector: number): string {
  return entriesOf(stored).find((entry) => entry.connector === connector)?.rotation ?? 'Unknown';
}

/** The list with another word for one connector. */
export function withRotationAt(stored: string, connector: number, rotation: string): string {
  const entries = entriesOf(stored).filter((entry) => entry.connector !== connector);
  const all = [...entries, { connector, rotation }].toSorted((one, other) => one.connector - other.connector);
  return all.map((entry) => `${entry.connector}.${entry.rotation}`).join(',');
}

/** Whether a list names a rotation of another connector. */
export function isOtherRotated(stored: string, connector: number): boolean {
  return entriesOf(stored).some((entry) => entry.connector !== connector && entry.rotation !== 'Unknown');
}

/** The highest connector that a list names. */
export function highestRotatedConnector(stored: string): number {
  return Math.max(0, ...entriesOf(stored).map(({ connector }) => connector));
}

/** How many connectors a list names. */
export function rotationCount(stored: string): number {
  return entriesOf(stored).length;
}

function entriesOf(stored: string): readonly ConnectorRotation[] {
  if (stored === '') return [];
  return stored.split(',').map((item) => {
    const split = item.indexOf('.');
    return split < 0
      ? { connector: 1, rotation: item }
      : { connector: Number(item.slice(0, split)), rotation: item.slice(split + 1) };
  });
}

function rotationWord(text: string): string | undefined {
  return rotations.find((word) => word.toLowerCase() === text.toLowerCase());
}

function badItem(item: string): string {
  return `"${item}" is none of connector.rotation, such as 1.RST; rotations are ${rotations.join(', ')}.`;
}
