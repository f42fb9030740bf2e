import type { ConfigurationCommands } from '../../dialects/station-commands.ts';
import type { OcppKey } from '../../params/ocpp-keys.ts';
import type { Parameters } from '../../params/parameters.ts';

/** Keys that can be read and are no parameters, such as those of the meters. */
interface ReadableKeys {
  list(): readonly OcppKey[];
  find(name: string): OcppKey | null;
}

const noKeys: ReadableKeys = { list: () => [], find: () => null };

/**
 * The station's parameters as a backend may see and change them (OCPP 1.6 §9, K-01…K-05). A security profile that is accepted brings
 * a new connection in any case, `reconnect`: a backend waits for it, even where nothing had to change (S-05).
 */
export function configurationCommands(
  params: Parameters,
  reconnect: (reason: string) => void = () => {},
  meterKeys: ReadableKeys = noKeys,
): ConfigurationCommands {
  return {
    list: () => [...params.ocppKeys(), ...meterKeys.list()],
    find: (key) => params.ocppKey(key) ?? meterKeys.find(key),
    maxKeys: () => params.get('station.getConfigurationMaxKeys'),
    change: async (key, value) => {
      if (meterKeys.find(key) !== null) return 'rejected';
      const [outcome] = await params.change([{ name: key, value }], { source: 'backend', who: 'backend' });
      if (outcome === undefined) return 'rejected';
      if (outcome.kind === 'unchanged' && outcome.id === 'security.profile' && outcome.as === 'accepted')
        reconnect('the backend set the security profile');
      switch (outcome.kind) {
        case 'accepted':
          return 'accepted';
        case 'staged':
        case 'restartRequired':
          return 'rebootRequired';
        case 'unchanged':
          return outcome.as === 'accepted' ? 'accepted' : 'rebootRequired';
        case 'rejected':
          return 'rejected';
        case 'unknown':
          return 'notSupported';
      }
    },
  };
}
