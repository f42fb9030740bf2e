import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build, type BuildOptions, type Plugin } from 'esbuild';

import { root } from '../source-files.ts';

/**
 * Takes from Node's modules the members that are used, when the part that uses them is loaded. An `import` of `node:http` at the top
 * of the file would read all its members, some of which load undici (30 ms, 4 MB), and for parts that may never be needed.
 */
const builtinsOnDemand: Plugin = {
  name: 'builtins-on-demand',
  setup(bundling) {
    bundling.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'builtin' }));
    bundling.onLoad({ filter: /^node:/, namespace: 'builtin' }, ({ path }) => {
      const names = Object.keys(process.getBuiltinModule(path) ?? {}).filter((name) => /^[A-Za-z]\w*$/.test(name));
      const members = names.map((name, index) => `const $${index} = /* @__PURE__ */ take('${name}');`);
      const exported = names.map((name, index) => `$${index} as ${name}`);
      const contents = [
        `const builtin = /* @__PURE__ */ process.getBuiltinModule('${path}');`,
        'const take = (name) => builtin[name];',
        ...members,
        `export { builtin as default, ${exported.join(', ')} };`,
      ];
      return { contents: contents.join('\n') };
    });
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  conditions: ['source'],
  // Names stay as they are: a stack trace from the field has to be readable.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [builtinsOnDemand],
} as const satisfies BuildOptions;

/**
 * Packs the daemon into `kerbside.mjs`, one file that needs nothing but Node 24; by default in `packages/station/dist/bundle`.
 * Modules that are imported dynamically are in it too and run only when they are asked for. Returns the size in bytes.
 */
export async function buildBundle(folder: string = join(root, 'packages/station/dist/bundle')): Promise<number> {
  const { metafile } = await build({
    ...common,
    entryPoints: ['packages/station/src/main.ts'],
    outfile: join(folder, 'kerbside.mjs'),
    sourcemap: 'linked',
    metafile: true,
    // The demo's backend comes from the installed package; ws's native helpers are optional and not wanted.
    external: ['@kerbside/testkit', '@kerbside/testkit/*', 'bufferutil', 'utf-8-validate'],
    // CommonJS dependencies ask for Node's modules with require, which an ES module does not have.
    banner: {
      js: "import { createRequire as kerbsideRequire } from 'node:module'; const require = kerbsideRequire(import.meta.url);",
    },
    define: { KERBSIDE_STORE_WORKER: JSON.stringify(await storeWorker()) },
  });
  const licences = await licencesOf(Object.keys(metafile.inputs));
  await writeFile(join(folder, 'LICENSES.txt'), licences);
  return Object.entries(metafile.outputs).find(([path]) => path.endsWith('kerbside.mjs'))?.[1].bytes ?? 0;
}

/** The store's worker as a data: URL: a thread that loads 24 kB starts some 50 ms sooner than one that loads the whole program. */
async function storeWorker(): Promise<string> {
  const { outputFiles } = await build({
    ...common,
    entryPoints: ['packages/station/src/store/sqlite/store-worker.ts'],
    write: false,
  });
  return `data:text/javascript;base64,${Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')}`;
}

/** The licence texts of everything from npm that went in: their terms ask that the texts travel along. */
async function licencesOf(inputs: readonly string[]): Promise<string> {
  const names = inputs.flatMap((path) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  const parts = await Promise.all(
    [...new Set(names)].toSorted().map(async (name) => `${name}\n\n${await licenceOf(name)}`),
  );
  const own = await readFile(join(root, 'NOTICE'), 'utf8');
  return [own, ...parts].map((part) => part.trim()).join(`\n\n${'-'.repeat(80)}\n\n`) + '\n';
}

async function licenceOf(name: string): Promise<string> {
  const packageFolder = join(root, 'node_modules', name);
  const file = (await readdir(packageFolder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence file; see docs/dependencies.md`);
  return readFile(join(packageFolder, file), 'utf8');
}
