import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';

import type { AccessDesk } from '../api/access/access-desk.ts';
import type { FreshPasswords } from '../api/access/accounts.ts';
import type { ApiHost } from '../api/host-port.ts';
import type { LiveFeed } from './live-feed.ts';
import type { HttpsCertificate } from '../api/tls/https-certificate.ts';
import type { ApiTokens } from '../api/token-gate.ts';
import { isLoopback } from '../api/host-header.ts';
import { tokenFileName } from '../api/token-file.ts';
import { messageOf } from '../core/errors.ts';
import type { Time } from '../core/time.ts';
import type { ParameterOverrides } from '../params/overrides.ts';
import type { CommissioningKeeper } from './commissioning-keeper.ts';
import type { Tell } from './notice.ts';
import { metricsText } from './metrics.ts';
import { processValue } from './process-values.ts';

/** What the API of a daemon is opened with. */
export interface DaemonApiOptions {
  readonly host: ApiHost;
  readonly live: LiveFeed;
  readonly time: Time;
  readonly overrides: ParameterOverrides;
  readonly dataFolder: string;
  readonly tell: Tell;
  /** Tells a person the tokens that were made just now, once, and not through the log. */
  readonly onFreshTokens: (tokens: Partial<ApiTokens>) => void;
  /** The same for the passwords of the first accounts. */
  readonly onFreshPasswords: (passwords: FreshPasswords) => void;
  readonly onListening: (url: string, operatorToken: string) => void;
}

/** The HTTP side of a daemon, as it is ended. */
export interface DaemonApi {
  /** May be called twice. */
  stop(): Promise<void>;
}

/** Loads the HTTP side and opens it. What does not work is told; the stations go on without it. */
export async function openDaemonApi(options: DaemonApiOptions): Promise<DaemonApi> {
  const { host, time, overrides, dataFolder, tell } = options;
  const { ApiServer: Server } = await import('../api/api-server.ts');
  const isNew = !existsSync(join(dataFolder, tokenFileName));
  const tokens = await readTokens(options);
  const access = await createAccess(options, tokens);
  // The first accounts take a second of hashing. The command line does not wait for that; whoever is told the address can sign in.
  const opening = openAccounts(options, { access, isNew });
  const address = processValue('api.host', overrides);
  const server = new Server({
    host,
    time,
    live: options.live,
    metrics: (each) => metricsText({ host, counters: options.live.counters, time }, each),
    access,
    address,
    port: processValue('api.port', overrides),
    https: await openHttps(options),
    dataFolder,
    beforeNetwork: opening,
    onProblem: (text) => tell({ level: 'error', area: 'api', text }),
    onListening: (url) => {
      tell({ level: 'info', area: 'api', text: `The API listens at ${url}.`, fields: { url } });
      options.onListening(url, tokens.operator);
    },
  });
  await server.start();
  const keeper = await opening;
  keeper?.start();
  if (isLoopback(address)) keeper?.serveBy((addresses) => server.listenAlsoAt(addresses));
  // Node writes its compile cache at an orderly end only; a board that loses power would never have one.
  flushCompileCache();
  return {
    stop: async () => {
      keeper?.stop();
      await server.stop();
    },
  };
}

/** The certificate, where HTTPS is wanted. */
async function openHttps({
  overrides,
  dataFolder,
  time,
  tell,
}: DaemonApiOptions): Promise<HttpsCertificate | undefined> {
  if (processValue('api.tls', overrides) === 'off') {
    const text = 'The page is open to the network without encryption; set api.tls to on.';
    if (!isLoopback(processValue('api.host', overrides))) tell({ level: 'warn', area: 'api', text });
    return undefined;
  }
  const [{ HttpsCertificate: Certificate, httpsFileName }, { machineNames }] = await Promise.all([
    import('../api/tls/https-certificate.ts'),
    import('../api/tls/machine-names.ts'),
  ]);
  const deps = { wallMs: () => time.systemWallMs(), names: machineNames, path: join(dataFolder, httpsFileName) };
  try {
    const certificate = await Certificate.open(deps);
    const { fingerprint } = certificate.facts;
    tell({ level: 'info', area: 'api', text: `HTTPS shows the certificate ${fingerprint}.`, fields: { fingerprint } });
    return certificate;
  } catch (error) {
    tell({ level: 'error', area: 'api', text: `A certificate for this run only is shown: ${messageOf(error)}` });
    return Certificate.forThisRun(deps);
  }
}

async function readTokens({ dataFolder, overrides, tell, onFreshTokens }: DaemonApiOptions): Promise<ApiTokens> {
  const configured = {
    operator: processValue('api.operatorToken', overrides),
    manufacturer: processValue('api.manufacturerToken', overrides),
  };
  try {
    const { loadTokens } = await import('../api/token-file.ts');
    const { tokens, fresh } = await loadTokens({ folder: dataFolder, configured });
    if (fresh.operator !== undefined || fresh.manufacturer !== undefined) onFreshTokens(fresh);
    return tokens;
  } catch (error) {
    tell({ level: 'error', area: 'api', text: `Only the command line can be used: ${messageOf(error)}` });
    // Tokens that nobody knows keep the network side shut; the local socket needs none.
    const nobodys = (): string => randomBytes(24).toString('base64url');
    return { operator: configured.operator || nobodys(), manufacturer: configured.manufacturer || nobodys() };
  }
}

async function createAccess({ time, tell }: DaemonApiOptions, tokens: ApiTokens): Promise<AccessDesk> {
  const { AccessDesk: Desk } = await import('../api/access/access-desk.ts');
  return new Desk({
    tokens,
    accounts: null,
    monotonicMs: () => time.monotonicMs(),
    onGuessing: (text) => tell({ level: 'warn', area: 'api', text }),
    onNote: (text) => tell({ level: 'info', area: 'api', text }),
  });
}

/** Without its accounts a daemon lets programs and the command line in all the same. Never rejects. */
async function openAccounts(
  options: DaemonApiOptions,
  { access, isNew }: { readonly access: AccessDesk; readonly isNew: boolean },
): Promise<CommissioningKeeper | null> {
  const { dataFolder, time, tell, onFreshPasswords, host, overrides } = options;
  try {
    const [{ Accounts, accountFileName }, { CommissioningKeeper: Keeper }, { addressesOf }] = await Promise.all([
      import('../api/access/accounts.ts'),
      import('./commissioning-keeper.ts'),
      import('../api/tls/machine-names.ts'),
    ]);
    const path = join(dataFolder, accountFileName);
    const { accounts, fresh } = await Accounts.open({ path, wallMs: () => time.systemWallMs(), isNew });
    const isRegistered = (): boolean => host.stations().some((station) => station.status().registration === 'accepted');
    const interfaceName = processValue('api.commissioningInterface', overrides);
    const addresses = (): ReturnType<typeof addressesOf> => addressesOf(interfaceName);
    const keeper = new Keeper({ accounts, time, tell, isRegistered, addresses });
    access.use({ accounts, commissioning: keeper.commissioning });
    if (Object.keys(fresh).length > 0) onFreshPasswords(fresh);
    return keeper;
  } catch (error) {
    tell({ level: 'error', area: 'api', text: `Nobody can sign in at the page: ${messageOf(error)}` });
    return null;
  }
}
