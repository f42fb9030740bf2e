import { isHexPassword } from './basic-password.ts';
import type { ParameterId, ParameterValues } from './catalogue.ts';
import { highestRotatedConnector } from './phase-rotations.ts';
import type { ChangeSource } from './row.ts';
import { securityProfile } from './security-profile.ts';
import { watchdogProblem } from './silence.ts';
import type { ValueId } from './value-id.ts';

/** Reads a value in force, or the value that would be after the change. */
export type ValueReader = <K extends ParameterId>(id: K) => ParameterValues[K];

/** What a rule may look at. */
export interface RuleContext {
  /** Values as they would be. */
  readonly next: ValueReader;
  /** Values in force; the same as `next` when nothing is about to change. */
  readonly current: ValueReader;
  readonly source: ChangeSource;
  /** The station has a signed certificate of its own. */
  readonly hasClientCertificate: boolean;
}

/** One rule over several parameters; *refuse* rejects the change, *warn* is shown and logged. */
interface CrossFieldRule {
  readonly severity: 'refuse' | 'warn';
  readonly ids: readonly ParameterId[];
  readonly check: (context: RuleContext) => string | undefined;
}

/** A broken rule, with the values it is about. */
export interface RuleFinding {
  readonly severity: 'refuse' | 'warn';
  readonly ids: readonly ValueId[];
  readonly problem: string;
}

const when = (condition: boolean, problem: string): string | undefined => (condition ? problem : undefined);

/** A list of measurands is no longer than its …MaxLength key says (V-09). */
function listLength(
  list: MeasurandList,
  length: Extract<ParameterId, `metering.${string}DataMaxLength`>,
): CrossFieldRule {
  return {
    severity: 'refuse',
    ids: [list],
    check: ({ next }) =>
      when(
        next(list).length > next(length),
        `At most ${next(length)} measurands are taken; this has ${next(list).length}.`,
      ),
  };
}

type MeasurandList =
  | 'metering.sampledData'
  | 'metering.alignedData'
  | 'metering.stopTxnSampledData'
  | 'metering.stopTxnAlignedData';

const rules: readonly CrossFieldRule[] = [
  listLength('metering.sampledData', 'metering.sampledDataMaxLength'),
  listLength('metering.alignedData', 'metering.alignedDataMaxLength'),
  listLength('metering.stopTxnSampledData', 'metering.stopTxnSampledDataMaxLength'),
  listLength('metering.stopTxnAlignedData', 'metering.stopTxnAlignedDataMaxLength'),
  {
    severity: 'refuse',
    ids: ['metering.connectorPhaseRotation'],
    check: ({ next }) => {
      const highest = highestRotatedConnector(next('metering.connectorPhaseRotation'));
      const connectors = next('station.numberOfConnectors');
      return when(
        connectors > 0 && highest > connectors,
        `There is no connector ${highest}; the station has ${connectors}.`,
      );
    },
  },
  {
    severity: 'refuse',
    ids: ['backend.identity', 'backend.authorizationKey'],
    check: ({ next }) =>
      when(
        next('backend.identity').includes(':') && next('backend.authorizationKey') !== '',
        'An identity with a colon cannot be used with a password: Basic authentication separates the two by a colon.',
      ),
  },
  {
    severity: 'refuse',
    ids: ['backend.authorizationKey', 'backend.passwordEncoding'],
    check: ({ next }) =>
      when(
        next('backend.passwordEncoding') === 'hex' &&
          next('backend.authorizationKey') !== '' &&
          !isHexPassword(next('backend.authorizationKey')),
        'With password encoding hex the password must consist of an even number of hexadecimal digits.',
      ),
  },
  {
    severity: 'refuse',
    ids: ['backend.protocol', 'backend.authorizationKey', 'security.useClientCertificate'],
    check: profileDowngrade,
  },
  {
    severity: 'refuse',
    ids: ['security.useClientCertificate'],
    check: ({ next, hasClientCertificate }) =>
      when(
        next('security.useClientCertificate') && !hasClientCertificate,
        'The station has no certificate to log in with. Have one signed first (SignChargePointCertificate).',
      ),
  },
  {
    severity: 'refuse',
    ids: ['authorization.inDoubt', 'authorization.inDoubtTag'],
    check: ({ next }) =>
      when(
        next('authorization.inDoubt') === 'plugged' && next('authorization.inDoubtTag') === '',
        'A car that begins by itself needs an identifier to be billed under: set authorization.inDoubtTag as well.',
      ),
  },
  {
    severity: 'warn',
    ids: ['authorization.inDoubt', 'charging.stopTransactionOnEVSideDisconnect'],
    check: ({ next }) =>
      when(
        next('authorization.inDoubt') === 'plugged' && !next('charging.stopTransactionOnEVSideDisconnect'),
        'A car that began by itself ends by being unplugged, and that does not end a transaction here: only the backend could end it.',
      ),
  },
  {
    severity: 'refuse',
    ids: ['authorization.freeCharging', 'authorization.freeChargingMode', 'authorization.freeChargingTag'],
    check: ({ next }) =>
      when(
        next('authorization.freeCharging') &&
          next('authorization.freeChargingMode').startsWith('fixedTag') &&
          next('authorization.freeChargingTag') === '',
        'Free charging in this mode needs an identifier under which it is told: set authorization.freeChargingTag (RfidTagFreeCharging) first.',
      ),
  },
  {
    severity: 'refuse',
    ids: ['eichrecht.mode', 'metering.sampledDataSignReadings'],
    check: ({ next }) =>
      when(
        next('eichrecht.mode') === 'on' && !next('metering.sampledDataSignReadings'),
        'Where calibration law is on, the backend gets the signed begin and end: SampledDataSignReadings stays true.',
      ),
  },
  {
    severity: 'refuse',
    ids: ['backend.backoffMinimum', 'backend.backoffMaximum'],
    check: ({ next }) =>
      when(
        next('backend.backoffMaximum') < next('backend.backoffMinimum'),
        'The longest redial wait must not be shorter than the redial wait.',
      ),
  },
  {
    severity: 'warn',
    ids: [
      'backend.tcpWatchdogTimeout',
      'backend.keepAliveInterval',
      'backend.heartbeatInterval',
      'backend.communicationTimeout',
    ],
    check: ({ next }) =>
      watchdogProblem({
        watchdogSeconds: next('backend.tcpWatchdogTimeout'),
        keepAliveSeconds: next('backend.keepAliveInterval'),
        heartbeatSeconds: next('backend.heartbeatInterval'),
        communicationTimeoutSeconds: next('backend.communicationTimeout'),
      }),
  },
  {
    // T-21: a dead link must be noticed before the attempts of a transaction message are used up.
    severity: 'warn',
    ids: ['backend.keepAliveInterval', 'traffic.transactionMessageAttempts', 'traffic.transactionMessageRetryInterval'],
    check: ({ next }) => {
      const retryingSeconds =
        next('traffic.transactionMessageAttempts') * next('traffic.transactionMessageRetryInterval');
      return when(
        retryingSeconds > 0 && next('backend.keepAliveInterval') >= retryingSeconds,
        `The keep-alive interval should be shorter than attempts × retry interval (${retryingSeconds} s).`,
      );
    },
  },
  {
    severity: 'warn',
    ids: ['traffic.transactionMessageRetryInterval', 'traffic.retryIntervalMax'],
    check: ({ next }) =>
      when(
        next('traffic.retryIntervalMax') < next('traffic.transactionMessageRetryInterval'),
        'The longest retry interval is shorter than the retry interval and cuts it.',
      ),
  },
  {
    severity: 'warn',
    ids: ['backend.path', 'backend.identity'],
    check: ({ next }) => {
      const last = next('backend.path')
        .split('?', 1)[0]
        ?.split('/')
        .findLast((segment) => segment !== '');
      return when(
        last !== undefined && last !== '' && last === next('backend.identity'),
        'The path ends with the identity; the station appends the identity itself, so the address would name it twice.',
      );
    },
  },
  {
    severity: 'warn',
    ids: ['backend.protocol', 'backend.tlsVerification'],
    check: ({ next }) =>
      when(
        next('backend.protocol') === 'wss' && next('backend.tlsVerification') !== 'strict',
        `TLS verification is ${next('backend.tlsVerification')}: somebody on the way could pose as the backend.`,
      ),
  },
  {
    severity: 'warn',
    ids: [
      'backend.protocol',
      'backend.authorizationKey',
      'security.useClientCertificate',
      'backend.communicationType',
      'backend.host',
    ],
    check: ({ next }) => (isConnectable(next) ? securityProfile(facts(next)).warning : undefined),
  },
  {
    severity: 'warn',
    ids: ['backend.protocol', 'security.useClientCertificate'],
    check: ({ next }) =>
      when(
        next('security.useClientCertificate') && next('backend.protocol') === 'ws',
        'The client certificate is not used, because the connection is not encrypted (backend.protocol).',
      ),
  },
];

