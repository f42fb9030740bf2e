import { KerbsideError, messageOf } from '../../core/errors.ts';
import type { CallScheduler } from '../../delivery/call-scheduler.ts';
import type { DataTransferAnswer, DataTransferRequest, Outcome } from '../../delivery/session.ts';
import type { DataTransferMessage, DataTransferVendor } from '../../dialects/data-transfer.ts';

/** What the desk for messages of vendors works with. */
export interface DataTransferDeskDeps {
  /** The key of the station, for the vendors. */
  readonly station: string;
  readonly scheduler: CallScheduler;
  /** Of the product itself, and those that the user of the library registered; of two with one id the later counts. */
  readonly vendors: readonly DataTransferVendor[];
  readonly onProblem: (problem: string) => void;
}

/** The most characters of data that are taken and sent; the checklist asks for 64 Ki at least (D-01). */
const longestData = 262_144;

/** Serves the messages of the vendors that are registered, and sends theirs. */
export class DataTransferDesk {
  readonly #deps: DataTransferDeskDeps;
  readonly #vendors: ReadonlyMap<string, ReadonlyMap<string, DataTransferMessage>>;

  constructor(deps: DataTransferDeskDeps) {
    this.#deps = deps;
    this.#vendors = new Map(deps.vendors.map(({ vendorId, messages }) => [vendorId.toLowerCase(), byId(messages)]));
  }

  /** Serves a message of the backend. Never rejects: what a vendor throws is told as a problem, and refused. */
  async serve({ vendorId, messageId, data }: DataTransferRequest): Promise<DataTransferAnswer> {
    const messages = this.#vendors.get(vendorId.toLowerCase());
    if (messages === undefined) return { status: 'unknownVendorId', data: null };
    const serve = messages.get((messageId ?? '').toLowerCase());
    if (serve === undefined) return { status: 'unknownMessageId', data: null };
    if (isTooLong(data)) return this.#refused(vendorId, messageId, `more than ${longestData} characters`);
    try {
      const { status, data: answer = null } = await serve(data, { station: this.#deps.station });
      if (!isTooLong(answer)) return { status, data: answer };
      // What was done cannot be undone, so that its status stands.
      this.#problem(vendorId, messageId, `was answered without data, which had more than ${longestData} characters`);
      return { status, data: null };
    } catch (error) {
      return this.#refused(vendorId, messageId, messageOf(error));
    }
  }

  /**
   * Sends a message of a registered vendor, once: it ends as `linkLost` while nothing can be sent, and is never repeated.
   * @throws KerbsideError `vendor.unknown` for a vendor that is not registered (D-02), `vendor.tooLong` for data beyond 262,144 characters
   */
  async send(request: DataTransferRequest): Promise<Outcome<DataTransferAnswer>> {
    if (!this.#vendors.has(request.vendorId.toLowerCase())) {
      throw new KerbsideError(
        'vendor.unknown',
        `The vendor ${request.vendorId} is not registered, so nothing of it is sent.`,
      );
    }
    if (isTooLong(request.data)) {
      const length = request.data?.length ?? 0;
      throw new KerbsideError('vendor.tooLong', `The data have ${length} characters; at most ${longestData} are sent.`);
    }
    return this.#deps.scheduler.request('vendor', (session) => session.dataTransfer(request));
  }

  #refused(vendorId: string, messageId: string | null, why: string): DataTransferAnswer {
    this.#problem(vendorId, messageId, `was refused: ${why}`);
    return { status: 'rejected', data: null };
  }

  #problem(vendorId: string, messageId: string | null, what: string): void {
    this.#deps.onProblem(`DataTransfer ${vendorId} ${messageId ?? ''} ${what}`);
  }
}

function isTooLong(data: string | null): boolean {
  return data !== null && data.length > longestData;
}

function byId(messages: DataTransferVendor['messages']): ReadonlyMap<string, DataTransferMessage> {
  return new Map(Object.entries(messages).map(([id, serve]) => [id.toLowerCase(), serve]));
}
