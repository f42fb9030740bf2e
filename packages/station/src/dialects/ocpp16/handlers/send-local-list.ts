import type { SendLocalListRequest, SendLocalListResponse } from '@kerbside/ocpp/ocpp16';

import type { LocalListLine } from '../../../authorization/local-list-update.ts';
import type { LocalListCommands } from '../../station-commands.ts';
import { decodeIdTagInfo } from '../messages/id-tag-info.ts';
import type { Handler } from './handler.ts';

type Outcome = Awaited<ReturnType<LocalListCommands['send']>>;

const statuses: Readonly<Record<Outcome, SendLocalListResponse['status']>> = {
  accepted: 'Accepted',
  failed: 'Failed',
  versionMismatch: 'VersionMismatch',
  notSupported: 'NotSupported',
};

/** SendLocalList (§5.15, L-01, L-02, L-04, L-05). */
export const sendLocalList: Handler<'SendLocalList'> = async (request, commands) => {
  const outcome = await commands.localList.send({
    kind: request.updateType === 'Full' ? 'full' : 'differential',
    version: request.listVersion,
    lines: (request.localAuthorizationList ?? []).map(toLine),
  });
  return { payload: { status: statuses[outcome] } };
};

type Line = NonNullable<SendLocalListRequest['localAuthorizationList']>[number];

function toLine({ idTag, idTagInfo }: Line): LocalListLine {
  return { idToken: idTag, answer: idTagInfo === undefined ? null : decodeIdTagInfo(idTagInfo) };
}
