import type { AuthorizationCache } from '../../authorization/cache.ts';
import { messageOf } from '../../core/errors.ts';
import type { DataTransferAnswer, DataTransferRequest } from '../../delivery/session.ts';
import type {
  CertificateCommands,
  ChargingCommands,
  ConfigurationCommands,
  FirmwareCommands,
  LocalListCommands,
  LogCommands,
  ReservationCommands,
  StationCertificateCommands,
  StationCommands,
  TriggerRequest,
} from '../../dialects/station-commands.ts';
import type { Parameters as StationParameters } from '../../params/parameters.ts';
import type { BackendLink } from './backend-link.ts';
import { configurationCommands } from './configuration-commands.ts';
import type { Desks } from '../desks/desks.ts';
import type { PublicKeys } from '../eichrecht/public-keys.ts';

/** The parts of a station that carry out what a backend asks for. */
export interface CommandSurroundings {
  readonly params: StationParameters;
  readonly cache: AuthorizationCache;
  readonly desks: Desks;
  readonly certificates: CertificateCommands;
  readonly stationCertificate: StationCertificateCommands;
  readonly logs: LogCommands;
  readonly firmware: FirmwareCommands;
  readonly meterKeys: PublicKeys;
  readonly backend: () => BackendLink;
  readonly reset: (kind: 'soft' | 'hard') => 'accepted' | 'rejected';
  readonly onProblem: (text: string) => void;
}

/** Leads each call of a backend to the part of the station that carries it out. */
export class StationCommandLine implements StationCommands {
  readonly #around: CommandSurroundings;

  constructor(around: CommandSurroundings) {
    this.#around = around;
  }

  get configuration(): ConfigurationCommands {
    const { params, backend, meterKeys } = this.#around;
    return configurationCommands(params, (reason) => backend().reconnectSoon(reason), meterKeys);
  }

  get localList(): LocalListCommands {
    return this.#around.desks.localList;
  }

  get certificates(): CertificateCommands {
    return this.#around.certificates;
  }

  get stationCertificate(): StationCertificateCommands {
    return this.#around.stationCertificate;
  }

  get logs(): LogCommands {
    return this.#around.logs;
  }

  get firmware(): FirmwareCommands {
    return this.#around.firmware;
  }

  get charging(): ChargingCommands {
    return this.#around.desks.charging;
  }

  get reservations(): ReservationCommands {
    return this.#around.desks.reservations;
  }

  registration(): ReturnType<StationCommands['registration']> {
    return this.#around.backend().registrar.standing;
  }

  remoteStart(request: Parameters<StationCommands['remoteStart']>[0]): 'accepted' | 'rejected' {
    return this.#around.desks.remote.start(request);
  }

  remoteStop(backendTransaction: string): Promise<'accepted' | 'rejected'> {
    return this.#around.desks.remote.stop(backendTransaction);
  }

  changeAvailability(
    request: Parameters<StationCommands['changeAvailability']>[0],
  ): ReturnType<StationCommands['changeAvailability']> {
    return this.#around.desks.availability.change(request);
  }

  unlock(evse: number): ReturnType<StationCommands['unlock']> {
    return this.#around.desks.unlock.unlock(evse);
  }

  reset(kind: 'soft' | 'hard'): 'accepted' | 'rejected' {
    return this.#around.reset(kind);
  }

  trigger(what: TriggerRequest): ReturnType<StationCommands['trigger']> {
    return this.#around.desks.triggers.trigger(what);
  }

  async clearCache(): Promise<'accepted' | 'rejected'> {
    const { params, cache, onProblem } = this.#around;
    if (!params.get('authorization.cacheEnabled')) return 'rejected';
    try {
      await cache.clear();
      return 'accepted';
    } catch (error) {
      onProblem(`the authorization cache could not be cleared: ${messageOf(error)}`);
      return 'rejected';
    }
  }

  dataTransfer(request: DataTransferRequest): Promise<DataTransferAnswer> {
    return this.#around.desks.dataTransfer.serve(request);
  }

  problem(text: string): void {
    this.#around.onProblem(text);
  }
}
