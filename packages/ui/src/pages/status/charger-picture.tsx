import type { JSX } from 'preact';

import type { EvseShape } from '../../net/shapes.ts';
import { statusTone } from './tones.ts';

/** The charger, its light, its cable and the car, as a person sees them who stands before it. */
export function ChargerPicture({ evse, label }: { readonly evse: EvseShape; readonly label: string }): JSX.Element {
  const { status, plugged, contactor } = evse;
  const flows = contactor === 'closed' && status === 'Charging';
  return (
    <svg class="charger" viewBox="0 0 320 150" role="img" aria-label={label} data-tone={statusTone(status)}>
      <path class="ground" d="M10 138h300" />
      <rect class="box" x="34" y="22" width="62" height="98" rx="12" />
      <path class="post" d="M58 120v18M72 120v18" />
      <rect class="light" x="46" y="34" width="38" height="8" rx="4" />
      <rect class="screen" x="46" y="52" width="38" height="24" rx="4" />
      <circle class="socket" cx="65" cy="98" r="10" />
      {plugged ? (
        <>
          <path class={flows ? 'cable flows' : 'cable'} d="M65 98c26 48 74 44 112 6" />
          <Car />
          {flows && <path class="bolt" d="M252 56l-14 18h11l-4 14 15-19h-11z" />}
        </>
      ) : (
        <path class="cable" d="M65 98c20 10 20 26 6 30c-16 4-26-10-6-30" />
      )}
      {status === 'Faulted' && <path class="mark" d="M65 56v9M65 69.5v.5" />}
      {status === 'Unavailable' && <path class="mark" d="M58 58l14 12M72 58l-14 12" />}
      {status === 'Reserved' && <path class="mark" d="M65 58v7l5 3" />}
    </svg>
  );
}

function Car(): JSX.Element {
  return (
    <g class="car">
      <path d="M176 118v-16c0-7 4-11 12-13l20-5 18-22c3-4 8-6 13-6h34c8 0 13 3 17 9l8 18c6 2 9 6 9 13v22z" />
      <path class="window" d="M216 84l14-17c2-2 4-3 7-3h14v20zM257 64h15c4 0 7 2 9 5l7 15h-31z" />
      <circle class="wheel" cx="206" cy="120" r="14" />
      <circle class="wheel" cx="280" cy="120" r="14" />
      <circle class="inlet" cx="180" cy="102" r="4" />
    </g>
  );
}
