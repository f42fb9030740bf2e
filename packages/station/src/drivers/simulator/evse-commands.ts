import type { HardwareCommand } from '../../evse/hardware.ts';
import { conducts, pullContactor, releaseContactor } from './contactor-model.ts';
import { changeFault } from './evse-actions.ts';
import { closeObstacle } from './evse-physics.ts';
import type { EvseConfig, EvseState } from './evse-state.ts';
import { MIN_MILLIAMPS } from './evse-state.ts';
import { moveLock } from './lock-model.ts';

/** What a command did. A refused one may have shown something too, such as a jam. */
export interface CommandOutcome<A> {
  readonly state: EvseState;
  readonly answer: A;
  readonly problem?: string;
}

/** The commands that move something. */
export type MovingCommand = Extract<
  HardwareCommand,
  { type: 'setLimit' | 'setPhases' | 'closeContactor' | 'openContactor' | 'lock' | 'unlock' | 'indicate' }
>;

/** Does one command that moves something; decides only, the shell stores the state. */
export function move(config: EvseConfig, state: EvseState, command: MovingCommand): CommandOutcome<null> {
  switch (command.type) {
    case 'setLimit':
      return setLimit(config, state, command.milliamps);
    case 'setPhases':
      return setPhases(config, state, command.phases);
    case 'closeContactor':
      return close(state);
    case 'openContactor':
      return open(state);
    case 'lock':
      return turnLock(state, 'locked');
    case 'unlock':
      return turnLock(state, 'unlocked');
    case 'indicate':
      return { state: { ...state, signal: command.signal }, answer: null };
  }
}

function setLimit(config: EvseConfig, state: EvseState, milliamps: number): CommandOutcome<null> {
  const fits = milliamps === 0 || (milliamps >= MIN_MILLIAMPS && milliamps <= config.maxMilliamps);
  if (fits) return { state: { ...state, limitMilliamps: milliamps }, answer: null };
  const range = `0 or ${MIN_MILLIAMPS} to ${config.maxMilliamps} mA`;
  return { state, answer: null, problem: `a limit of ${milliamps} mA cannot be offered; give ${range}` };
}

function setPhases(config: EvseConfig, state: EvseState, phases: 1 | 3): CommandOutcome<null> {
  if (!config.phaseSwitching) return { state, answer: null, problem: 'its phases cannot be switched' };
  if (conducts(state.contactor))
    return { state, answer: null, problem: 'the phases are switched only while the contactor is open' };
  return { state: { ...state, phasesUsed: phases }, answer: null };
}

function close(state: EvseState): CommandOutcome<null> {
  const obstacle = state.contactor.weldNoticed ? 'the contactor is welded' : closeObstacle(state);
  if (obstacle !== null) return { state, answer: null, problem: `the contactor stays open: ${obstacle}` };
  return { state: { ...state, contactor: pullContactor(state.contactor) }, answer: null };
}

function open(state: EvseState): CommandOutcome<null> {
  const contactor = releaseContactor(state.contactor);
  const opened = { ...state, contactor };
  if (!contactor.welded) return { state: opened, answer: null };
  return { state: opened, answer: null, problem: 'the contactor is welded and did not open' };
}

function turnLock(state: EvseState, to: 'locked' | 'unlocked'): CommandOutcome<null> {
  const outcome = moveLock(state.lock, to, state.cableMilliamps !== null);
  switch (outcome.kind) {
    case 'moved':
      return { state: { ...state, lock: outcome.lock }, answer: null };
    case 'refused':
      return { state, answer: null, problem: outcome.problem };
    case 'jammed':
      return { state: changeFault(state, 'lockJam', true), answer: null, problem: outcome.problem };
  }
}
