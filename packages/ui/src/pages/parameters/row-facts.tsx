import type { JSX } from 'preact';

import { Copy } from '../../parts/copy.tsx';
import { Facts } from '../../parts/page.tsx';
import { said } from '../../words/dictionary.ts';
import { moment } from '../../words/format.ts';
import type { ParameterView, ProvenanceShape } from './parameter-shapes.ts';
import { standardOf } from './standard-value.ts';
import { rangeWords, unitWord, valueWord } from './value-words.ts';
import { words } from './words.ts';

/** Range, default, effect, origin and key in one line. */
export function RowFacts({ view }: { readonly view: ParameterView }): JSX.Element {
  const w = words();
  const { row, key } = view;
  const origin = view.provenance.find(({ inForce }) => inForce);
  const unit = unitWord(row);
  const range = rangeWords(row);
  const facts: readonly (readonly [string, string])[] = [
    ...(row.rule.type === 'boolean' || row.rule.type === 'choice'
      ? []
      : [[w.range, row.rule.type === 'integer' && unit !== '' ? `${range} ${unit}` : range] as const]),
    [w.standard, valueWord(row, standardOf(view))],
    [w.effect, w.effects[row.effect]],
    [w.from, origin === undefined ? '–' : placeOf(origin)],
  ];
  return (
    <dl class="param-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      <div>
        <dt>{w.key}</dt>
        <dd>{key === null ? w.noKey : <code>{key}</code>}</dd>
      </div>
    </dl>
  );
}

/** The whole help, and every place where the value is set. */
export function RowHelp({ views }: { readonly views: readonly [ParameterView, ...ParameterView[]] }): JSX.Element {
  const w = words();
  const [{ row, id, environment }] = views;
  return (
    <details class="param-help">
      <summary>{w.more}</summary>
      <div class="stack">
        <p>{said(row.info)}</p>
        {row.more !== undefined && <p>{said(row.more)}</p>}
        <Facts
          rows={[
            [w.name, <Copy key="id" text={id} />],
            [w.environment, <Copy key="environment" text={environment} />],
            row.example === undefined ? null : [w.example, <code key="example">{row.example}</code>],
          ]}
        />
        {views.map((view) => (
          <Chain key={view.id} view={view} several={views.length > 1} />
        ))}
      </div>
    </details>
  );
}

function Chain({ view, several }: { readonly view: ParameterView; readonly several: boolean }): JSX.Element {
  const w = words();
  return (
    <div>
      <p class="soft small">
        {several && `${w.connector(view.connector ?? 1)} · `}
        {w.chain}
      </p>
      <ol class="chain">
        {view.provenance.map((link) => (
          <li key={`${link.layer} ${link.where}`} data-counts={link.inForce}>
            <span class="value">{valueWord(view.row, link.value)}</span> <span class="soft">{placeOf(link)}</span>
            {link.inForce && <strong> · {w.inForceMark}</strong>}
          </li>
        ))}
      </ol>
    </div>
  );
}

function placeOf({ layer, where, atMs }: ProvenanceShape): string {
  const w = words();
  const place = w.layers[layer];
  if (typeof place === 'function') return place(where);
  return atMs === undefined ? place : `${place}: ${w.storedBy(where, moment(atMs))}`;
}
