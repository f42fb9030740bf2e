import type { ParameterView, RowShape } from './parameter-shapes.ts';

/** A view for tests: a number of seconds, unless it is said otherwise. */
export function testView(
  id: string,
  { row, ...over }: Partial<Omit<ParameterView, 'row'>> & { readonly row?: Partial<RowShape> } = {},
): ParameterView {
  return {
    id,
    connector: null,
    key: null,
    environment: `KERBSIDE_${id.toUpperCase()}`,
    value: '300',
    effective: '300',
    default: '300',
    provenance: [],
    pending: null,
    writable: true,
    notWritableBecause: '',
    ...over,
    row: {
      section: 'General',
      label: { en: id, de: id },
      purpose: { en: '', de: '' },
      info: { en: '', de: '' },
      rule: { type: 'integer', min: 1, max: 86_400 },
      effect: 'live',
      write: 'operator',
      scope: 'master',
      ...row,
    },
  };
}
