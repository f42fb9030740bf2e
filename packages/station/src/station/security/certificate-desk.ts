import type { X509Certificate } from 'node:crypto';

import type { SecurityStatus } from '../../api/host-port.ts';
import { messageOf } from '../../core/errors.ts';
import type { StationClock } from '../../core/station-clock.ts';
import { noTimer } from '../../core/no-timer.ts';
import type { Cancel, Time } from '../../core/time.ts';
import type { CallScheduler } from '../../delivery/call-scheduler.ts';
import type { StationCertificateCommands } from '../../dialects/station-commands.ts';
import type { Parameters } from '../../params/parameters.ts';
import { isValidAt } from '../../security/certificate-checks.ts';
import { certificateFacts } from '../../security/certificate-facts.ts';
import { certificateHashes, sameHashes, type CertificateHashes } from '../../security/certificate-hashes.ts';
import { certificateRequest, newPrivateKey, type RequestedSubject } from '../../security/certificate-request.ts';
import { readPem } from '../../security/pem.ts';
import { renewAgainMs, renewalDueMs, resendAfterMs } from '../../security/renewal.ts';
import { judgeSigned, type SigningJudgement } from '../../security/signed-certificate.ts';
import * as certificates from '../../security/station-certificate.ts';
import type { StationCertificateState, StationCredential } from '../../security/station-certificate.ts';
import type { Store, Write } from '../../store/store.ts';
import { certificateFloorWrite } from '../clock-keeper.ts';
import { readStationCertificate, stationCertificateWrite } from './stored-certificate.ts';

/** What the desk works with. */
export interface CertificateDeskDeps {
  readonly station: string;
  readonly store: Store;
  readonly time: Time;
  readonly clock: StationClock;
  readonly params: Parameters;
  readonly scheduler: CallScheduler;
  /** CN of the station's certificate: its unique serial number. */
  readonly commonName: () => string;
  /** The roots that are installed. */
  readonly roots: () => readonly X509Certificate[];
  /** The link has to log in with another certificate from now on; called when what is on its way has left. */
  readonly onCredential: () => void;
  readonly onSecurityEvent: (type: CertificateEvent, detail: string) => void;
  readonly onProblem: (text: string) => void;
}

/** Security events of the station's own certificate (S-14). */
export type CertificateEvent = 'InvalidChargePointCertificate' | 'ReconfigurationOfSecurityParameters';

/** So often a backend has to refuse a new certificate before the old one is used again. */
const refusalsToFallBack = 3;
/** The longest that one timer runs; the clock may be set meanwhile. */
const longestTimerMs = 86_400_000;

/**
 * The certificate of the station (S-07…S-10): makes keys, asks the backend for signatures, takes what is signed, goes back to the
 * old certificate when the new one is refused, and renews in time. Every change is on disk before it counts.
 */
