import type { UnlockConnectorResponse } from '@kerbside/ocpp/ocpp16';

import type { Handler } from './handler.ts';

const statuses: Readonly<Record<'unlocked' | 'failed' | 'notSupported', UnlockConnectorResponse['status']>> = {
  unlocked: 'Unlocked',
  failed: 'UnlockFailed',
  notSupported: 'NotSupported',
};

/** UnlockConnector (§5.18, R-07). */
export const unlockConnector: Handler<'UnlockConnector'> = async ({ connectorId }, commands) => {
  return { payload: { status: statuses[await commands.unlock(connectorId)] } };
};
