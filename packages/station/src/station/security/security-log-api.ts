import type { ApiSecurityLog } from '../../api/host-port.ts';
import type { Station } from '../station.ts';

/** The security log of a living station, for people on site. */
export function securityLogOf({ securityEvents, logs }: Station): ApiSecurityLog {
  return {
    read: () => securityEvents.log.read(),
    text: () => logs.securityLog(),
    clear: (who) => securityEvents.clear(who),
    secretsExported: (who) => securityEvents.raise('SecretsExported', `settings with secrets, by ${who}`),
  };
}
