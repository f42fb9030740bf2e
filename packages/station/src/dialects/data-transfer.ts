/** What a vendor's message is answered; `data` is text, often JSON. */
export interface DataTransferReply {
  readonly status: 'accepted' | 'rejected';
  readonly data?: string;
}

/** Serves one message of a vendor; `data` is null when the backend sent none. What it throws is answered as a refusal. */
export type DataTransferMessage = (
  data: string | null,
  context: { readonly station: string },
) => DataTransferReply | Promise<DataTransferReply>;

/** A vendor whose messages a station knows (OCPP 1.6 §4.3, D-01). Ids are compared without letter case. */
export interface DataTransferVendor {
  /** At most 255 characters; the reversed domain name of the vendor is customary. */
  readonly vendorId: string;
  /** By messageId, at most 50 characters; `''` serves messages without one. Ids that are only sent may be left out. */
  readonly messages: Readonly<Record<string, DataTransferMessage>>;
}