/** True when the station has a backend to connect to. */
export function isConnectable(read: ValueReader): boolean {
  if (read('backend.communicationType') === 'off' || read('backend.connectionType') === 'none') return false;
  return read('backend.host') !== '' && read('backend.identity') !== '';
}

/** True when the station logs in with its password, where one is set. */
export function usesPassword(read: ValueReader): boolean {
  return read('backend.protocol') === 'ws' || !read('security.useClientCertificate');
}

/** What keeps a station that shall talk to a backend from doing so, with the parameter to set. */
export function missingForConnection(
  read: ValueReader,
): readonly { readonly id: ParameterId; readonly problem: string }[] {
  if (read('backend.communicationType') === 'off' || read('backend.connectionType') === 'none') return [];
  const missing: { id: ParameterId; problem: string }[] = [];
  if (read('backend.host') === '') missing.push({ id: 'backend.host', problem: 'No backend host is set.' });
  if (read('backend.identity') === '') missing.push({ id: 'backend.identity', problem: 'No identity is set.' });
  return missing;
}

/** Every rule that the values break; with `touched` only rules that concern one of these parameters. */
export function checkRules(context: RuleContext, touched?: ReadonlySet<ParameterId>): readonly RuleFinding[] {
  return rules.flatMap((rule) => {
    if (touched !== undefined && !rule.ids.some((id) => touched.has(id))) return [];
    const problem = rule.check(context);
    return problem === undefined ? [] : [{ severity: rule.severity, ids: rule.ids, problem }];
  });
}

/** Going below the security profile in force needs the manufacturer, locally (parameters.md section 3). */
function profileDowngrade({ next, current, source }: RuleContext): string | undefined {
  if (source === 'manufacturer') return undefined;
  const before = securityProfile(facts(current)).profile;
  const after = securityProfile(facts(next)).profile;
  return when(
    after < before,
    `This would lower the security profile from ${before} to ${after}; only the manufacturer can do that, on site.`,
  );
}

function facts(read: ValueReader): Parameters<typeof securityProfile>[0] {
  return {
    protocol: read('backend.protocol'),
    hasPassword: read('backend.authorizationKey') !== '',
    usesClientCertificate: read('security.useClientCertificate'),
  };
}
