/** Prints what a check found, one problem a line, and sets the exit code. */
export function reportAndExit(problems: readonly string[]): void {
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}
