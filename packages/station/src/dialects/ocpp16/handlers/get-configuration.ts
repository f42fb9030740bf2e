import type { KeyValue } from '@kerbside/ocpp/ocpp16';

import type { ConfigurationEntry } from '../../station-commands.ts';
import type { Handler } from './handler.ts';

/** The longest value that GetConfiguration may carry (§7.29 CiString500). */
const longestValue = 500;

/** GetConfiguration (§5.8, K-01): all keys without a filter, else the known ones and the unknown ones apart. */
export const getConfiguration: Handler<'GetConfiguration'> = (request, commands) => {
  const { configuration } = commands;
  const wanted = (request.key ?? []).slice(0, configuration.maxKeys());
  if (wanted.length === 0) return { payload: { configurationKey: configuration.list().filter(fits).map(toKeyValue) } };
  const configurationKey: KeyValue[] = [];
  const unknownKey: string[] = [];
  for (const name of wanted) {
    const entry = configuration.find(name);
    if (entry === null) unknownKey.push(name);
    else configurationKey.push(toKeyValue(entry));
  }
  return { payload: unknownKey.length === 0 ? { configurationKey } : { configurationKey, unknownKey } };
};

function fits(entry: ConfigurationEntry): boolean {
  return (entry.value?.length ?? 0) <= longestValue;
}

function toKeyValue(entry: ConfigurationEntry): KeyValue {
  const { key, value, readonly } = entry;
  return value === undefined || value.length > longestValue ? { key, readonly } : { key, readonly, value };
}
