import type { KeyValue } from '@kerbside/ocpp/ocpp16';

import type { ConfigurationEntry, StationCommands } from '../../station-commands.ts';
import type { Handler } from './handler.ts';

/** The longest value that GetConfiguration may carry (§7.29 CiString500). */
const longestValue = 500;

/**
 * GetConfiguration (§5.8, K-01): all keys without a filter, else the known ones and the unknown ones apart. A value that is too
 * long is left out and told as a problem (T-18); a list shows such a key not at all, and asked for by name it has no value.
 */
export const getConfiguration: Handler<'GetConfiguration'> = (request, commands) => {
  const { configuration } = commands;
  const wanted = (request.key ?? []).slice(0, configuration.maxKeys());
  const entries = wanted.length === 0 ? configuration.list() : wanted.map((name) => configuration.find(name));
  for (const entry of entries) if (entry !== null && !fits(entry)) tell(entry, commands);
  if (wanted.length === 0) return { payload: { configurationKey: configuration.list().filter(fits).map(toKeyValue) } };
  const configurationKey = entries.filter((entry) => entry !== null).map(toKeyValue);
  const unknownKey = wanted.filter((_, index) => entries[index] === null);
  return { payload: unknownKey.length === 0 ? { configurationKey } : { configurationKey, unknownKey } };
};

function tell({ key, value = '' }: ConfigurationEntry, commands: StationCommands): void {
  const limit = `GetConfiguration carries ${longestValue} characters`;
  commands.problem(`the value of ${key} was not told to the backend: it has ${value.length} characters, ${limit}`);
}

function fits(entry: ConfigurationEntry): boolean {
  return (entry.value?.length ?? 0) <= longestValue;
}

function toKeyValue(entry: ConfigurationEntry): KeyValue {
  const { key, value, readonly } = entry;
  return value === undefined || !fits(entry) ? { key, readonly } : { key, readonly, value };
}
