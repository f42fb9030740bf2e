import { driverSchema } from '../packages/station/src/drivers/process/driver-schema.ts';

/** `driver-v1.schema.json`: what station and driver say to each other, for drivers in any language. */
export async function files(): Promise<Map<string, string>> {
  const content = `${JSON.stringify(driverSchema(), null, 2)}\n`;
  return new Map([['packages/station/driver-schema/driver-v1.schema.json', content]]);
}
