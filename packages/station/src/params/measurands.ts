/** OCPP's measurands (OCPP 1.6 §7.31), of which a meter knows some. */
const measurands = [
  'Current.Export',
  'Current.Import',
  'Current.Offered',
  'Energy.Active.Export.Register',
  'Energy.Active.Import.Register',
  'Energy.Reactive.Export.Register',
  'Energy.Reactive.Import.Register',
  'Energy.Active.Export.Interval',
  'Energy.Active.Import.Interval',
  'Energy.Reactive.Export.Interval',
  'Energy.Reactive.Import.Interval',
  'Frequency',
  'Power.Active.Export',
  'Power.Active.Import',
  'Power.Factor',
  'Power.Offered',
  'Power.Reactive.Export',
  'Power.Reactive.Import',
  'RPM',
  'SoC',
  'Temperature',
  'Voltage',
] as const;

/** Phases that may follow a measurand after a dot (parameters.md section 2). */
const phases = ['L1', 'L2', 'L3', 'N', 'L1-N', 'L2-N', 'L3-N', 'L1-L2', 'L2-L3', 'L3-L1'] as const;

/** A measurand of a list, with the phase it is restricted to. */
export interface MeasurandItem {
  readonly measurand: string;
  readonly phase?: string;
}

/** Reads one item of a list in any letter case, or gives `undefined` when there is no such measurand. */
export function parseMeasurand(text: string): MeasurandItem | undefined {
  const wanted = text.toLowerCase();
  for (const measurand of measurands) {
    const lower = measurand.toLowerCase();
    if (wanted === lower) return { measurand };
    if (!wanted.startsWith(`${lower}.`)) continue;
    const phase = phases.find((candidate) => candidate.toLowerCase() === wanted.slice(lower.length + 1));
    if (phase !== undefined) return { measurand, phase };
  }
  return undefined;
}

/** The canonical spelling of an item. */
export function formatMeasurand(item: MeasurandItem): string {
  return item.phase === undefined ? item.measurand : `${item.measurand}.${item.phase}`;
}
