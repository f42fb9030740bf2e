import type { X509Certificate } from 'node:crypto';

import type { Actor } from '../../api/actor.ts';
import type { ApiFirmware, FirmwareUpload, UploadProof } from '../../api/firmware-port.ts';
import { KerbsideError } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import type { Random } from '../../core/random.ts';
import type { CertificateTime } from '../../core/station-clock.ts';
import type { Time } from '../../core/time.ts';
import type { FirmwareInstaller } from '../../firmware/firmware-installer.ts';
import type { UpdateRequest } from '../../firmware/firmware-update.ts';
import { isSignedBy } from '../../firmware/image-signature.ts';
import { judgeSigner } from '../../firmware/signing-certificate.ts';
import {
  flawSentences,
  uploadFlaws,
  uploadFromJson,
  uploadRefusal,
  uploadToJson,
  type StoredUpload,
  type UploadedFirmware,
  type UploadFlaw,
} from '../../firmware/uploaded-firmware.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import { nameOf } from '../../security/certificate-checks.ts';
import type { Store, Write } from '../../store/store.ts';
import { ImageIntake } from './image-intake.ts';

/** Security events of what people bring (S-14). */
export type UploadEvent = 'InvalidFirmwareSignature' | 'InvalidFirmwareSigningCertificate';

/** What the desk works with. */
export interface UploadDeskDeps {
  readonly station: string;
  readonly store: Store;
  readonly time: Time;
  readonly random: Random;
  readonly clock: { certificateTime(): CertificateTime };
  readonly params: ParameterReader;
  readonly installer: FirmwareInstaller;
  /** The manufacturer's roots that are installed. */
  readonly signerRoots: () => readonly X509Certificate[];
  /** Why no firmware can be uploaded or installed now, whatever it is; null when it can. */
  readonly obstacle: () => UploadFlaw | null;
  /** Begins the update with the image that is kept, in one commit with these writes. */
  readonly begin: (id: string, request: UpdateRequest, by: string, alsoWrites: readonly Write[]) => Promise<void>;
  readonly onSecurityEvent: (type: UploadEvent, detail: string) => void;
}

const collection = 'firmware';
/** The document of what people bring. */
export const uploadKey = 'upload';

/**
 * Takes in firmware that people bring, and has it installed. That something comes is on disk before the first byte is, so that what
 * a power cut left is thrown away; what came whole stays until it is installed, deleted, or gives way to other firmware.
 */
export class UploadDesk implements ApiFirmware {
  readonly #deps: UploadDeskDeps;
  #kept: UploadedFirmware | null = null;
  /** Of which upload the document is; null: there is none. */
  #stored: string | null = null;
  #intake: ImageIntake | null = null;

  constructor(deps: UploadDeskDeps) {
    this.#deps = deps;
  }

  /** Takes over what an earlier life left. */
  async adopt(document: Json | undefined): Promise<void> {
    const stored = uploadFromJson(document);
    if (stored === null) return;
    this.#stored = stored.kind === 'kept' ? stored.upload.id : stored.id;
    if (stored.kind === 'kept') this.#kept = stored.upload;
    // What cannot be thrown away now only takes room until the next start.
    else await this.#clear(stored.id).catch(() => undefined);
  }

  /** Whether something is coming just now. */
  get isReceiving(): boolean {
    return this.#intake !== null;
  }

