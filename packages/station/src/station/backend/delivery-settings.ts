import type { DeliverySettings } from '../../delivery/delivery-settings.ts';
import type { ParameterReader } from '../../params/parameters.ts';

/** The settings of the delivery, read anew when a parameter changes: the outbox asks for them at every message. */
export function deliverySettings(params: ParameterReader): () => DeliverySettings {
  let settings = readSettings(params);
  params.onChange(() => {
    settings = readSettings(params);
  });
  return () => settings;
}

function readSettings(params: ParameterReader): DeliverySettings {
  return {
    queueSize: params.get('traffic.queueSize'),
    overflowResetsConnection: params.get('traffic.overflowResetsConnection'),
    backlogPerSecond: params.get('traffic.backlogRate'),
    attempts: params.get('traffic.transactionMessageAttempts'),
    signedAttempts: params.get('traffic.eichrechtMessageAttempts'),
    retryIntervalMs: params.get('traffic.transactionMessageRetryInterval') * 1000,
    retryIntervalMaxMs: params.get('traffic.retryIntervalMax') * 1000,
    meterValuesAttempts: params.get('traffic.meterValuesAttempts'),
    parkedRetryMs: params.get('traffic.parkedRetryInterval') * 1000,
    parkedRetentionMs: params.get('traffic.parkedRetention') * daysMs,
    sendEvents: params.get('security.sendEvents'),
    eventQueueSize: params.get('security.eventQueueSize'),
    batchSize: params.get('metering.batchSize'),
    orphans: params.get('compat.orphanTransactions'),
  };
}

const daysMs = 86_400_000;
