/** Invariants are named in titles as well, but stand in no table here. */
const elsewhere = /^INV-/;
const group = /\(([^()]+)\)/g;
const numbered = /^(?<stem>[A-Z]{1,3}-)(?<from>\d\d)(?:…(?:[A-Z]{1,3}-)?(?<to>\d\d))?$/;
const certification = /^TC_\d+(?:_\d+)*$/;
const fault = /^(?<kind>fault|pitfall)s? (?<from>\d+)(?:…(?<to>\d+))?$/;

/**
 * The ids that a title names: in round brackets, separated by commas, such as `(X-06, TC_037_3)`, `(Z-01…Z-03)` or `(fault 29)`.
 * Brackets that hold anything else are words.
 */
export function idsOf(title: string): readonly string[] {
  return [...title.matchAll(group)].flatMap(([, inside = '']) => {
    const items = inside.split(',').map((item) => item.trim());
    const ids = items.map(idsOfItem);
    return ids.some((found) => found.length > 0) ? ids.flat() : [];
  });
}

function idsOfItem(item: string): readonly string[] {
  if (elsewhere.test(item)) return [];
  if (certification.test(item)) return [item];
  const line = numbered.exec(item)?.groups;
  if (line !== undefined) return range(line['from'], line['to']).map((number) => `${line['stem']}${number}`);
  const known = fault.exec(item)?.groups;
  if (known !== undefined) return range(known['from'], known['to']).map((number) => `${known['kind']} ${number}`);
  return [];
}

/** The numbers from the one to the other, as long as the first is written. */
function range(from = '', to = from): readonly string[] {
  const length = Math.max(0, Number(to) - Number(from)) + 1;
  return Array.from({ length }, (_, index) => String(Number(from) + index).padStart(from.length, '0'));
}