  /** What is there, for people. */
  get view(): FirmwareUpload | null {
    if (this.#intake !== null) return receivingView(this.#intake);
    return this.#kept === null ? null : this.#keptView(this.#kept);
  }

  /** Other firmware takes the place: what is kept is gone with the commit of these writes. */
  givesWay(): readonly Write[] {
    this.#intake?.end('updating');
    const hadOne = this.#stored !== null;
    this.#kept = null;
    this.#stored = null;
    return hadOne ? [this.#deletion()] : [];
  }

  /** Ends what is coming. May be called twice. */
  stop(): void {
    this.#intake?.end('restarted');
  }

  async upload(image: AsyncIterable<Uint8Array>, proof: UploadProof): Promise<FirmwareUpload> {
    const { installer, random, time } = this.#deps;
    const flaw = this.#deps.obstacle() ?? (this.#intake === null ? proofFlaw(proof) : 'receiving');
    if (flaw !== null) throw uploadRefusal(flaw);
    if ((proof.length ?? 0) > installer.maxImageBytes)
      throw uploadRefusal('tooLong', `at most ${installer.maxImageBytes} bytes`);
    const intake = new ImageIntake({
      id: random.uuid(),
      time,
      maxBytes: installer.maxImageBytes,
      length: proof.length,
    });
    this.#intake = intake;
    try {
      return await intake.unlessEnded(this.#receive(intake, image, proof));
    } finally {
      this.#intake = null;
    }
  }

  async install(id: string, { who }: Actor): Promise<void> {
    const kept = this.#known(id);
    const flaw = this.#refusalOf(kept);
    if (flaw !== null) throw uploadRefusal(flaw, kept.flaw === null ? '' : kept.detail);
    if ((await this.#deps.installer.staged(id)) === null) {
      await this.#forget(id);
      throw uploadRefusal('gone');
    }
    const request: UpdateRequest = {
      kind: kept.signed === null ? 'plain' : 'signed',
      requestId: null,
      location: '',
      retrieveMs: null,
      installMs: null,
      retries: 0,
      retryIntervalSeconds: null,
      signed: kept.signed,
    };
    // Reading the image took its time.
    const since = this.#deps.obstacle() ?? (this.#kept?.id === id ? null : 'gone');
    if (since !== null) throw uploadRefusal(since);
    await this.#deps.begin(id, request, who, [this.#deletion()]);
    this.#kept = null;
    this.#stored = null;
  }

  async discard(id: string): Promise<void> {
    this.#known(id);
    await this.#forget(id);
  }

  async #receive(intake: ImageIntake, image: AsyncIterable<Uint8Array>, proof: UploadProof): Promise<FirmwareUpload> {
    const { id } = intake;
    await this.#store(id, { kind: 'receiving', id });
    this.#kept = null;
    try {
      const { installer } = this.#deps;
      const { size, sha256, beginning } = await intake.take(image, () => installer.stage(id));
      const version = installer.versionOf?.(beginning) ?? null;
      const upload: UploadedFirmware = { id, size, sha256, version, ...(await this.#judge(id, proof)) };
      intake.demandOpen();
      await this.#store(id, { kind: 'kept', upload });
      this.#kept = upload;
      return this.#keptView(upload);
    } catch (error) {
      await this.#forget(id);
      throw error;
    }
  }

  /** Who vouches for the image: it is read again as it was kept. */
  async #judge(
    id: string,
    { signature, certificate }: UploadProof,
  ): Promise<Pick<UploadedFirmware, 'publisher' | 'signed' | 'flaw' | 'detail'>> {
    const { installer, clock, signerRoots, onSecurityEvent } = this.#deps;
    if (signature === null || certificate === null) return { publisher: null, signed: null, flaw: null, detail: '' };
    const judged = judgeSigner(certificate, { roots: signerRoots(), time: clock.certificateTime() });
    if (!judged.ok) {
      onSecurityEvent('InvalidFirmwareSigningCertificate', judged.problem);
      return { publisher: null, signed: null, flaw: 'badCertificate', detail: judged.problem };
    }
    const publisher = nameOf(judged.certificate);
    const image = await installer.staged(id);
    const isGood = image !== null && (await isSignedBy(judged.certificate, signature, image));
    if (isGood)
      return { publisher, signed: { certificate: judged.certificate.toString(), signature }, flaw: null, detail: '' };
    onSecurityEvent('InvalidFirmwareSignature', uploadFlaws.badSignature.en);
    return { publisher, signed: null, flaw: 'badSignature', detail: '' };
  }

  #keptView(upload: UploadedFirmware): FirmwareUpload {
    const { id, size, sha256, version, publisher, signed, detail } = upload;
    const flaw = this.#refusalOf(upload);
    const common = { id, state: 'kept', received: size, size, sha256, version, publisher } as const;
    return { ...common, verified: signed !== null, refusal: flaw === null ? null : flawSentences(flaw, detail) };
  }

  #refusalOf({ signed, flaw }: UploadedFirmware): UploadFlaw | null {
    if (flaw !== null) return flaw;
    if (signed === null && !this.#deps.params.get('firmware.acceptUnsigned')) return 'unsigned';
    return this.#deps.obstacle();
  }

  #known(id: string): UploadedFirmware {
    if (this.#kept?.id === id) return this.#kept;
    throw new KerbsideError('firmware.unknown', `There is no uploaded firmware ${id}.`);
  }

  /** Installers know nothing of what did not come whole: its place is opened once more, and given up. */
  async #clear(id: string): Promise<void> {
    const writer = await this.#deps.installer.stage(id);
    await writer.abandon();
    await this.#forget(id);
  }

  async #forget(id: string): Promise<void> {
    await this.#deps.installer.discard(id);
    if (this.#kept?.id === id) this.#kept = null;
    // Another one may have come into its place meanwhile.
    if (this.#stored !== id) return;
    this.#stored = null;
    await this.#deps.store.commit([this.#deletion()]);
  }

  async #store(id: string, stored: StoredUpload): Promise<void> {
    const { station, store } = this.#deps;
    await store.commit([{ op: 'putDocument', station, collection, key: uploadKey, value: uploadToJson(stored) }]);
    this.#stored = id;
  }

  #deletion(): Write {
    return { op: 'deleteDocument', station: this.#deps.station, collection, key: uploadKey };
  }
}

function receivingView({ id, received, length }: ImageIntake): FirmwareUpload {
  const unknown = { sha256: null, publisher: null, version: null, verified: false, refusal: null };
  return { id, state: 'receiving', received, size: length, ...unknown };
}

function proofFlaw({ signature, certificate }: UploadProof): UploadFlaw | null {
  return (signature === null) === (certificate === null) ? null : 'halfProof';
}
