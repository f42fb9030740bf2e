import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect } from 'node:tls';
import type { TLSSocket } from 'node:tls';

import { codeOf } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import { certificateFacts } from '../security/certificate-facts.ts';
import type { TlsFinding } from './connect-finding.ts';
import { SecureContexts } from './secure-contexts.ts';
import { judgeTls } from './tls-policy.ts';
import type { TlsJudgement } from './tls-policy.ts';
import { ConnectFailure } from './transport.ts';
import type { TlsRequest } from './transport.ts';
import { TrustAnchorCache } from './trust-anchors.ts';

/** More certificates than this are not looked at. */
const MOST_CERTIFICATES = 20;

/** OpenSSL's words for what operators ask about (S-06); everything else keeps its own code. */
const problems: readonly { readonly pattern: RegExp; readonly code: string; readonly text: string }[] = [
  {
    pattern: /ALERT_\w*CERTIFICATE|CERTIFICATE_REQUIRED|ALERT_UNKNOWN_CA|ALERT_ACCESS_DENIED|ALERT_DECRYPT_ERROR/u,
    code: 'TLS_CLIENT_REFUSED',
    text: 'the backend refuses the certificate of the station, or asks for one',
  },
  {
    pattern: /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW/u,
    code: 'TLS_VERSION',
    text: 'the backend speaks no TLS 1.2 or later',
  },
  {
    pattern: /HANDSHAKE_FAILURE|NO_SHARED_CIPHER|NO_CIPHERS|INSUFFICIENT_SECURITY/u,
    code: 'TLS_CIPHER',
    text: 'the backend accepts none of our TLS cipher suites, or asks for a client certificate',
  },
  {
    pattern: /WRONG_VERSION_NUMBER|PACKET_LENGTH/u,
    code: 'TLS_NOT_SPOKEN',
    text: 'the backend does not speak TLS at this port',
  },
];

/** A connection over which HTTP may now be spoken. */
export interface SecuredSocket {
  readonly socket: TLSSocket;
  readonly judgement: TlsJudgement;
}

/** Secures TCP connections; holds what stations share. */
export class TlsConnector {
  readonly #contexts = new SecureContexts();
  readonly #anchors = new TrustAnchorCache();

  /** TLS handshake, and our verdict before a byte of HTTP leaves. Node's own verification is off, see tls-policy.ts. */
  secure(tcp: Socket, host: string, request: TlsRequest, attempt: Attempt): Promise<SecuredSocket> {
    attempt.enter('tls');
    return attempt.wait<SecuredSocket>((resolve, reject) => {
      const socket = connect({
        socket: tcp,
        // RFC 6066 §3: an address is no server name.
        servername: isIP(host) === 0 ? host : '',
        secureContext: this.#contexts.of(request.clientCertificate),
        rejectUnauthorized: false,
        checkServerIdentity: () => undefined,
      });
      attempt.own(socket);
      socket.on('error', (error) => reject(handshakeFailure(error)));
      socket.once('close', () => reject(handshakeFailure(undefined)));
      socket.once('secureConnect', () => {
        const anchors = this.#anchors.of(request.roots, request.publicRoots);
        const sent = sentBy(socket);
        const judgement = judgeTls({ sent, host }, request, anchors);
        if (attempt.isWatched)
          attempt.tell({
            kind: 'secured',
            tls: { ...versionAndCipher(socket), ...this.#finding(judgement, sent, request) },
          });
        if (judgement.accepted) resolve({ socket, judgement });
        else reject(refused(judgement));
      });
    });
  }

  #finding(
    judgement: TlsJudgement,
    sent: readonly X509Certificate[],
    request: TlsRequest,
  ): Omit<TlsFinding, 'version' | 'cipher'> {
    const { accepted, verdict, warnings, missingIssuer } = judgement;
    const ofPublic = (name: string): boolean => [...this.#anchors.of([], true).named(name)].length > 0;
    return {
      accepted,
      verdict,
      warnings,
      sent: sent.map(certificateFacts),
      missingIssuer: missingIssuer?.replaceAll('\n', ', ') ?? null,
      missingIsPublic: missingIssuer !== null && !request.publicRoots && ofPublic(missingIssuer),
    };
  }
}

function versionAndCipher(socket: TLSSocket): { readonly version: string; readonly cipher: string } {
  return { version: socket.getProtocol() ?? 'unknown', cipher: socket.getCipher().standardName };
}

function sentBy(socket: TLSSocket): X509Certificate[] {
  const sent: X509Certificate[] = [];
  let next = socket.getPeerX509Certificate();
  while (next !== undefined && sent.length < MOST_CERTIFICATES) {
    sent.push(next);
    next = next.issuerCertificate;
  }
  return sent;
}

function refused(judgement: TlsJudgement): ConnectFailure {
  const { verdict } = judgement;
  const text = `the backend’s certificate was refused: ${verdict.explanation}`;
  return new ConnectFailure({ stage: 'tls', code: 'CERTIFICATE_REFUSED', verdict }, text);
}

/**
 * What a backend says of the station's certificate; in TLS 1.3 that comes after the handshake, when HTTP is spoken already.
 * Undefined for every other error.
 */
export function clientRefusal(error: Error): ConnectFailure | undefined {
  const failure = handshakeFailure(error);
  const { detail } = failure;
  return detail.stage === 'tls' && detail.code === 'TLS_CLIENT_REFUSED' ? failure : undefined;
}

function handshakeFailure(error: Error | undefined): ConnectFailure {
  const code = error === undefined ? 'ECONNRESET' : codeOf(error);
  const known = problems.find(({ pattern }) => pattern.test(code));
  const text = known?.text ?? 'the TLS handshake failed';
  return new ConnectFailure({ stage: 'tls', code: known?.code ?? code }, `${text} (${code})`, { cause: error });
}
