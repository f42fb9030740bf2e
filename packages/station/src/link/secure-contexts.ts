import { createHash } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { SecureContext } from 'node:tls';

import { BoundedCache } from './bounded-cache.ts';
import type { TlsRequest } from './transport.ts';

/** The suites of S-06: the whitepaper's four, their RSA twins with forward secrecy, and those of TLS 1.3. Nothing with CBC. */
const CIPHERS: string = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
].join(':');

/** One secure context per client certificate, shared by all stations: half the memory of a TLS connection (performance.md). */
export class SecureContexts {
  readonly #contexts = new BoundedCache<SecureContext>(100);

  of(client: TlsRequest['clientCertificate']): SecureContext {
    const key =
      client === undefined ? '' : createHash('sha256').update(client.certificate).update(client.key).digest('base64');
    return this.#contexts.of(key, () => create(client));
  }
}

function create(client: TlsRequest['clientCertificate']): SecureContext {
  return createSecureContext({
    // Trust is judged by tls-policy.ts; without roots in it the context is small and the same for all trust settings.
    ca: [],
    ciphers: CIPHERS,
    minVersion: 'TLSv1.2',
    ...(client === undefined ? {} : { cert: client.certificate, key: client.key }),
  });
}
