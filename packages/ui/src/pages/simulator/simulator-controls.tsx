import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';

import { request, stationPath } from '../../net/api.ts';
import type { EvseShape } from '../../net/shapes.ts';
import { Button } from '../../parts/button.tsx';
import { SelectField, TextField } from '../../parts/field.tsx';
import { Card } from '../../parts/page.tsx';
import { say } from '../../parts/toast.tsx';
import { words } from './words.ts';

type Action = Readonly<Record<string, string | number | boolean>>;

/** Does something in the simulated world, and says why when it cannot be done. */
async function play(station: string, action: Action): Promise<void> {
  const answer = await request('POST', stationPath(station, '/simulator'), action);
  if (!answer.ok) say(answer.problem.detail || answer.problem.title, 'bad');
}

/** What a person at a simulated charging point could do. */
export function SimulatorControls({
  station,
  evse,
}: {
  readonly station: string;
  readonly evse: EvseShape;
}): JSX.Element {
  const w = words();
  const card = useSignal('04A2B3C4D5E6F7');
  const { id, plugged, pilot } = evse;
  const act = (action: Action): void => void play(station, { ...action, evse: id });
  return (
    <div class="play">
      <div class="row">
        {plugged ? (
          <Button icon="plug" onClick={() => act({ action: 'unplug' })}>
            {w.unplug}
          </Button>
        ) : (
          <Button icon="plug" onClick={() => act({ action: 'plug' })}>
            {w.plug}
          </Button>
        )}
        <Button icon="card" onClick={() => act({ action: 'card', uid: card.value })}>
          {w.card}
        </Button>
        {plugged && pilot !== 'B' && (
          <Button icon="pause" onClick={() => act({ action: 'pause' })}>
            {w.pause}
          </Button>
        )}
        {plugged && pilot === 'B' && (
          <Button icon="play" onClick={() => act({ action: 'resume' })}>
            {w.resume}
          </Button>
        )}
      </div>
      <details>
        <summary>{w.faults}</summary>
        <div class="stack">
          <TextField label={w.cardNumber} value={card} />
          <Fault station={station} evse={id} />
          <div class="row">
            <Button onClick={() => act({ action: 'meter', mode: 'silent' })}>{w.meterModes.silent}</Button>
            <Button onClick={() => act({ action: 'meter', mode: 'ok' })}>{w.meterModes.ok}</Button>
          </div>
        </div>
      </details>
    </div>
  );
}

function Fault({ station, evse }: { readonly station: string; readonly evse: number }): JSX.Element {
  const w = words();
  const names = Object.entries(w.faultNames);
  const fault = useSignal('groundFailure');
  const act = (active: boolean): void => void play(station, { action: 'fault', evse, fault: fault.value, active });
  return (
    <>
      <SelectField
        label={w.fault}
        value={fault.value}
        options={names.map(([value, label]) => ({ value, label }))}
        onChange={(value) => (fault.value = value)}
      />
      <div class="row">
        <Button onClick={() => act(true)}>{w.comes}</Button>
        <Button onClick={() => act(false)}>{w.goes}</Button>
      </div>
    </>
  );
}

/** What happens to the simulated station as a whole. */
export function SimulatorWorld({ station }: { readonly station: string }): JSX.Element {
  const w = words();
  return (
    <Card title={w.world}>
      <p class="soft small">{w.simulated}</p>
      <div class="row">
        <Button onClick={() => void play(station, { action: 'link', up: false })}>{w.linkDown}</Button>
        <Button onClick={() => void play(station, { action: 'link', up: true })}>{w.linkUp}</Button>
        <Button icon="bolt" onClick={() => void play(station, { action: 'powerCycle' })}>
          {w.powerCycle}
        </Button>
      </div>
    </Card>
  );
}
