/** What an operator may set of the delivery, in milliseconds and counts; read anew before every decision. */
export interface DeliverySettings {
  /** The most messages that wait (`traffic.queueSize`). */
  readonly queueSize: number;
  /** `traffic.overflowResetsConnection`. */
  readonly overflowResetsConnection: boolean;
  /** Messages per second after an outage, Start and Stop exempt; 0 = free (`traffic.backlogRate`). */
  readonly backlogPerSecond: number;
  /** Transmissions of a Start, a Stop or an event before it is parked (`traffic.transactionMessageAttempts`). */
  readonly attempts: number;
  /** Transmissions of what carries signed data (`traffic.eichrechtMessageAttempts`). */
  readonly signedAttempts: number;
  /** `traffic.transactionMessageRetryInterval`. */
  readonly retryIntervalMs: number;
  /** `traffic.retryIntervalMax`. */
  readonly retryIntervalMaxMs: number;
  /** `traffic.meterValuesAttempts`. */
  readonly meterValuesAttempts: number;
  /** `traffic.parkedRetryInterval`. */
  readonly parkedRetryMs: number;
  /** `traffic.parkedRetention`. */
  readonly parkedRetentionMs: number;
  /** Whether security events are sent; *auto*: to a backend that knows them (`security.sendEvents`). */
  readonly sendEvents: 'auto' | 'on' | 'off';
  /** The most security events that wait or are parked (`security.eventQueueSize`). */
  readonly eventQueueSize: number;
  /** The most samples of one transaction in one message (`metering.batchSize`). */
  readonly batchSize: number;
  /** What becomes of the facts of a transaction whose Start is parked (`compat.orphanTransactions`). */
  readonly orphans: 'park' | 'minusOne';
}

/** The factory values of `parameters.md`. */
export const factoryDelivery: DeliverySettings = {
  queueSize: 5000,
  overflowResetsConnection: false,
  backlogPerSecond: 10,
  attempts: 5,
  signedAttempts: 20,
  retryIntervalMs: 60_000,
  retryIntervalMaxMs: 900_000,
  meterValuesAttempts: 2,
  parkedRetryMs: 3_600_000,
  parkedRetentionMs: 14 * 86_400_000,
  sendEvents: 'auto',
  eventQueueSize: 500,
  batchSize: 1,
  orphans: 'park',
};
