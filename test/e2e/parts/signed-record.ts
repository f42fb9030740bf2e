import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

import { curves, type Curve } from '@kerbside/ocmf';

/** A key pair that no meter has. */
export interface TestKey {
  readonly curve: Curve;
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo in hex, as it is printed on a meter. */
  readonly publicKey: string;
}

/** Makes a key pair for one of OCMF's methods, such as `ECDSA-secp256r1-SHA256`. */
export function testKey(method: string): TestKey {
  const curve = curves.find((one) => one.method === method);
  if (curve === undefined) throw new Error(`${method} is no method of OCMF.`);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve.opensslName });
  return { curve, privateKey, publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('hex') };
}

/** Signs a payload, written by hand and not by our own writer, into an OCMF text. */
export function signedText({ curve, privateKey }: TestKey, payload: string): string {
  const signature = sign('sha256', Buffer.from(payload), privateKey).toString('hex').toUpperCase();
  return `OCMF|${payload}|{"SA":"${curve.method}","SD":"${signature}"}`;
}

/** The payload of a record with one reading. */
export function payloadOf(reading: { number: number; kind: string; time: string; value: string }): string {
  const { number, kind, time, value } = reading;
  const head = `"FV":"1.0","GI":"KERBSIDE TEST <b>","GS":"G-1","GV":"0.1","PG":"T${number}","MV":"Maker","MM":"Model","MS":"M-1","MF":"1.0"`;
  const person = `"IS":true,"IL":"VERIFIED","IF":["RFID_PLAIN","OCPP_AUTH"],"IT":"ISO14443","ID":"04A1B2C3","TT":"0,49 €/kWh","CT":"CBIDC","CI":"CP1 1"`;
  const one = `{"TM":"${time} I","TX":"${kind}","RV":${value},"RI":"01-00:B2.08.00*FF","RU":"kWh","RT":"AC","EF":"","ST":"G"}`;
  return `{${head},${person},"RD":[${one}]}`;
}
