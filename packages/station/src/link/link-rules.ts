import { isDeepStrictEqual } from 'node:util';

import { messageOf } from '../core/errors.ts';
import { basicAuthorization } from './basic-authorization.ts';
import { buildUrl } from './endpoint.ts';
import type { LinkRules, LinkTarget } from './link-machine-types.ts';
import type { LinkEndpoint, LinkSettings } from './link-state.ts';

/** Turns settings into the machine's rules: builds the URL once per endpoint and notices when the endpoint is another one. */
export class LinkRulesReader {
  readonly #settings: () => LinkSettings;
  readonly #warn: (text: string) => void;
  #endpoint: LinkEndpoint | null = null;
  #target: LinkTarget | null = null;
  #problem = '';
  #version = 0;

  constructor(settings: () => LinkSettings, warn: (text: string) => void) {
    this.#settings = settings;
    this.#warn = warn;
  }

  /** The rules as of now. An endpoint that cannot be used is none, with the reason. */
  read(): LinkRules {
    const settings = this.#settings();
    if (!isSameEndpoint(settings.endpoint, this.#endpoint)) this.#adopt(settings.endpoint);
    const { communicationTimeoutMs, tcpWatchdogMs, keepAliveMs, backOff, startSpreadMs } = settings;
    const reason = this.#problem === '' ? settings.reason : this.#problem;
    return { target: this.#target, reason, communicationTimeoutMs, tcpWatchdogMs, keepAliveMs, backOff, startSpreadMs };
  }

  /** Takes over another trust into the target as it is: it counts from the next attempt on, and the connection stays. */
  adoptTrust(): void {
    const { endpoint } = this.#settings();
    if (endpoint === null || this.#endpoint === null || this.#target === null) return;
    const { tlsRoots, tlsPublicRoots } = endpoint;
    this.#endpoint = { ...this.#endpoint, tlsRoots, tlsPublicRoots };
    this.#target = { ...this.#target, endpoint: this.#endpoint };
  }

  #adopt(endpoint: LinkEndpoint | null): void {
    this.#endpoint = endpoint;
    this.#target = null;
    this.#problem = '';
    if (endpoint === null) return;
    try {
      this.#version += 1;
      this.#target = targetOf(endpoint, this.#version);
    } catch (thrown) {
      this.#problem = messageOf(thrown);
      this.#warn(this.#problem);
    }
  }
}

function isSameEndpoint(one: LinkEndpoint | null, other: LinkEndpoint | null): boolean {
  return isDeepStrictEqual(comparable(one), comparable(other));
}

/** Bytes are the same in a Buffer and in a Uint8Array, which deep equality keeps apart. */
function comparable(endpoint: LinkEndpoint | null): unknown {
  return endpoint === null
    ? null
    : { ...endpoint, password: endpoint.password === null ? null : [...endpoint.password] };
}

/** What to connect to for an endpoint. @throws KerbsideError `endpoint.invalid` */
export function targetOf(endpoint: LinkEndpoint, version: number): LinkTarget {
  const { identity, password } = endpoint;
  const url = buildUrl(endpoint);
  if (password === null) return { url, version, endpoint };
  return { url, version, endpoint, authorization: basicAuthorization(identity, password) };
}
