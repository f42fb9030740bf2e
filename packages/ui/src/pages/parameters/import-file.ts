/** What belongs to one station only: copied to another, two would be one to the backend. */
const individual = [
  /^backend\.identity$/,
  /^backend\.authorizationKey$/,
  /^station\.\w*serialNumber$/i,
  /^eichrecht\.evseId(_\d+)?$/,
];

/** Values by name, as an export or a plain file of values has them. */
export interface SettingsFile {
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Reads a file with settings; null: it holds none. */
export function readSettings(name: string, text: string): SettingsFile | null {
  const document = parsed(text);
  if (!isRecord(document)) return null;
  const inner = document['format'] === 'kerbside.parameters' ? document['parameters'] : document;
  return isRecord(inner) && Object.keys(inner).length > 0 ? { name, parameters: inner } : null;
}

/** The settings without what belongs to one station only. */
export function withoutIndividual({ name, parameters }: SettingsFile): SettingsFile {
  const kept = Object.entries(parameters).filter(([id]) => !individual.some((pattern) => pattern.test(id)));
  return { name, parameters: Object.fromEntries(kept) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
