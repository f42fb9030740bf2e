import { chargePlaceShape, meterBoundaryShape, signedRecordFields, userAssignmentShape } from '../hardware-shapes.ts';
import { integer, listOf, nullable, object, optional, text } from '../shape.ts';
import type { OptionalField, Shape } from '../shape.ts';
import type { StoredKey } from './key-pair.ts';
import type { HeldReading, MeterRecord, MeterTransaction } from './transaction-ledger.ts';

/** A private key in a file. */
export const storedKeyShape: Shape<StoredKey> = object({ method: text(), secret: text(2, 200) });

const heldShape: Shape<HeldReading> = object({ time: text(), register: text(), errors: text() });

const transactionShape: Shape<MeterTransaction> = object({
  transaction: text(),
  idToken: text(),
  assignment: optional(userAssignmentShape),
  tariffText: optional(text()),
  place: optional(chargePlaceShape),
  begin: meterBoundaryShape,
  end: nullable(meterBoundaryShape),
  held: optional(heldShape),
});

/** The fields of a ledger in a file. */
export const ledgerFields: {
  readonly pagination: Shape<number>;
  readonly transactions: Shape<readonly MeterTransaction[]>;
  readonly records: OptionalField<readonly MeterRecord[]>;
} = {
  pagination: integer(0),
  transactions: listOf(transactionShape),
  records: optional(listOf(object({ number: integer(1), ...signedRecordFields }))),
};
