import type { Localized } from '../core/localized.ts';
import type { ParameterId } from '../params/catalogue.ts';
import type { Parameters } from '../params/parameters.ts';
import { isLoopback } from './host-header.ts';
import type { StationStatus } from './host-port.ts';

/** One thing that was looked at. */
export interface SecurityFinding {
  readonly id: string;
  readonly level: 'ok' | 'notice' | 'warning' | 'danger';
  readonly text: Localized;
  /** What to do; empty where nothing is. */
  readonly remedy: Localized;
  /** Where it is set; null: nowhere in the parameters. */
  readonly parameter: ParameterId | null;
}

/** What the check looks at. */
export interface CheckedStation {
  readonly parameters: Pick<Parameters, 'get'>;
  readonly status: Pick<StationStatus, 'security' | 'clock'>;
  /** Accounts whose first password was never changed; null: there are no accounts to look at. */
  readonly untouchedAccounts: readonly string[] | null;
  readonly nowMs: number;
}

type Look = (station: CheckedStation) => Omit<SecurityFinding, 'id'> | null;

const nothing: Localized = { en: '', de: '' };
const dayMs = 86_400_000;

function good(en: string, de: string): Omit<SecurityFinding, 'id'> {
  return { level: 'ok', text: { en, de }, remedy: nothing, parameter: null };
}

