/**
 * What installs the software of the station, as a port: two slots, of which one runs and the other takes the next image. A new
 * image is *tried*: it runs after a restart and goes back by itself at a later one unless it was confirmed. What a promise
 * resolved is on disk. Rejections are `firmware.refused` with a sentence.
 */
export interface FirmwareInstaller {
  /** True for slots that are not real; shown wherever the part shows. */
  readonly simulated: boolean;
  /** The longest image that is taken. */
  readonly maxImageBytes: number;
  /** The version that an image says of itself in its first KiB; null: it says none. Absent: images cannot be read here. */
  versionOf?(beginning: Uint8Array): string | null;
  /** The software starts: asked once in each life of the station before everything else. What failed its trial has gone back already. */
  starting(): Promise<InstallerState>;
  /** Opens a place for the image of an update; what was kept for another one is thrown away. */
  stage(update: string): Promise<ImageWriter>;
  /** The whole image that is kept for an update, from its beginning; null when there is none or it did not come whole. */
  staged(update: string): Promise<AsyncIterable<Uint8Array> | null>;
  /**
   * Writes the kept image into the idle slot and checks it; it is tried after the next `restart`. Asked again after a power cut it
   * begins anew. Rejects with `firmware.unverified` when the written image is not what was given, with `firmware.refused` otherwise,
   * also while the software that runs is on trial itself.
   */
  install(update: string): Promise<void>;
  /** Ends this life of the software and begins the next one, with the image that is to be tried. The process may end here. */
  restart(): Promise<void>;
  /** The software that is being tried stays; does nothing when none runs on trial. */
  confirm(): Promise<void>;
  /** The software that is tried, or was to be, goes back to the one before at the next start; without one it does nothing. */
  rollBack(reason: string): Promise<void>;
  /** Throws away what is kept for an update, and what is to be tried of it; what runs on trial already goes on. */
  discard(update: string): Promise<void>;
}

/** Takes an image piece by piece. */
export interface ImageWriter {
  write(piece: Uint8Array): Promise<void>;
  /** The image is whole and on disk. */
  finish(): Promise<void>;
  /** Gives up; nothing is kept. May be called twice. */
  abandon(): Promise<void>;
}

/** What runs, and what became of the last image. */
export interface InstallerState {
  readonly slot: string;
  readonly version: string;
  /** The update whose image runs and is not confirmed yet. */
  readonly trial: string | null;
  /** The last image that went back, with the reason; null after a confirmed one. */
  readonly failed: { readonly update: string; readonly reason: string } | null;
}
