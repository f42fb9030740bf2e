export { Backend, type BackendCallOptions } from './backend.ts';
export { checkerRules, type CheckerRule } from './checker/checker-rules.ts';
export type { Expectations } from './checker/expectations.ts';
export { ProtocolChecker, type CheckerViolation } from './checker/protocol-checker.ts';
export type { BackendSettings, KnownIdTag } from './csms/backend-settings.ts';
export { createCrashableStore, type CrashableStore, type CrashableStoreOptions } from './crashable-store.ts';
export type { ConnectAttempt } from './csms/csms.ts';
export { FakeBackend, type FakeBackendOptions } from './fake/fake-backend.ts';
export type { FakeNetwork } from './fake/fake-network.ts';
export type { FrameLog, FrameRecord, LoggedCall } from './frame-log.ts';
export { Ledger, type LedgerCounts, type LedgerOptions } from './ledger/ledger.ts';
export type {
  LedgerEntry,
  LedgerJson,
  LedgerMeterValues,
  LedgerStop,
  LedgerTransaction,
} from './ledger/ledger-entry.ts';
export {
  ledgerProblemKinds,
  type LedgerProblem,
  type LedgerProblemKind,
  type ProblemOptions,
} from './ledger/ledger-problems.ts';
export { parseRules } from './script/rule-parser.ts';
export type { Behaviour, Rule, RuleTrigger, SentCall } from './script/rule.ts';
export { CallRefused, TestkitError, testkitErrors, type TestkitErrorCode } from './testkit-error.ts';
export { busiestWindow, playFleetOutage, type FleetOutage, type Redial } from './fleet-outage.ts';
export { startFtpPeer, type FtpPeer, type FtpPeerOptions } from './ftp/ftp-peer.ts';
export type { FaultyNetwork } from './faulty-network.ts';
export { LedgerFile } from './ledger/ledger-file.ts';
export type { TransactionIdPlan } from './ledger/transaction-ids.ts';
export { TcpProxy, type TcpProxyOptions } from './proxy/tcp-proxy.ts';
export { ControlApi } from './strict/control-api.ts';
export { StrictBackend, type StrictBackendOptions, type StrictTls } from './strict/strict-backend.ts';
export { CertificateAuthority, type CertificateRequest, type IssuedCertificate } from './tls/certificate-authority.ts';
