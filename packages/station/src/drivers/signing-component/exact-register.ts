/**
 * A register in watt-hours as the text in kWh that is signed: every digit that the meter gave and none besides. Null for what is
 * no register: negative, or so large or small that it has no plain decimal text.
 */
export function exactKilowattHours(wattHours: number): string | null {
  const [, whole = '', fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(String(wattHours)) ?? [];
  if (whole === '') return null;
  const digits = whole.padStart(4, '0');
  return `${digits.slice(0, -3)}.${digits.slice(-3)}${fraction}`;
}
