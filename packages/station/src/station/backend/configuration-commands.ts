import type { ConfigurationCommands } from '../../dialects/station-commands.ts';
import type { Parameters } from '../../params/parameters.ts';

/**
 * The station's parameters as a backend may see and change them (OCPP 1.6 §9, K-01…K-05). A security profile that is accepted brings
 * a new connection in any case, `reconnect`: a backend waits for it, even where nothing had to change (S-05).
 */
export function configurationCommands(
  params: Parameters,
  reconnect: (reason: string) => void = () => {},
): ConfigurationCommands {
  return {
    list: () => params.ocppKeys(),
    find: (key) => params.ocppKey(key) ?? null,
    maxKeys: () => params.get('station.getConfigurationMaxKeys'),
    change: async (key, value) => {
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
