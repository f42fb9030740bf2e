import type { RpcPeer } from '@kerbside/ocpp';
import type {
  AuthorizeResponse,
  BootNotificationResponse,
  DataTransferResponse,
  HeartbeatResponse,
  Ocpp16Action,
  Ocpp16Requests,
  SignCertificateResponse,
  StartTransactionResponse,
  StopTransactionResponse,
} from '@kerbside/ocpp/ocpp16';

import { parseTimestamp } from '../../core/station-clock.ts';
import type {
  BackendSession,
  DataTransferRequest,
  DiagnosticsStatus,
  FactAnswer,
  FirmwareStatusReport,
  LogStatusReport,
  Outcome,
  StationIdentity,
  StatusReport,
} from '../../delivery/session.ts';
import type { Fact } from '../../transactions/facts.ts';
import type { DialectSocket } from '../dialect.ts';
import { repaired } from './answer-repair.ts';
import { decodeBootNotification, encodeBootNotification } from './messages/boot-notification.ts';
import { decodeDataTransferAnswer, encodeDataTransfer } from './messages/data-transfer.ts';
import { encodeFirmwareStatus, encodeSignedFirmwareStatus } from './messages/firmware-status.ts';
import { encodeDiagnosticsStatus } from './messages/diagnostics-status.ts';
import { decodeIdTagInfo } from './messages/id-tag-info.ts';
import { encodeLogStatus } from './messages/log-status.ts';
import { encodeSecurityEvent } from './messages/security-event.ts';
import { encodeStatusNotification } from './messages/status-notification.ts';
import { encodeMeterValues, encodeStartTransaction, encodeStopTransaction } from './messages/transaction-messages.ts';
import { toOutcome } from './outcome.ts';

/** The message that a fact becomes; null: 1.6 has none for it. */
type Encoded =
  | { readonly [A in Ocpp16Action]: { readonly action: A; readonly payload: Ocpp16Requests[A] } }[Ocpp16Action]
  | null;

/** The station's own CALLs in 1.6. */
export class Ocpp16Session implements BackendSession {
  readonly #peer: RpcPeer;
  readonly #socket: DialectSocket;

  constructor(peer: RpcPeer, socket: DialectSocket) {
    this.#peer = peer;
    this.#socket = socket;
  }

  async boot(identity: StationIdentity): ReturnType<BackendSession['boot']> {
    const outcome = await this.#call('BootNotification', encodeBootNotification(identity));
    return toOutcome(outcome, (payload) => decodeBootNotification(payload as BootNotificationResponse));
  }

  async heartbeat(): ReturnType<BackendSession['heartbeat']> {
    const outcome = await this.#call('Heartbeat', {});
    return toOutcome(outcome, (payload) => ({
      timeMs: parseTimestamp((payload as HeartbeatResponse).currentTime) ?? null,
    }));
  }

  async authorize(idToken: string): ReturnType<BackendSession['authorize']> {
    const outcome = await this.#call('Authorize', { idTag: idToken });
    return toOutcome(outcome, (payload) => decodeIdTagInfo((payload as AuthorizeResponse).idTagInfo));
  }

  async status(report: StatusReport): ReturnType<BackendSession['status']> {
    return toOutcome(
      await this.#call('StatusNotification', encodeStatusNotification(report, this.#socket.vendor())),
      () => ({}),
    );
  }

  async signCertificate(csr: string): ReturnType<BackendSession['signCertificate']> {
    const outcome = await this.#call('SignCertificate', { csr });
    return toOutcome(outcome, (payload) => ({ taken: (payload as SignCertificateResponse).status === 'Accepted' }));
  }

  async logStatus(report: LogStatusReport): ReturnType<BackendSession['logStatus']> {
    return toOutcome(await this.#call('LogStatusNotification', encodeLogStatus(report)), () => ({}));
  }

  async firmwareStatus(report: FirmwareStatusReport): ReturnType<BackendSession['firmwareStatus']> {
    const outcome =
      report.kind === 'signed'
        ? await this.#call('SignedFirmwareStatusNotification', encodeSignedFirmwareStatus(report))
        : await this.#call('FirmwareStatusNotification', encodeFirmwareStatus(report));
    return toOutcome(outcome, () => ({}));
  }

  async diagnosticsStatus(status: DiagnosticsStatus): ReturnType<BackendSession['diagnosticsStatus']> {
    return toOutcome(await this.#call('DiagnosticsStatusNotification', encodeDiagnosticsStatus(status)), () => ({}));
  }

  async dataTransfer(request: DataTransferRequest): ReturnType<BackendSession['dataTransfer']> {
    const outcome = await this.#call('DataTransfer', encodeDataTransfer(request));
    return toOutcome(outcome, (payload) => decodeDataTransferAnswer(payload as DataTransferResponse));
  }

  async fact(fact: Fact, messageId: string, backendTransaction: string | null): Promise<Outcome<FactAnswer>> {
    const encoded = encodeFact(fact, backendTransaction);
    if (encoded === null) return { kind: 'notSendable', problem: `OCPP 1.6 has no message for ${fact.kind}` };
    const outcome = await this.#peer.call(encoded.action, encoded.payload, this.#options(messageId));
    return toOutcome(repaired(encoded.action, outcome), decodeFactAnswer);
  }

  async #call<A extends Ocpp16Action>(action: A, payload: Ocpp16Requests[A]): ReturnType<RpcPeer['call']> {
    return repaired(action, await this.#peer.call(action, payload, this.#options(this.#socket.random.uuid())));
  }

  #options(id: string): Parameters<RpcPeer['call']>[2] {
    return { id, timeoutMs: this.#socket.messageTimeoutMs() };
  }
}

function encodeFact(fact: Fact, backendTransaction: string | null): Encoded {
  const transactionId = backendTransaction === null ? null : Number(backendTransaction);
  switch (fact.kind) {
    case 'transactionStarted':
      return { action: 'StartTransaction', payload: encodeStartTransaction(fact) };
    case 'meterValues': {
      const payload = encodeMeterValues(fact, transactionId);
      return payload === null ? null : { action: 'MeterValues', payload };
    }
    case 'transactionEnded':
      return transactionId === null
        ? null
        : { action: 'StopTransaction', payload: encodeStopTransaction(fact, transactionId) };
    case 'securityEvent':
      return { action: 'SecurityEventNotification', payload: encodeSecurityEvent(fact) };
  }
}

/** Reads the answer to any fact: only Start gives an id, Start and Stop may speak of the identifier. */
export function decodeFactAnswer(payload: unknown): FactAnswer {
  const { transactionId, idTagInfo } = payload as Partial<StartTransactionResponse & StopTransactionResponse>;
  return {
    backendTransaction: transactionId === undefined ? null : String(transactionId),
    idToken: idTagInfo === undefined ? null : decodeIdTagInfo(idTagInfo),
  };
}