export class CertificateDesk implements StationCertificateCommands {
  readonly #deps: CertificateDeskDeps;
  #state: StationCertificateState = certificates.noStationCertificate;
  /** The certificate with which the open link was made; null without a link, or where none was used. */
  #linkedWith: StationCredential | null = null;
  #refusals = 0;
  #sending = false;
  /** How often a certificate was asked for in this life. */
  #asked = 0;
  #stopped = false;
  /** Null: the request goes as soon as the station is registered. */
  #cancelResend: Cancel | null = null;
  #cancelRenewal: Cancel = noTimer;
  #stopListening: (() => void) | null = null;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(deps: CertificateDeskDeps) {
    this.#deps = deps;
  }

  /** Reads what an earlier life left; what was asked for goes on. */
  async load(): Promise<void> {
    const { store, station } = this.#deps;
    this.#state = await readStationCertificate(store, station);
    this.#watchEnd();
  }

  /** Begins nothing more. May be called twice. */
  stop(): void {
    this.#stopped = true;
    this.#cancelResend?.();
    this.#cancelRenewal();
    this.#stopListening?.();
  }

  /** With what the link logs in; null when the station has no certificate, or uses none (security profile below 3). */
  get credential(): StationCredential | null {
    return this.#isUsed() ? this.#state.active : null;
  }

  get hasCertificate(): boolean {
    return this.#state.active !== null;
  }

  /** Null while it has none. */
  get certificate(): X509Certificate | null {
    return this.#ownCertificate();
  }

  /** For people. */
  get shown(): { readonly certificate: SecurityStatus['certificate']; readonly isAwaited: boolean } {
    const { request, proven } = this.#state;
    const own = this.#ownCertificate();
    if (own === null) return { certificate: null, isAwaited: request !== null };
    const { subject, issuer, validFromMs, validToMs, fingerprint } = certificateFacts(own);
    const facts = { subject, issuer, validFromMs, validToMs, fingerprint };
    return { certificate: { ...facts, used: this.#isUsed(), proven }, isAwaited: request !== null };
  }

  /** Whether these hashes name the certificate of the station; its issuer's key need not be known here. */
  isOwn(hashes: CertificateHashes): boolean {
    const own = this.#ownCertificate();
    if (own === null) return false;
    const { issuerKeyHash, algorithm } = hashes;
    return sameHashes({ ...certificateHashes(own, new Uint8Array(), algorithm), issuerKeyHash }, hashes);
  }

  /** A backend wants the station to have a new certificate (S-08). *accepted*: on disk; the request follows. */
  async sign(): Promise<'accepted' | 'rejected'> {
    return (await this.#want('triggered')) ? 'accepted' : 'rejected';
  }

  /** A backend sends a signed certificate (S-09). *accepted*: on disk; the link logs in with it next, where it uses one. */
  signed(chain: string): Promise<'accepted' | 'rejected'> {
    return this.#exclusive(() => this.#signed(chain));
  }

  /** Makes a key and a request for a person, PEM; null when the key could not be stored. What is left out is the station's own. */
  async requestLocally(wanted: Partial<RequestedSubject>): Promise<string | null> {
    const subject = { ...this.#subject(), ...wanted };
    const key = await newPrivateKey(this.#deps.params.get('security.keyType'));
    const csr = await certificateRequest(key, subject);
    const isStored = await this.#exclusive(() =>
      this.#change(certificates.requestedLocally(this.#state, { key, subject })),
    );
    return isStored ? csr : null;
  }

  /** A person brings a signed certificate; a problem is a part of a sentence. */
  installLocally(chain: string): Promise<'installed' | 'present' | 'failed' | { readonly problem: string }> {
    return this.#exclusive(async () => {
      const judgement = this.#judge(chain, this.#state.localRequests);
      return judgement.ok ? this.#take(judgement, certificates.signedLocally) : judgement;
    });
  }

  /** The station is registered: what waits for the backend can go. */
  registered(): void {
    if (this.#cancelResend === null) this.#send();
  }

  /** A link is open. */
  opened(): void {
    this.#linkedWith = this.credential;
  }

  /** The backend answered on the open link: it has let the station in. */
  answered(): void {
    this.#refusals = 0;
    const { active, proven } = this.#state;
    if (proven || active === null || this.#linkedWith !== active) return;
    void this.#exclusive(async () => {
      // Another certificate may have been stored meanwhile, and that one has proven nothing.
      if (this.#state.active !== active || this.#state.proven) return;
      await this.#change(certificates.proven(this.#state));
    });
  }

  /** The backend refused who the station says it is, when it connected. */
  refused(): void {
    const { previous, proven } = this.#state;
    if (proven || previous === null || this.credential === null) return;
    this.#refusals += 1;
    if (this.#refusals < refusalsToFallBack) return;
    this.#refusals = 0;
    void this.#exclusive(() => this.#fallBack());
  }

  async #fallBack(): Promise<void> {
    const { previous, proven } = this.#state;
    const { clock, onSecurityEvent, onProblem } = this.#deps;
    if (proven || previous === null || !isUsable(previous, clock.certificateTime().nowMs)) return;
    if (!(await this.#change(certificates.fallenBack(this.#state)))) return;
    const text = 'the backend refuses the new certificate of the station; the one before is used again';
    onSecurityEvent('InvalidChargePointCertificate', text);
    onProblem(text);
    this.#watchEnd();
    this.#deps.onCredential();
  }

  async #signed(chain: string): Promise<'accepted' | 'rejected'> {
    const { onSecurityEvent, onProblem } = this.#deps;
    const judgement = this.#judge(chain, []);
    if (!judgement.ok) {
      onSecurityEvent('InvalidChargePointCertificate', judgement.problem);
      onProblem(`CertificateSigned was refused: ${judgement.problem}`);
      return 'rejected';
    }
    return (await this.#take(judgement, certificates.signed)) === 'failed' ? 'rejected' : 'accepted';
  }

  /** @param local requests whose certificates count beside those that the backend was asked for */
  #judge(chain: string, local: StationCertificateState['localRequests']): SigningJudgement {
    const { clock, params, roots } = this.#deps;
    return judgeSigned(chain, {
      keys: [...local.map(({ key }) => key), ...certificates.usableKeys(this.#state)],
      subject: (key) => local.find((request) => request.key === key)?.subject ?? this.#subject(),
      longestChain: params.get('security.certificateSignedMaxChainSize'),
      time: clock.certificateTime(),
      roots: roots(),
    });
  }

  /** Takes over a certificate that was judged to be good; on disk before it counts. */
  async #take(
    { key, chain, certificate }: SigningJudgement & { readonly ok: true },
    change: typeof certificates.signed,
  ): Promise<'installed' | 'present' | 'failed'> {
    const { time, onCredential, onSecurityEvent } = this.#deps;
    // Backends send it again when they missed the answer.
    if (this.#state.active?.chain === chain) return 'present';
    const next = change(this.#state, { key, chain });
    const floor = certificateFloorWrite(this.#deps.station, certificate.validFromDate.getTime());
    if (!(await this.#change(next, [floor]))) return 'failed';
    onSecurityEvent('ReconfigurationOfSecurityParameters', 'the station has a new certificate');
    this.#refusals = 0;
    if (next.request === null) this.#clearResend();
    this.#watchEnd();
    if (this.#isUsed())
      time.after(0, () => {
        if (!this.#stopped) onCredential();
      });
    return 'installed';
  }

  async #want(reason: 'triggered' | 'expiring'): Promise<boolean> {
    const { clock, params, time, onProblem } = this.#deps;
    const isStored = await this.#exclusive(() =>
      this.#change(certificates.wanted(this.#state, reason, clock.nowMs() + renewAgainMs)),
    );
    if (!isStored) return false;
    this.#asked += 1;
    this.#clearResend();
    if (params.get('security.cpoName') === '')
      onProblem('the certificate request will name no operator: CpoName (security.cpoName) is not set');
    // The confirmation goes first (S-21).
    time.after(0, () => this.#send());
    return true;
  }

  /** Sends the open request, unless it is on its way or has just been sent. */
  #send(): void {
    const { request } = this.#state;
    const asked = this.#asked;
    if (this.#sending || this.#stopped || request === null) return;
    this.#sending = true;
    this.#clearResend();
    this.#sendOnce()
      .catch((error: unknown) => {
        this.#deps.onProblem(`the certificate request was not made: ${messageOf(error)}`);
        this.#resendIn(renewAgainMs);
      })
      .finally(() => {
        this.#sending = false;
        // Another one may have taken its place meanwhile.
        if (this.#state.request?.csr === null && this.#asked !== asked) this.#send();
      });
  }

  async #sendOnce(): Promise<void> {
    const csr = await this.#prepared();
    const { request } = this.#state;
    if (csr === null || request === null || request.csr !== csr) return;
    if (request.taken && request.attempts > 0) return this.#resendIn(resendAfterMs(request));
    const callClass = request.reason === 'triggered' ? 'triggered' : 'vendor';
    const outcome = await this.#deps.scheduler.request(callClass, (session) => session.signCertificate(csr));
    if (this.#stopped || this.#state.request?.csr !== csr || outcome.kind === 'linkLost') return;
    const isTaken = outcome.kind === 'answered' && outcome.answer.taken;
    await this.#changeRequest(csr, (state) => certificates.sent(state, isTaken));
    const isHopeless = outcome.kind === 'notSendable' || (outcome.kind === 'refused' && outcome.final);
    const open = this.#state.request;
    if (open?.csr === csr) this.#resendIn(isHopeless ? null : resendAfterMs(open));
  }

  /** The certificate may have come meanwhile, or another one been asked for: then nothing changes. */
  async #changeRequest(
    csr: string,
    change: (state: StationCertificateState) => StationCertificateState,
  ): Promise<void> {
    await this.#exclusive(async () => this.#state.request?.csr === csr && this.#change(change(this.#state)));
  }

  /** The text of the open request; its key is on disk before anybody sees it. */
  async #prepared(): Promise<string | null> {
    const { request } = this.#state;
    if (request === null || request.csr !== null) return request?.csr ?? null;
    const asked = this.#asked;
    const key = await newPrivateKey(this.#deps.params.get('security.keyType'));
    const csr = await certificateRequest(key, this.#subject());
    const isStored = await this.#exclusive(async () => {
      // It may have been asked for again while the key was made: then that one goes.
      if (this.#asked !== asked) return false;
      return this.#change(certificates.prepared(this.#state, key, csr));
    });
    if (!isStored && this.#asked === asked) this.#resendIn(resendAfterMs({ attempts: 1, taken: false }));
    return isStored ? csr : null;
  }

  #resendIn(delayMs: number | null): void {
    if (this.#stopped) return;
    this.#clearResend();
    if (delayMs !== null) {
      this.#cancelResend = this.#deps.time.after(delayMs, () => this.#resend());
      return;
    }
    this.#deps.onProblem('the backend does not sign the certificate request of the station; it is given up');
    const { request } = this.#state;
    if (request?.csr) void this.#changeRequest(request.csr, certificates.givenUp);
  }

  #clearResend(): void {
    this.#cancelResend?.();
    this.#cancelResend = null;
  }

  #resend(): void {
    const { request } = this.#state;
    if (request?.taken === true) this.#state = { ...this.#state, request: { ...request, taken: false } };
    this.#send();
  }

  /** Renews a month before the end (S-10), by the station's clock, also when that becomes valid later. */
  #watchEnd(): void {
    const { clock, time } = this.#deps;
    this.#cancelRenewal();
    const own = this.#ownCertificate();
    if (own === null || this.#stopped) return;
    this.#stopListening ??= clock.onSet(() => this.#watchEnd());
    if (!clock.valid) return;
    const validity = { notBeforeMs: own.validFromDate.getTime(), notAfterMs: own.validToDate.getTime() };
    const dueMs = Math.max(renewalDueMs(validity), this.#state.renewAfterMs);
    const waitMs = dueMs - clock.nowMs();
    if (waitMs > 0) {
      this.#cancelRenewal = time.after(Math.min(waitMs, longestTimerMs), () => this.#watchEnd());
      return;
    }
    this.#cancelRenewal = time.after(renewAgainMs, () => this.#watchEnd());
    if (this.#state.request === null) void this.#want('expiring');
  }

  #ownCertificate(): X509Certificate | null {
    return this.#state.active === null ? null : certificateOf(this.#state.active);
  }

  #subject(): RequestedSubject {
    return { commonName: this.#deps.commonName(), organization: this.#deps.params.get('security.cpoName') };
  }

  #isUsed(): boolean {
    const { params } = this.#deps;
    return params.get('backend.protocol') === 'wss' && params.get('security.useClientCertificate');
  }

  /** Writes first, then lets it count; false when it could not be written. */
  async #change(next: StationCertificateState, more: readonly Write[] = []): Promise<boolean> {
    const { store, station, onProblem } = this.#deps;
    try {
      await store.commit([stationCertificateWrite(station, next), ...more]);
    } catch (error) {
      onProblem(`the certificate of the station could not be stored: ${messageOf(error)}`);
      return false;
    }
    this.#state = next;
    return true;
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => {});
    return result;
  }
}

function certificateOf({ chain }: StationCredential): X509Certificate | null {
  const reading = readPem(chain);
  return reading.ok ? (reading.certificates[0] ?? null) : null;
}

function isUsable(credential: StationCredential, nowMs: number): boolean {
  const certificate = certificateOf(credential);
  return certificate !== null && isValidAt(certificate, nowMs);
}
