import type { StationClock } from '../core/station-clock.ts';
import type { Time } from '../core/time.ts';
import { addressParts } from '../doctor/address.ts';
import { doctorRunning } from '../doctor/doctor-running.ts';
import type { RunningChange, RunningStation } from '../doctor/doctor-running.ts';
import type { DoctorReport } from '../doctor/doctor-report.ts';
import { WatchedTransport } from '../doctor/watched-transport.ts';
import type { Reach } from '../link/reach.ts';
import { silenceRemedy, silenceSentence } from '../link/silence-pattern.ts';
import type { Transport } from '../link/transport.ts';
import type { Parameters } from '../params/parameters.ts';
import type { BackendLink } from './backend/backend-link.ts';
import { onStationEvent } from './station-events.ts';

/** What the doctor of one station is made from. */
export interface StationDoctorDeps {
  /** The key in the store, under which events are published. */
  readonly key: string;
  readonly time: Time;
  readonly transport: Transport;
  /** Null: the doctor opens no sockets of its own. */
  readonly reach: Reach | null;
}

/** The station as it is alive now. */
export interface Examinee {
  readonly name: string;
  readonly backend: BackendLink;
  readonly params: Parameters;
  readonly clock: StationClock;
  /** What will soon be in the way. */
  readonly notices: () => readonly string[];
}

/** Looks at the way of a running station to its backend; two that ask at the same time get one look. */
export class StationDoctor {
  /** The transport for the station's link. */
  readonly transport: WatchedTransport;
  readonly #deps: StationDoctorDeps;
  readonly #stop = new AbortController();
  #looking: Promise<DoctorReport> | null = null;
  #last: DoctorReport | null = null;

  constructor(deps: StationDoctorDeps) {
    this.#deps = deps;
    this.transport = new WatchedTransport(deps.transport, deps.time);
  }

  /** `disconnect`: a link that is open is closed and made anew, watched; otherwise it is left alone. */
  look(examinee: Examinee, { disconnect }: { readonly disconnect: boolean }): Promise<DoctorReport> {
    const { time, reach } = this.#deps;
    const { signal } = this.#stop;
    this.#looking ??= this.#look(doctorRunning(this.#running(examinee), { time, reach, disconnect, signal }));
    return this.#looking;
  }

  /** What was found last; null: nobody asked in this life of the process. */
  get last(): DoctorReport | null {
    return this.#last;
  }

  /** Ends a look that is under way with what it found. May be called twice. */
  stop(): void {
    this.#stop.abort();
  }

  async #look(report: Promise<DoctorReport>): Promise<DoctorReport> {
    try {
      this.#last = await report;
      return this.#last;
    } finally {
      this.#looking = null;
    }
  }

  #running({ name, backend, params, clock, notices }: Examinee): RunningStation {
    const { settings } = backend;
    const { endpoint } = settings;
    return {
      name,
      settings,
      parts: endpoint === null ? [] : addressParts(endpoint, params),
      messageTimeoutMs: params.get('backend.messageTimeout') * 1000,
      transport: this.transport,
      clock,
      link: () => backend.state,
      bearer: () => bearerSentence(backend),
      notices,
      registration: () => backend.registrar.state.kind,
      lastBoot: () => backend.lastBoot,
      silence: () => shownSilence(backend, params),
      onChange: (listener) => this.#onChange(listener),
      connectNow: () => backend.connectNow(),
      reconnect: (reason) => backend.reconnectWhenIdle(reason),
    };
  }

  #onChange(listener: (change: RunningChange) => void): () => void {
    return onStationEvent((event) => {
      if (event.station !== this.#deps.key) return;
      if (event.type === 'link') listener({ kind: 'link', state: event.state });
      if (event.type === 'registration') listener({ kind: 'registration', state: event.state });
    });
  }
}

/** Null where the system's routing is all there is (parameters.md row 1: the doctor says who routes). */
function bearerSentence({ bearer }: BackendLink): string | null {
  const { name, interface: device, address, policyRouting } = bearer;
  if (device === null) return null;
  const from = address === null ? device : `${device}, ${address}`;
  return `The connection is ${name} (${from}); routing by source address: ${policyRouting}.`;
}

/** The silence that the link does not survive, in words; null = none is known. */
export function shownSilence(backend: BackendLink, params: Parameters): DoctorReport['silence'] {
  const pattern = backend.silence;
  if (pattern === null) return null;
  const remedy = silenceRemedy(pattern, params.get('backend.keepAliveInterval') * 1000);
  return { ...pattern, text: silenceSentence(pattern), remedy };
}
