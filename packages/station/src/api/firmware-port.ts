import type { UpdateStatus } from '../delivery/session.ts';
import type { UpdatePhase } from '../firmware/firmware-update.ts';
import type { Actor } from './actor.ts';
import type { TwoTexts } from './two-texts.ts';

/** The software of a station for people, without the addresses and signatures of updates. */
export interface FirmwareView {
  /** The version that runs; '' when the hardware does not tell. */
  readonly version: string;
  /** The slot that runs; null where nothing installs software. */
  readonly slot: string | null;
  /** The slots are simulated: nothing is really installed. */
  readonly simulated: boolean;
  /** New software runs that has not reached its backend yet. */
  readonly onTrial: boolean;
  /** The last update, or the one under way; null before the first. */
  readonly update: {
    readonly kind: 'plain' | 'signed';
    readonly requestId: number | null;
    /** Who brought it to the station; null: a backend ordered it. */
    readonly by: string | null;
    readonly phase: UpdatePhase;
    /** How it went last, in the words of OCPP; null before the first. A backend is told only of what it ordered. */
    readonly status: UpdateStatus | null;
    readonly sinceMs: number;
    /** Not before these times; null: at once. */
    readonly retrieveMs: number | null;
    readonly installMs: number | null;
    /** How many downloads have failed. */
    readonly failedDownloads: number;
    /** Why it failed; null while it has not. */
    readonly problem: string | null;
  } | null;
  /** What a person brings or has brought, and is not installed; null: nothing. */
  readonly upload: FirmwareUpload | null;
  /** Why nothing can be uploaded now; null when it can. */
  readonly uploadRefusal: TwoTexts | null;
}

/** Firmware that a person brought. */
export interface FirmwareUpload {
  readonly id: string;
  /** *receiving*: it still comes, and all that is known is how much has come. */
  readonly state: 'receiving' | 'kept';
  /** How many bytes have come, and how many there are in all; null: nobody said. */
  readonly received: number;
  readonly size: number | null;
  /** Hexadecimal; null while it comes. */
  readonly sha256: string | null;
  /** Whom the certificate names that it is signed with; null: none came. Counts only when it is verified. */
  readonly publisher: string | null;
  /** As the image says it; null: it says nothing. */
  readonly version: string | null;
  /** The signature is good, by a certificate that the manufacturer vouches for. */
  readonly verified: boolean;
  /** Why it cannot be installed now; null when it can. */
  readonly refusal: TwoTexts | null;
}

/** How the bytes of an upload are vouched for. */
export interface UploadProof {
  /** Base64; null: none came. */
  readonly signature: string | null;
  /** The certificate that made it, with those above it, PEM; null: none came. */
  readonly certificate: string | null;
  /** How many bytes were announced; null: nobody said. */
  readonly length: number | null;
}

/** Software that people bring to the station. */
export interface ApiFirmware {
  /**
   * Takes an image piece by piece into the place of the installer, whatever was there; resolves when it is whole, judged and on disk.
   * What does not come whole leaves nothing. There is room for one.
   * @throws KerbsideError `firmware.refused`, `store.unavailable`
   */
  upload(image: AsyncIterable<Uint8Array>, proof: UploadProof): Promise<FirmwareUpload>;
  /**
   * Installs what was uploaded, as an update of a backend is: on trial, and back when it does not reach the backend. Resolves when it
   * is on disk that it will be.
   * @throws KerbsideError `firmware.unknown`, `firmware.refused`, `store.unavailable`
   */
  install(id: string, by: Actor): Promise<void>;
  /**
   * Throws away what was uploaded.
   * @throws KerbsideError `firmware.unknown`, `store.unavailable`
   */
  discard(id: string): Promise<void>;
}
