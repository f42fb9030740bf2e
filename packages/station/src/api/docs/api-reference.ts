import { isRecord } from '../../core/json.ts';
import type { Language } from '../language.ts';
import { parameterSchemas } from '../parameter-schemas.ts';
import { problemList } from '../refusals.ts';
import type { Route } from '../route.ts';
import { schemas, type JsonSchema } from '../schemas.ts';
import { escapeHtml, htmlTable } from './html.ts';
import { schemaHtml } from './schema-html.ts';

interface Words {
  readonly title: string;
  readonly lead: string;
  readonly tags: string;
  readonly access: Readonly<Record<Route['access'], string>>;
  readonly parameter: readonly [name: string, where: string, text: string];
  readonly field: readonly [field: string, type: string, text: string];
  readonly body: string;
  readonly file: string;
  readonly answer: string;
  readonly schemas: string;
  readonly problems: string;
  readonly problem: readonly [code: string, status: string, title: string, remedy: string];
  readonly other: string;
}

const words: Readonly<Record<Language, Words>> = {
  en: {
    title: 'Kerbside: the HTTP API',
    lead: 'Programs send “Authorization: Bearer TOKEN”. Bodies are JSON. A refusal is a problem detail (RFC 9457) with a code, and has changed nothing. For tools:',
    tags: 'Contents',
    access: {
      open: 'everybody',
      viewer: 'viewer and above',
      operator: 'operator and above',
      manufacturer: 'manufacturer only',
    },
    parameter: ['Name', 'Where', 'What it says'],
    field: ['Field (? may be left out)', 'Type', 'What it says'],
    body: 'Request',
    file: 'A file, as application/octet-stream.',
    answer: 'Answer',
    schemas: 'Types',
    problems: 'Refusals',
    problem: ['Code', 'Status', 'Meaning', 'What to do'],
    other: 'Deutsch',
  },
  de: {
    title: 'Kerbside: die HTTP-Schnittstelle',
    lead: 'Programme senden „Authorization: Bearer TOKEN“. Inhalte sind JSON. Eine Ablehnung ist ein Problem Detail (RFC 9457) mit einem Code und hat nichts verändert. Die Beschreibung der einzelnen Adressen ist englisch. Für Werkzeuge:',
    tags: 'Inhalt',
    access: {
      open: 'für alle',
      viewer: 'ab Betrachter',
      operator: 'ab Betreiber',
      manufacturer: 'nur Hersteller',
    },
    parameter: ['Name', 'Wo', 'Bedeutung'],
    field: ['Feld (? darf fehlen)', 'Typ', 'Bedeutung'],
    body: 'Anfrage',
    file: 'Eine Datei, als application/octet-stream.',
    answer: 'Antwort',
    schemas: 'Typen',
    problems: 'Ablehnungen',
    problem: ['Code', 'Status', 'Bedeutung', 'Was zu tun ist'],
    other: 'English',
  },
};

/** The API as a page to read, made from the table of its routes: whole, without a script. */
export function apiReference(version: string, routes: readonly Route[], language: Language): string {
  const say = words[language];
  const tags = [...new Set(routes.map(({ tag }) => tag))];
  const other = language === 'en' ? 'de' : 'en';
  const contents = [...tags.map((tag) => [`tag-${tag}`, tag]), ['schemas', say.schemas], ['problems', say.problems]]
    .map(([id = '', text = '']) => `<li><a href="#${id}">${escapeHtml(text)}</a></li>`)
    .join('');
  return [
    `<!doctype html>\n<html lang="${language}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(say.title)}</title><link rel="stylesheet" href="/docs/api.css"></head><body>`,
    `<header><h1>${escapeHtml(say.title)} ${escapeHtml(version)}</h1>`,
    `<p>${escapeHtml(say.lead)} <a href="/api/v1/openapi.json">OpenAPI 3.1</a></p>`,
    `<p><a href="/docs/api?lang=${other}" lang="${other}">${say.other}</a></p></header>`,
    `<nav aria-label="${say.tags}"><ul>${contents}</ul></nav><main>`,
    ...tags.map((tag) => section(tag, routes, say)),
    typesHtml(say),
    problemsHtml(say, language),
    '</main></body></html>\n',
  ].join('\n');
}

function section(tag: Route['tag'], routes: readonly Route[], say: Words): string {
  const own = routes.filter((route) => route.tag === tag).map((route) => routeHtml(route, say));
  return `<section id="tag-${tag}"><h2>${tag}</h2>\n${own.join('\n')}\n</section>`;
}

function routeHtml(route: Route, say: Words): string {
  const { method, path, id, summary, description, access, parameters = [], requestBody, consumes, responses } = route;
  const named = parameters.map((each) => [
    `<code>${escapeHtml(each.name)}</code>`,
    each.in,
    escapeHtml(each.description),
  ]);
  const answers = Object.entries(responses).map(
    ([status, { description: text, schema }]) =>
      `<h4>${say.answer} ${status}</h4><p>${escapeHtml(text)}</p>${schemaHtml(schema, say.field)}`,
  );
  return [
    `<article id="${id}"><h3><code>${method} ${escapeHtml(path)}</code></h3>`,
    `<p><strong>${escapeHtml(summary)}</strong> · ${say.access[access]}</p>`,
    description === undefined ? '' : `<p>${escapeHtml(description)}</p>`,
    named.length === 0 ? '' : htmlTable(say.parameter, named),
    requestBody === undefined ? '' : `<h4>${say.body}</h4>${schemaHtml(requestBody, say.field)}`,
    consumes === undefined ? '' : `<h4>${say.body}</h4><p>${say.file}</p>`,
    ...answers,
    '</article>',
  ].join('\n');
}

function typesHtml(say: Words): string {
  const all: JsonSchema = { ...schemas, ...parameterSchemas() };
  const own = Object.entries(all).map(([name, schema]) => {
    const inner = isRecord(schema) ? schema : {};
    return `<h3 id="schema-${escapeHtml(name)}">${escapeHtml(name)}</h3>${schemaHtml(inner, say.field)}`;
  });
  return `<section id="schemas"><h2>${say.schemas}</h2>\n${own.join('\n')}\n</section>`;
}

function problemsHtml(say: Words, language: Language): string {
  const rows = problemList().map(({ code, status, title, remedy }) => [
    `<code>${code}</code>`,
    String(status),
    escapeHtml(title[language]),
    escapeHtml(remedy[language]),
  ]);
  return `<section id="problems"><h2>${say.problems}</h2>\n${htmlTable(say.problem, rows)}\n</section>`;
}
