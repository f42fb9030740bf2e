import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';

import { stationPath } from '../../net/api.ts';
import { Notice } from '../../parts/notice.tsx';
import { station } from '../../state/live.ts';
import { useLoaded } from '../../state/loaded.ts';
import { language } from '../../words/language.ts';
import { blockWords, type Block } from './block-words.ts';
import { words } from './words.ts';

/** While a block lasts, it is asked again so often (ms) whether it still does. */
const againMs = 30_000;

interface LegalState {
  readonly connectors: readonly { readonly evse: number; readonly blocks?: readonly Block[] }[];
}

/** What calibration law blocks at each connector, by its number; asked again when something at the connectors changes. */
export function useLegalBlocks(name: string): ReadonlyMap<number, readonly Block[]> {
  const { value, reload } = useLoaded<LegalState>(stationPath(name, '/eichrecht'));
  const shown = station.value;
  const mark = JSON.stringify([
    shown?.blocked,
    shown?.evses?.map(({ status, errorCode, info }) => [status, errorCode, info]),
  ]);
  const blocks = new Map(value.value?.connectors.map((connector) => [connector.evse, connector.blocks ?? []]));
  const isBlocked = [...blocks.values()].some((some) => some.length > 0);
  useEffect(() => void reload(), [mark]);
  useEffect(() => {
    if (!isBlocked) return;
    const timer = setInterval(() => void reload(), againMs);
    return () => clearInterval(timer);
  }, [isBlocked, reload]);
  return blocks;
}

/** Why calibration law lets nobody charge here, and what to do. */
export function LegalBlocks({ blocks }: { readonly blocks: readonly Block[] }): JSX.Element {
  const w = words();
  return (
    <>
      {blocks.map((block) => {
        const { sentence, remedy } = blockWords(language.value, block);
        return (
          <Notice key={block.cause} tone="bad" title={`${w.noNewSession}: ${sentence}`}>
            {block.detail !== undefined && block.detail !== '' && <p lang="en">{block.detail}</p>}
            <p>{remedy}</p>
          </Notice>
        );
      })}
    </>
  );
}
