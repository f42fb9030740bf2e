import type { OptionRow } from './command.ts';

/** Where the daemon keeps everything. */
export const data: OptionRow = {
  name: 'data',
  type: 'string',
  value: 'DIR',
  description:
    'The data folder (else KERBSIDE_DATA; else /var/lib/kerbside for root where it exists, ./.kerbside otherwise).',
};
/** Which station is meant. */
export const station: OptionRow = {
  name: 'station',
  type: 'string',
  value: 'NAME',
  description: 'The station, by its identity; needed only when the daemon has several.',
};
/** The answer for programs. */
export const json: OptionRow = {
  name: 'json',
  type: 'boolean',
  description: 'Answer in JSON, also when it is refused.',
};
/** Nothing is changed. */
export const dryRun: OptionRow = { name: 'dry-run', type: 'boolean', description: 'Only say what would happen.' };
/** The configuration file. */
export const config: OptionRow = {
  name: 'config',
  type: 'string',
  value: 'FILE',
  description:
    'The configuration file in YAML (else KERBSIDE_CONFIG, else kerbside.yaml in the data folder, if there is one).',
};
/** The name of the station at its backend. */
export const identity: OptionRow = {
  name: 'identity',
  type: 'string',
  value: 'TEXT',
  description:
    'The identity of the station at its backend, for this run; with --stations a template such as SIM{n:04}.',
};
/** How many stations run. */
export const stations: OptionRow = {
  name: 'stations',
  type: 'string',
  value: 'N',
  description: 'Run so many stations that differ only in their identities (default SIM0001, SIM0002 …), for this run.',
};
/** Where the backend is. */
export const backend: OptionRow = {
  name: 'backend',
  type: 'string',
  value: 'URL',
  description:
    'The address of the backend without the identity, for this run: ws(s)://host[:port]/path. The backend may raise ws to wss.',
};
/** Whether simulated meters sign. */
export const signed: OptionRow = {
  name: 'signed',
  type: 'boolean',
  description: 'The meters of a simulated station sign what they measure; every record says that it is a test.',
};
/** How many charging points are simulated. */
export const evses: OptionRow = {
  name: 'evses',
  type: 'string',
  value: 'N',
  description: 'How many charging points a simulated station has (default 2).',
};
