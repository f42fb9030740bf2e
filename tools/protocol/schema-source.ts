import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** As much of JSON Schema (draft-07) as OCPP's schemas use. */
export interface Schema {
  readonly $id?: string;
  readonly $schema?: string;
  readonly $ref?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly definitions?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly enum?: readonly string[];
  readonly maxLength?: number;
  readonly format?: string;
  readonly multipleOf?: number;
}

/** The schemas of one action. */
export interface MessageSchemas {
  readonly action: string;
  readonly request: Schema;
  readonly response: Schema;
}

/** Where a version's schemas come from. */
export interface SchemaSource {
  /** Relative to the root of the repository. */
  readonly path: string;
  /** Of the file, lower-case hex; schemas that changed unnoticed would change what we send. */
  readonly sha256: string;
}

const idPattern = /^urn:(?<action>\w+)\.(?<kind>req|conf|Request|Response)$/;

/**
 * Reads the schemas of a version, sorted by action, their ids taken away: `urn:Authorize.req` is no valid URN for ajv.
 * Throws when the file is not the one that was reviewed, or a request has no response.
 */
export async function readSchemas(root: string, source: SchemaSource): Promise<readonly MessageSchemas[]> {
  const bytes = await readFile(`${root}/${source.path}`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== source.sha256) {
    throw new TypeError(
      `${source.path} has SHA-256 ${sha256}. Review the new schemas, then pin that in generate-protocol.ts.`,
    );
  }
  const requests = new Map<string, Schema>();
  const responses = new Map<string, Schema>();
  for (const { $id = '', $schema: _, ...schema } of JSON.parse(bytes.toString('utf8')) as Schema[]) {
    const { action, kind = '' } = idPattern.exec($id)?.groups ?? {};
    if (action === undefined) throw new TypeError(`${source.path}: the id "${$id}" names no message.`);
    (kind.startsWith('req') || kind === 'Request' ? requests : responses).set(action, schema);
  }
  return [...requests.keys()].toSorted().map((action) => ({
    action,
    request: requests.get(action) ?? missing(action),
    response: responses.get(action) ?? missing(action),
  }));
}

function missing(action: string): never {
  throw new TypeError(`The action ${action} lacks its request or its response.`);
}
