/** What a failure means, by the codes of the operating system, of the resolver, and of our own attempt. `{place}` and `{code}` are filled in. */
export interface Advice {
  readonly codes: RegExp;
  readonly text: string;
  readonly remedy: string;
}

/** DNS: does the name not exist, or is nobody there to ask? */
export const dnsAdvice: readonly Advice[] = [
  {
    codes: /^(ENOTFOUND|ENODATA|ENONAME|EAI_NONAME|EAI_NODATA)$/u,
    text: 'The name {place} does not exist ({code}, NXDOMAIN or without an address).',
    remedy:
      'Check the spelling of backend.host. A private name may be known only to the name servers of another network.',
  },
  {
    codes: /^(ETIMEOUT|ETIMEDOUT|TIMEOUT)$/u,
    text: 'No name server answered in time when {place} was looked up ({code}).',
    remedy:
      'Check that the network lets the station out to its name servers (port 53), and that they are the right ones.',
  },
  {
    codes: /^(EAI_AGAIN|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|EADDRGETNETWORKPARAMS)$/u,
    text: 'No name server can be reached to look up {place} ({code}).',
    remedy: 'Check that the network is up and that it names name servers: /etc/resolv.conf, the DHCP answer, the APN.',
  },
  {
    codes: /^(ESERVFAIL|EREFUSED|EAI_FAIL|EBADRESP|EFORMERR|ENOTIMP)$/u,
    text: 'The name server could not answer for {place} ({code}).',
    remedy: 'The name server, or that of the domain, has a problem. Ask whoever runs it, or use another one.',
  },
];

/** TCP: does the machine refuse, is it silent, or is there no way to it? */
export const tcpAdvice: readonly Advice[] = [
  {
    codes: /^ECONNREFUSED$/u,
    text: '{place} refused the connection ({code}): the machine is there, and nothing listens at this port.',
    remedy:
      'Check backend.port (empty means 80 for ws and 443 for wss) and whether the backend is running; a firewall may also refuse in its place.',
  },
  {
    codes: /^(ETIMEDOUT|TIMEOUT)$/u,
    text: 'Nothing came back from {place} ({code}).',
    remedy:
      'Most often a firewall drops what it does not let through: ask whoever runs the network to let the station out to this port. Otherwise the address is wrong or the machine is off.',
  },
  {
    codes: /^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN)$/u,
    text: 'There is no route to {place} ({code}).',
    remedy:
      'Check cable, gateway and address of the interface, or SIM and APN. An IPv6 address needs a network with IPv6.',
  },
  {
    codes: /^(ECONNRESET|ECONNABORTED|EPIPE)$/u,
    text: '{place} ended the connection as soon as it was made ({code}).',
    remedy: 'A firewall or a load balancer without a living backend behind it does that. Ask whoever runs it.',
  },
  {
    codes: /^(EACCES|EPERM)$/u,
    text: 'This machine does not allow a connection to {place} ({code}).',
    remedy:
      'Check the firewall of the station itself and the limits of its service (such as IPAddressDeny of systemd).',
  },
  {
    codes: /^(EADDRNOTAVAIL|EINVAL)$/u,
    text: 'The station has no address of its own from which {place} could be reached ({code}).',
    remedy: 'The bearer lost its address, or the network has none of this kind (IPv4 or IPv6). Check the interface.',
  },
];

/** The proxy: does it want a password, does it forbid the target, or is it no proxy? */
export const proxyAdvice: readonly Advice[] = [
  {
    codes: /^INVALID$/u,
    text: '{place} cannot be used: it is not of the form HOST[:PORT].',
    remedy: 'Correct backend.proxy, or leave it empty to connect without one.',
  },
  {
    codes: /^HTTP_407$/u,
    text: '{place} wants a password of its own ({code}).',
    remedy: 'Ask whoever runs the proxy to admit the station without one.',
  },
  {
    codes: /^HTTP_403$/u,
    text: '{place} forbids the way to the backend ({code}).',
    remedy: 'Ask whoever runs the proxy to allow CONNECT to the backend’s host and port.',
  },
  {
    codes: /^HTTP_5\d\d$/u,
    text: '{place} could not reach the backend ({code}).',
    remedy:
      'Check backend.host and backend.port; the proxy looks the name up itself. Otherwise ask whoever runs the proxy.',
  },
  {
    codes: /^(HTTP_\d+|HPE_.*)$/u,
    text: '{place} opened no tunnel ({code}).',
    remedy: 'Check that backend.proxy names an HTTP proxy that allows CONNECT.',
  },
];

const nobodyKnows: Advice = {
  codes: /^/u,
  text: 'The way to {place} failed ({code}).',
  remedy: 'Pass the technical line on to whoever runs the network.',
};

/** The row for a code. */
export function adviceFor(rows: readonly Advice[], code: string): Advice {
  return rows.find(({ codes }) => codes.test(code)) ?? nobodyKnows;
}
