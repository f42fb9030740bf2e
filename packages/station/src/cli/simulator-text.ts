import { isRecord } from '../core/json.ts';
import { say } from './say.ts';

/** The state of the simulated world, or of one charging point, for people. */
export function simulatorText(body: unknown): string {
  if (!isRecord(body)) return '';
  const evses = Array.isArray(body['evses']) ? body['evses'] : [body];
  const station = Array.isArray(body['evses']) ? [stationLine(body)] : [];
  return `${[...station, ...evses.filter(isRecord).map(evseLine)].join('\n')}\n`;
}

function stationLine(state: Record<string, unknown>): string {
  return `simulated station: link ${state['linkUp'] === true ? 'up' : 'down'}${faultsText(state['stationFaults'])}`;
}

function evseLine(state: Record<string, unknown>): string {
  const vehicle = isRecord(state['vehicle']) ? `vehicle at ${say(state['vehicle']['soc'])} %` : 'no vehicle';
  const meter = isRecord(state['meter'])
    ? `, ${say(state['meter']['energyWh'])} Wh, ${say(state['meter']['powerW'])} W${meterText(state['meter'])}`
    : '';
  const parts = [
    `pilot ${say(state['pilot'])}`,
    vehicle,
    `contactor ${say(state['contactor'])}`,
    `lock ${say(state['lock'])}`,
    `offered ${say(state['limitAmps'])} A, drawn ${say(state['drawAmps'])} A${meter}`,
  ];
  return `EVSE ${say(state['evse'])} (simulated): ${parts.join('; ')}${faultsText(state['faults'])}`;
}

/** What is not as usual with the meter, and how a meter that signs is. */
function meterText({ power, mode, signing }: Record<string, unknown>): string {
  const odd = [power === 'off' ? 'without power' : '', mode === 'ok' || mode === undefined ? '' : say(mode)];
  const signs = isRecord(signing)
    ? `signs (record ${say(signing['pagination'])}, clock ${say(signing['clock'])}, key ${say(signing['key'])}, ${say(signing['condition'])})`
    : '';
  const parts = [...odd, signs].filter((part) => part !== '');
  return parts.length === 0 ? '' : `, meter ${parts.join(', ')}`;
}

function faultsText(faults: unknown): string {
  return Array.isArray(faults) && faults.length > 0 ? `; faults: ${faults.join(', ')}` : '';
}
