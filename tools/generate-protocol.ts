import { fileURLToPath } from 'node:url';
import { collectNamedTypes, createTypeNamer } from './protocol/named-types.ts';
import { renderEnumerations, renderTypes } from './protocol/render-types.ts';
import { renderValidators } from './protocol/render-validators.ts';
import { readSchemas, type SchemaSource } from './protocol/schema-source.ts';
import { typeNames16 } from './protocol/type-names-16.ts';

/** What is generated for one OCPP version. */
interface Version {
  /** The folder below `packages/ocpp/src`. */
  readonly folder: string;
  /** What the names of the version's own types begin with. */
  readonly prefix: string;
  readonly schemas: SchemaSource;
  /** Names of the types that the schemas leave nameless, with their places. */
  readonly typeNames: Readonly<Record<string, readonly string[]>>;
}

const versions: readonly Version[] = [
  {
    folder: 'ocpp16',
    prefix: 'Ocpp16',
    schemas: {
      path: 'node_modules/ocpp-rpc/lib/schemas/ocpp1_6.json',
      sha256: 'bcef6a1779d7e729d88f604b18a27084b25e3f1d94e95c5c744f1b4a23c47ae5',
    },
    typeNames: typeNames16,
  },
];

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** Generates types and validators of every OCPP version: path in the repository → content. */
export async function files(): Promise<Map<string, string>> {
  const generated = new Map<string, string>();
  for (const version of versions) {
    for (const [name, content] of await filesOf(version)) {
      generated.set(`packages/ocpp/src/${version.folder}/generated/${name}`, content);
    }
  }
  return generated;
}

async function filesOf({ schemas, typeNames, prefix }: Version): Promise<[name: string, content: string][]> {
  const messages = await readSchemas(root, schemas);
  const types = collectNamedTypes(messages, createTypeNamer(typeNames));
  const validators = renderValidators(messages);
  return [
    ['enumerations.ts', renderEnumerations(types)],
    ['types.ts', renderTypes(types, messages, prefix)],
    ['validators.js', validators.code],
    ['validators.d.ts', validators.declarations],
  ];
}
