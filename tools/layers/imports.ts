import { parseSync } from 'oxc-parser';

/** One place where a file names another module. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
}

const workerFile = /new URL\(\s*'(\.[^']+\.[cm]?[jt]s)',\s*import\.meta\.url/g;

/** Every module that a source names: imports, re-exports (types too), dynamic imports and worker files. */
export function importsOf(path: string, text: string): Import[] {
  const { module } = parseSync(path, text);
  const found: { specifier: string; offset: number }[] = [];
  for (const { moduleRequest } of module.staticImports) {
    found.push({ specifier: moduleRequest.value, offset: moduleRequest.start });
  }
  for (const { moduleRequest } of module.staticExports.flatMap(({ entries }) => entries)) {
    if (moduleRequest !== null) found.push({ specifier: moduleRequest.value, offset: moduleRequest.start });
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const literal = /^['"`](.*)['"`]$/.exec(text.slice(moduleRequest.start, moduleRequest.end));
    if (literal?.[1] !== undefined) found.push({ specifier: literal[1], offset: moduleRequest.start });
  }
  for (const match of text.matchAll(workerFile)) {
    if (match[1] !== undefined) found.push({ specifier: match[1], offset: match.index });
  }
  return found.map(({ specifier, offset }) => ({ specifier, line: text.slice(0, offset).split('\n').length }));
}
