/** How the tests of a group ended. */
export interface GroupCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What the process of a group tells while it runs. */
export interface GroupProgress {
  readonly counts: GroupCounts;
  /** Whether all tests have ended. */
  readonly ended: boolean;
  /** The test that began last. */
  readonly last: string | null;
}

/** The sum over groups. */
export function sumOf(groups: readonly GroupCounts[]): GroupCounts {
  const sum = (key: keyof GroupCounts): number => groups.reduce((total, counts) => total + counts[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/** `N passed, N failed`. */
export function countsText({ passed, failed }: GroupCounts): string {
  return `${passed} passed, ${failed} failed`;
}

/** `N skipped` as a line of its own, when something was; why is told with each test. */
export function skippedText({ skipped }: GroupCounts): string {
  return skipped > 0 ? `${skipped} skipped\n` : '';
}
