import type { ParameterView } from './parameter-shapes.ts';

/** What every control gets: how it is named and described for screen readers, what it shows, and where it tells. */
export interface ControlProps {
  readonly view: ParameterView;
  readonly value: string;
  /** The element that names it. */
  readonly labelledBy: string;
  readonly describedBy: string;
  readonly invalid: boolean;
  readonly onValue: (value: string) => void;
}
