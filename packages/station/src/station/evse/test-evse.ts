import { stepEvse } from '../../evse/evse-machine.ts';
import {
  initialEvseState,
  type EvseEffect,
  type EvseInput,
  type EvseRules,
  type EvseState,
  type Grant,
} from '../../evse/evse-state.ts';
import type { EvseController } from './evse-controller.ts';

/** Rules of a usual EVSE. */
export const rules: EvseRules = {
  stopOnEvSideDisconnect: true,
  unlockOnEvSideDisconnect: true,
  captiveCable: false,
  preparingUntilC: false,
  admits: () => true,
  stopOnInvalidId: true,
  energyOnInvalidIdWh: 0,
};

/** A card's grant. */
export function grantOf(idToken: string, over: Partial<Grant> = {}): Grant {
  return { idToken, parentIdToken: null, via: 'card', movable: false, ...over };
}

/** An EVSE that decides as the real one does, and performs nothing: the tests report what hardware and journal would. */
export class TestEvse {
  readonly id: number;
  readonly inputs: EvseInput[] = [];
  readonly effects: EvseEffect[] = [];
  readonly keeper: {
    record: { readonly key: string; readonly stage?: 'running' } | null;
    checkpoint: () => Promise<void>;
  } = {
    record: null,
    checkpoint: () => Promise.resolve(),
  };
  state: EvseState = initialEvseState;
  /** Called with each effect. */
  onEffect: (effect: EvseEffect) => void = () => undefined;

  constructor(id: number) {
    this.id = id;
  }

  /** As the desks see it. */
  get controller(): EvseController {
    return this as unknown as EvseController;
  }

  dispatch(input: EvseInput): void {
    this.inputs.push(input);
    const step = stepEvse(this.state, input, rules);
    this.state = step.state;
    for (const effect of step.effects) {
      this.effects.push(effect);
      this.onEffect(effect);
    }
  }

  plug(): this {
    this.dispatch({ kind: 'pilot', state: 'B' });
    return this;
  }

  /** Charges with a grant. */
  run(grant: Grant, key = `T${this.id}`): this {
    if (!this.state.plugged) this.plug();
    this.dispatch({ kind: 'granted', grant });
    this.keeper.record = { key, stage: 'running' };
    this.dispatch({ kind: 'started' });
    this.inputs.length = 0;
    return this;
  }

  /** The inputs of one kind. */
  of<K extends EvseInput['kind']>(kind: K): readonly Extract<EvseInput, { kind: K }>[] {
    return this.inputs.filter((input): input is Extract<EvseInput, { kind: K }> => input.kind === kind);
  }
}
