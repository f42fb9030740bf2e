/** The layers of packages/station/src: a folder or a file of its top level. A layer imports only from those above it. */
const layers: readonly string[] = [
  'core',
  'store',
  'params',
  'evse',
  'metering',
  'authorization',
  'transactions',
  'eichrecht',
  'delivery',
  'smartcharging',
  'reservations',
  'diagnostics',
  'security',
  'firmware',
  'bearers',
  'link',
  'dialects',
  'drivers',
  'doctor',
  'api',
  'integrations',
  'station',
  'station.ts',
  'host.ts',
  'daemon',
  'cli',
  'main.ts',
  'index.ts',
];

/** The layers that may name an OCPP version: dialects speak it, the link needs the sub-protocol's name. */
const layersOfOcpp: ReadonlySet<string> = new Set(['link', 'dialects']);

/** The layers that may touch the machine (house rule 10); all others take ports from `deps`. */
const layersOfTheMachine: ReadonlySet<string> = new Set([
  'core',
  'store',
  'bearers',
  'link',
  'drivers',
  'api',
  'integrations',
  'station.ts',
  'host.ts',
  'daemon',
  'cli',
  'main.ts',
]);

const machineModules =
  /^node:(fs|net|tls|http|https|http2|dgram|dns|child_process|worker_threads|cluster|os|timers|process)(\/|$)/;

/** The packages of ours that a package may import, by name. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  ocpp: [],
  ocmf: [],
  station: ['ocpp', 'ocmf'],
  testkit: ['ocpp', 'ocmf', 'station'],
  ui: ['ocpp', 'ocmf'],
};

/** The packages that run in a browser as well. */
const packagesOfBrowsers: ReadonlySet<string> = new Set(['ocpp', 'ocmf']);

/** Tests, and the helpers beside them; in packages/testkit, which is made of helpers, only the tests. */
const isTestCode = /\.test\.tsx?$|^packages\/(?!testkit\/).*(\/test-[^/]*|-contract)\.ts$/;

/** Where a source lies: its package and, in the station, its layer. */
interface Place {
  readonly package: string;
  readonly layer: string;
  readonly isTest: boolean;
}

function placeOf(path: string): Place | null {
  const match = /^packages\/([^/]+)\/src\/([^/]+)/.exec(path);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  return { package: match[1], layer: match[2], isTest: isTestCode.test(path) };
}

/** What is wrong with a file's own place; null when nothing is. */
export function placeProblem(path: string): string | null {
  const place = placeOf(path);
  if (place === null || place.package !== 'station' || place.isTest || layers.includes(place.layer)) return null;
  return `${place.layer} is in no layer: give it a place in tools/layers/rules.ts`;
}

/** What is wrong with an import of another package or of Node; null when nothing is. */
export function packageProblem(path: string, specifier: string): string | null {
  const from = placeOf(path);
  if (from === null) return null;
  const ours = /^@kerbside\/([^/]+)/.exec(specifier)?.[1];
  if (ours !== undefined) return ownPackageProblem(from, ours);
  if (from.isTest) return null;
  if (packagesOfBrowsers.has(from.package) && specifier.startsWith('node:'))
    return `packages/${from.package} runs in a browser too: no node: module`;
  if (from.package === 'station' && machineModules.test(specifier) && !layersOfTheMachine.has(from.layer)) {
    return `${from.layer} takes ports from deps and does not touch the machine itself (house rule 10)`;
  }
  return null;
}

function ownPackageProblem(from: Place, ours: string): string | null {
  if (ours === from.package) return 'inside a package, files import each other by path';
  if (!(mayImport[from.package] ?? []).includes(ours)) return `packages/${from.package} never imports packages/${ours}`;
  if (from.package === 'station' && ours === 'ocpp' && !from.isTest && !layersOfOcpp.has(from.layer)) {
    return 'only dialects/ and link/ import @kerbside/ocpp (house rule 18)';
  }
  return null;
}

/** What is wrong with an import of a file by path; null when nothing is. */
export function fileProblem(path: string, imported: string): string | null {
  const from = placeOf(path);
  if (from === null) return null;
  const to = placeOf(imported);
  if (to === null || to.package !== from.package)
    return 'a path that leaves the package: import the package by its name';
  if (from.isTest) return null;
  if (to.isTest) return 'only tests import tests';
  if (from.package !== 'station') return null;
  const rank = layers.indexOf(from.layer);
  // A file without a layer is reported once, not for each of its imports.
  if (rank < 0 || layers.indexOf(to.layer) <= rank) return null;
  return `${from.layer} is a lower layer than ${to.layer} and may not import it`;
}
