/** Cuts free text at a code-point boundary (T-18); undefined when nothing is left, since empty members are never sent. */
export function cutText(text: string | null, mostUnits: number): string | undefined {
  if (text === null || text === '') return undefined;
  if (text.length <= mostUnits) return text;
  return text.slice(0, mostUnits).replace(/[\uD800-\uDBFF]$/, '') || undefined;
}

/** Leaves out members that are undefined, so that nothing is sent as `null` or empty (T-17). */
export function compact<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept: Partial<T> = {};
  for (const key in members) if (Object.hasOwn(members, key) && members[key] !== undefined) kept[key] = members[key];
  return kept as { [K in keyof T]: Exclude<T[K], undefined> };
}
