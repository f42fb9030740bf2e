import { isOtherRotated, parseRotations, rotationCount, rotationWordAt, withRotationAt } from './phase-rotations.ts';

/** Parameters that are lists by connector; the backend may read and write the part of one connector under the key with its number. */
export type ConnectorListId = 'metering.connectorPhaseRotation';

/** The list with another part, or why the part is refused. */
export type PartResult = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

interface ConnectorList {
  /** The part of one connector of a stored list. */
  readonly read: (stored: string, connector: number) => string;
  /** Whether it says something of others than this connector. */
  readonly saysOfOthers: (stored: string, connector: number) => boolean;
  readonly change: (stored: string, connector: number, text: string) => PartResult;
}

/** How the part of one connector is read and changed. */
export const connectorLists: Readonly<Record<ConnectorListId, ConnectorList>> = {
  'metering.connectorPhaseRotation': {
    read: rotationWordAt,
    saysOfOthers: isOtherRotated,
    change: (stored, connector, text) => {
      const parsed = parseRotations(text);
      if (!parsed.ok || rotationCount(parsed.text) !== 1 || parsed.text.includes('.'))
        return { ok: false, reason: 'Must be one rotation, such as RST.' };
      return { ok: true, text: withRotationAt(stored, connector, parsed.text) };
    },
  },
};

/** True for lists by connector. */
export function isConnectorList(id: string): id is ConnectorListId {
  return Object.hasOwn(connectorLists, id);
}
