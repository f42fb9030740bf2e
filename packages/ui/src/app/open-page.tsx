import { Component, type ComponentType, type JSX } from 'preact';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

import { Notice } from '../parts/notice.tsx';
import { language } from '../words/language.ts';
import { words } from './app-words.ts';
import type { PageProps } from './page-props.ts';
import type { PageRow } from './pages.ts';

const loaded = new Map<PageRow, ComponentType<PageProps>>();

/** Shows a page, whose code is loaded when it is opened first. */
export function OpenPage({ row, station }: { readonly row: PageRow | null; readonly station: string }): JSX.Element {
  const shown = useSignal<ComponentType<PageProps> | null>(row === null ? null : (loaded.get(row) ?? null));
  const failed = useSignal(false);
  useEffect(() => {
    if (row === null) return;
    document.title = `${row.title[language.value]} – Kerbside`;
    failed.value = false;
    shown.value = loaded.get(row) ?? null;
    row.load().then(
      (page) => {
        loaded.set(row, page);
        shown.value = page;
      },
      () => (failed.value = true),
    );
  }, [row]);
  if (row === null) return <NotFound />;
  if (failed.value) return <NotLoaded />;
  const Page = shown.value === null ? undefined : loaded.get(row);
  if (Page === undefined) return <p class="soft">{words().loading}</p>;
  return (
    <Contained key={`${row.id} ${station}`}>
      <Page station={station} />
    </Contained>
  );
}

function NotFound(): JSX.Element {
  const w = words();
  return (
    <Notice tone="info" title={w.notFound}>
      <a href="#/">{w.home}</a>
    </Notice>
  );
}

function NotLoaded(): JSX.Element {
  const w = words();
  return (
    <Notice tone="bad" title={w.notLoaded}>
      <button type="button" class="button" onClick={() => location.reload()}>
        {w.reload}
      </button>
    </Notice>
  );
}

/** A page that fails takes nothing else along. */
class Contained extends Component<{ children: JSX.Element }, { readonly problem: string | null }> {
  override state: { readonly problem: string | null } = { problem: null };

  static override getDerivedStateFromError(error: unknown): { readonly problem: string } {
    return { problem: error instanceof Error ? error.message : String(error) };
  }

  override render(): JSX.Element {
    const { problem } = this.state;
    if (problem === null) return this.props.children;
    return (
      <Notice tone="bad" title={words().broken}>
        <code>{problem}</code>
      </Notice>
    );
  }
}
