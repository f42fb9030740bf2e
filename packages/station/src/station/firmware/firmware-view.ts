import type { FirmwareUpload, FirmwareView } from '../../api/firmware-port.ts';
import type { FirmwareInstaller, InstallerState } from '../../firmware/firmware-installer.ts';
import type { FirmwareUpdate } from '../../firmware/firmware-update.ts';
import { flawSentences, type UploadFlaw } from '../../firmware/uploaded-firmware.ts';

/** What is told of the software of a station. */
export function firmwareView(
  version: string,
  { installer, firmware }: { readonly installer: FirmwareInstaller | null; readonly firmware: InstallerState | null },
  {
    update,
    upload,
    obstacle,
  }: {
    readonly update: FirmwareUpdate | null;
    readonly upload: FirmwareUpload | null;
    /** Why nothing can be uploaded now. */
    readonly obstacle: UploadFlaw | null;
  },
): FirmwareView {
  return {
    version,
    slot: firmware?.slot ?? null,
    simulated: installer?.simulated ?? false,
    onTrial: firmware?.trial != null && update?.phase !== 'over',
    update: update === null ? null : updateView(update),
    upload,
    uploadRefusal: obstacle === null ? null : flawSentences(obstacle),
  };
}

/** The members one by one: the address and the signature of an update are nobody's business. */
function updateView(update: FirmwareUpdate): FirmwareView['update'] {
  const { kind, requestId, phase, status, sinceMs, retrieveMs, installMs, attempts: failedDownloads, problem } = update;
  return {
    kind,
    requestId,
    by: update.by ?? null,
    phase,
    status,
    sinceMs,
    retrieveMs,
    installMs,
    failedDownloads,
    problem,
  };
}
