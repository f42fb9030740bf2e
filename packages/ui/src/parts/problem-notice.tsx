import type { JSX } from 'preact';

import type { Problem } from '../net/problem.ts';
import { Copy } from './copy.tsx';
import { Notice } from './notice.tsx';

/** Why the daemon refused something: what it is, what to do, and a line to copy for who asks for help. */
export function ProblemNotice({ problem }: { readonly problem: Problem }): JSX.Element {
  const { title, detail, remedy, code, status } = problem;
  return (
    <Notice tone="bad" title={detail || title}>
      {remedy !== '' && <p>{remedy}</p>}
      {code !== '' && <Copy text={`${code} (${status}): ${detail || title}`}>{code}</Copy>}
    </Notice>
  );
}
