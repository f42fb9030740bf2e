import { operatorAmpsAt, parseConnectorAmps, withAmpsAt } from './connector-amps.ts';
import { parseRotations, rotationCount, rotationWordAt, withRotationAt } from './phase-rotations.ts';

/** Parameters that are lists by connector; the backend may read and write the part of one connector under the key with its number. */
export type ConnectorListId = 'metering.connectorPhaseRotation' | 'charging.operatorCurrentLimit';

/** The list with another part, or why the part is refused. */
export type PartResult = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

interface ConnectorList {
  /** The part of one connector of a stored list. */
  readonly read: (stored: string, connector: number) => string;
  readonly change: (stored: string, connector: number, text: string) => PartResult;
}

/** How the part of one connector is read and changed. */
export const connectorLists: Readonly<Record<ConnectorListId, ConnectorList>> = {
  'metering.connectorPhaseRotation': {
    read: rotationWordAt,
    change: (stored, connector, text) => {
      const parsed = parseRotations(text);
      if (!parsed.ok || rotationCount(parsed.text) !== 1 || parsed.text.includes('.'))
        return { ok: false, reason: 'Must be one rotation, such as RST.' };
      return { ok: true, text: withRotationAt(stored, connector, parsed.text) };
    },
  },
  'charging.operatorCurrentLimit': {
    read: (stored, connector) => String(operatorAmpsAt(stored, connector) ?? ''),
    change: (stored, connector, text) => {
      const parsed = parseConnectorAmps(text);
      if (!parsed.ok || /[:,]/.test(parsed.text))
        return { ok: false, reason: 'Must be whole amperes, such as 16, or empty for the limit of all connectors.' };
      return { ok: true, text: withAmpsAt(stored, connector, parsed.text) };
    },
  },
};
