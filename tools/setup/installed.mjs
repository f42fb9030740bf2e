/**
 * Compares what the lock file wants with what npm wrote down as installed (`node_modules/.package-lock.json`, written last).
 * Optional packages for other machines may be absent. Returns the first difference in words, or null.
 */
export function findProblem(wanted, installed, machine) {
  if (installed === null) return 'once';
  for (const [path, entry] of Object.entries(wanted.packages)) {
    if (!path.startsWith('node_modules/')) continue;
    const found = installed.packages[path];
    if (found === undefined) {
      if (!mayBeAbsent(entry, machine)) return `${nameOf(path)} is missing`;
    } else if (found.version !== entry.version || found.integrity !== entry.integrity) {
      return `${nameOf(path)} has changed`;
    }
  }
  return null;
}

function mayBeAbsent(entry, machine) {
  // Which libc this machine has, and what the others are for, npm alone decides.
  const namesItsMachine = entry.os !== undefined && entry.libc === undefined;
  return (
    entry.optional === true &&
    !(namesItsMachine && allows(entry.os, machine.platform) && allows(entry.cpu, machine.arch))
  );
}

/** Whether npm's `os` or `cpu` field (a word or a list, each perhaps negated) allows this machine. */
function allows(field, value) {
  const words = [field ?? []].flat();
  if (words.length === 0) return true;
  return !words.includes(`!${value}`) && (words.includes(value) || words.every((word) => word.startsWith('!')));
}

function nameOf(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
