import type { ComponentChildren, JSX } from 'preact';

/** The head of a page and what is on it. */
export function Page({
  title,
  lead,
  actions,
  children,
}: {
  readonly title: string;
  readonly lead?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="page">
      <div class="page-head">
        <div>
          <h1>{title}</h1>
          {lead !== undefined && <p class="soft">{lead}</p>}
        </div>
        {actions !== undefined && <div class="actions">{actions}</div>}
      </div>
      {children}
    </div>
  );
}

/** Things that belong together, under a heading. */
export function Card({
  title,
  actions,
  wide,
  children,
}: {
  readonly title?: string;
  readonly actions?: ComponentChildren;
  /** Takes the whole width where cards stand side by side. */
  readonly wide?: boolean;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <section class={wide === true ? 'card wide' : 'card'}>
      {(title !== undefined || actions !== undefined) && (
        <div class="card-head">
          {title !== undefined && <h2>{title}</h2>}
          {actions !== undefined && <div class="actions">{actions}</div>}
        </div>
      )}
      {children}
    </section>
  );
}

/** Names and what there is to say of each. */
export function Facts({
  rows,
}: {
  readonly rows: readonly (readonly [name: string, value: ComponentChildren] | null)[];
}): JSX.Element {
  return (
    <dl class="facts">
      {rows
        .filter((row) => row !== null)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
