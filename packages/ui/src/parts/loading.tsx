import type { ComponentChildren, JSX } from 'preact';

import type { Loaded } from '../state/loaded.ts';
import { Button } from './button.tsx';
import { words } from './part-words.ts';
import { ProblemNotice } from './problem-notice.tsx';

/** Shows what was asked for when it is there, and why it is not otherwise. */
export function WhenLoaded<T>({
  of,
  children,
}: {
  readonly of: Loaded<T>;
  readonly children: (value: T) => ComponentChildren;
}): JSX.Element {
  const w = words();
  const problem = of.problem.value;
  const value = of.value.value;
  return (
    <>
      {problem !== null && (
        <>
          <ProblemNotice problem={problem} />
          <Button onClick={() => void of.reload()}>{w.reload}</Button>
        </>
      )}
      {value !== null ? children(value) : problem === null && <p class="soft">{w.loading}</p>}
    </>
  );
}