/** Every look, in the order in which it is told; one that has nothing to say is left out. */
const looks: Readonly<Record<string, Look>> = {
  transport: ({ parameters }) => {
    if (parameters.get('backend.communicationType') === 'off') return null;
    if (parameters.get('backend.protocol') === 'wss')
      return good('The connection to the backend is encrypted.', 'Die Verbindung zum Backend ist verschlüsselt.');
    const local = isLoopback(parameters.get('backend.host'));
    return {
      level: local ? 'notice' : 'danger',
      text: {
        en: 'The connection to the backend is not encrypted: everybody on the way can read and change the messages.',
        de: 'Die Verbindung zum Backend ist unverschlüsselt: Jeder auf dem Weg kann Nachrichten lesen und verändern.',
      },
      remedy: { en: 'Use wss if the backend offers it.', de: 'Verwenden Sie wss, wenn das Backend es anbietet.' },
      parameter: 'backend.protocol',
    };
  },
  verification: ({ parameters }) => {
    if (parameters.get('backend.protocol') !== 'wss') return null;
    if (parameters.get('backend.tlsVerification') === 'strict')
      return good(
        'The certificate of the backend is checked in full.',
        'Das Zertifikat des Backends wird ganz geprüft.',
      );
    return {
      level: 'danger',
      text: {
        en: 'The certificate of the backend is not checked in full: somebody on the way could pose as the backend.',
        de: 'Das Zertifikat des Backends wird nicht ganz geprüft: Jemand auf dem Weg könnte sich als Backend ausgeben.',
      },
      remedy: {
        en: 'Install the root certificate of the backend and set the verification to strict.',
        de: 'Installieren Sie das Wurzelzertifikat des Backends und stellen Sie die Prüfung auf strict.',
      },
      parameter: 'backend.tlsVerification',
    };
  },
  password: ({ parameters }) => {
    if (parameters.get('backend.communicationType') === 'off') return null;
    if (parameters.get('security.useClientCertificate') || parameters.get('backend.authorizationKey') !== '')
      return good('The station proves to the backend who it is.', 'Die Station weist sich beim Backend aus.');
    return {
      level: 'warning',
      text: {
        en: 'The station logs in without a password: whoever knows its identity could pose as it.',
        de: 'Die Station meldet sich ohne Passwort an: Wer ihre Identität kennt, könnte sich als sie ausgeben.',
      },
      remedy: {
        en: 'Set the password that the backend has for this station, or use a certificate.',
        de: 'Setzen Sie das Passwort, das das Backend für diese Station hat, oder verwenden Sie ein Zertifikat.',
      },
      parameter: 'backend.authorizationKey',
    };
  },
  certificate: ({ status: { security }, nowMs }) => {
    if (security.certificate === null) return null;
    const days = Math.floor((security.certificate.validToMs - nowMs) / dayMs);
    if (days > 30) return good('The own certificate is valid.', 'Das eigene Zertifikat ist gültig.');
    return {
      level: days < 0 ? 'danger' : 'warning',
      text:
        days < 0
          ? { en: 'The own certificate has expired.', de: 'Das eigene Zertifikat ist abgelaufen.' }
          : {
              en: `The own certificate expires in ${days} days.`,
              de: `Das eigene Zertifikat läuft in ${days} Tagen ab.`,
            },
      remedy: { en: 'Have a new one signed.', de: 'Lassen Sie ein neues ausstellen.' },
      parameter: null,
    };
  },
  page: ({ parameters }) => {
    if (isLoopback(parameters.get('api.host')))
      return good(
        'This page is reached from the device itself only.',
        'Diese Seite ist nur vom Gerät selbst erreichbar.',
      );
    if (parameters.get('api.tls') === 'on')
      return good('This page is encrypted (HTTPS).', 'Diese Seite ist verschlüsselt (HTTPS).');
    return {
      level: 'warning',
      text: {
        en: 'This page is reached over the network without encryption: passwords could be read on the way.',
        de: 'Diese Seite ist im Netz unverschlüsselt erreichbar: Passwörter könnten unterwegs mitgelesen werden.',
      },
      remedy: { en: 'Set api.tls to on.', de: 'Setzen Sie api.tls auf on.' },
      parameter: 'api.tls',
    };
  },
  passwords: ({ untouchedAccounts }) => {
    if (untouchedAccounts === null) return null;
    if (untouchedAccounts.length === 0)
      return good('Everybody has chosen a password.', 'Alle haben ein eigenes Passwort gewählt.');
    const names = untouchedAccounts.join(', ');
    return {
      level: 'warning',
      text: {
        en: `First passwords were never changed: ${names}.`,
        de: `Erste Passwörter wurden nie geändert: ${names}.`,
      },
      remedy: {
        en: 'Sign in once with each account, or delete those that nobody needs.',
        de: 'Melden Sie sich mit jedem Konto einmal an, oder löschen Sie, was niemand braucht.',
      },
      parameter: null,
    };
  },
  firmware: ({ parameters }) => {
    if (!parameters.get('firmware.acceptUnsigned'))
      return good('Only signed firmware is installed.', 'Nur signierte Firmware wird installiert.');
    return {
      level: 'danger',
      text: {
        en: 'Firmware without a signature is installed: whoever may send one owns the station.',
        de: 'Firmware ohne Signatur wird installiert: Wer sie schicken darf, beherrscht die Station.',
      },
      remedy: {
        en: 'Switch it off again after commissioning.',
        de: 'Schalten Sie das nach der Inbetriebnahme wieder aus.',
      },
      parameter: 'firmware.acceptUnsigned',
    };
  },
  freeCharging: ({ parameters }) =>
    parameters.get('authorization.freeCharging')
      ? {
          level: 'notice',
          text: { en: 'Charging is free of charge for everybody.', de: 'Laden ist für alle kostenlos.' },
          remedy: {
            en: 'Switch it off where that is not meant.',
            de: 'Schalten Sie es aus, wenn das nicht gemeint ist.',
          },
          parameter: 'authorization.freeCharging',
        }
      : null,
  inDoubt: ({ parameters }) =>
    parameters.get('authorization.inDoubt') !== 'off' || parameters.get('authorization.allowOfflineTxForUnknownId')
      ? {
          level: 'notice',
          text: {
            en: 'While the backend is away, cards charge that nobody knows.',
            de: 'Während das Backend fehlt, laden auch Karten, die niemand kennt.',
          },
          remedy: {
            en: 'Switch it off where unpaid energy matters more than waiting drivers.',
            de: 'Schalten Sie es aus, wo unbezahlte Energie schwerer wiegt als wartende Fahrer.',
          },
          parameter:
            parameters.get('authorization.inDoubt') !== 'off'
              ? 'authorization.inDoubt'
              : 'authorization.allowOfflineTxForUnknownId',
        }
      : null,
  clock: ({ status: { clock } }) =>
    clock.source === 'none'
      ? {
          level: 'warning',
          text: {
            en: 'The clock is not set: certificates and times of sessions cannot be trusted.',
            de: 'Die Uhr ist nicht gestellt: Zertifikate und Zeiten von Ladevorgängen sind nicht verlässlich.',
          },
          remedy: {
            en: 'Connect the backend or a time server.',
            de: 'Verbinden Sie das Backend oder einen Zeitserver.',
          },
          parameter: null,
        }
      : null,
};

/** Looks at everything that could let strangers in or energy out; the worst first. */
export function securityFindings(station: CheckedStation): readonly SecurityFinding[] {
  const ranks = ['danger', 'warning', 'notice', 'ok'];
  return Object.entries(looks)
    .flatMap(([id, look]): SecurityFinding[] => {
      const finding = look(station);
      return finding === null ? [] : [{ id, ...finding }];
    })
    .toSorted((a, b) => ranks.indexOf(a.level) - ranks.indexOf(b.level));
}
