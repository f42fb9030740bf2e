import type { AuthorizationCache } from '../authorization/cache.ts';
import { messageOf } from '../core/errors.ts';
import type { StationCommands } from '../dialects/station-commands.ts';
import type { Parameters } from '../params/parameters.ts';
import type { BackendLink } from './backend-link.ts';
import { configurationCommands } from './configuration-commands.ts';
import type { Desks } from './desks.ts';

/** The parts of a station that carry out what a backend asks for. */
export interface CommandSurroundings {
  readonly params: Parameters;
  readonly cache: AuthorizationCache;
  readonly desks: Desks;
  readonly backend: () => BackendLink;
  readonly reset: (kind: 'soft' | 'hard') => 'accepted' | 'rejected';
  readonly onProblem: (text: string) => void;
}

/** Leads each call of a backend to the part of the station that carries it out. */
export function stationCommands(around: CommandSurroundings): StationCommands {
  const { params, desks, backend, reset } = around;
  return {
    registration: () => backend().registrar.standing,
    remoteStart: (request) => desks.remote.start(request),
    remoteStop: (transaction) => desks.remote.stop(transaction),
    changeAvailability: (request) => desks.availability.change(request),
    unlock: (evse) => desks.unlock.unlock(evse),
    reset,
    trigger: (request) => desks.triggers.trigger(request),
    clearCache: () => clearCache(around),
    dataTransfer: (request) => desks.dataTransfer.serve(request),
    configuration: configurationCommands(params),
    problem: (text) => around.onProblem(text),
  };
}

async function clearCache({ params, cache, onProblem }: CommandSurroundings): Promise<'accepted' | 'rejected'> {
  if (!params.get('authorization.cacheEnabled')) return 'rejected';
  try {
    await cache.clear();
    return 'accepted';
  } catch (error) {
    onProblem(`the authorization cache could not be cleared: ${messageOf(error)}`);
    return 'rejected';
  }
}
