import type { MessageValidators, PayloadValidator } from './payload-validator.ts';
import type { MessageDescriptor, Protocol, Violation } from './protocol.ts';
import type { OcppVersion } from './version.ts';
import { violationOf } from './violation.ts';

/** What a version's folder puts in: its message table and its generated validators, both by action name. */
interface ProtocolParts {
  readonly version: OcppVersion;
  readonly messages: Readonly<Record<string, Omit<MessageDescriptor, 'action'>>>;
  readonly validators: Readonly<Record<string, MessageValidators>>;
}

const unknownAction: Violation = {
  code: 'NotImplemented',
  path: '',
  problem: 'The action is unknown.',
  onlyAdditionalProperties: false,
};

/** Makes the protocol of one version out of its tables. */
export function createProtocol({ version, messages, validators }: ProtocolParts): Protocol {
  // Maps, not the tables themselves: an action called `constructor` must not find what every object has.
  const messagesByAction = new Map(Object.entries(messages).map(([action, row]) => [action, { action, ...row }]));
  const validatorsByAction = new Map(Object.entries(validators));
  return {
    version,
    messages: messagesByAction,
    validateRequest: (action, payload) => check(validatorsByAction.get(action)?.request, payload),
    validateResponse: (action, payload) => check(validatorsByAction.get(action)?.response, payload),
  };
}

function check(validator: PayloadValidator | undefined, payload: unknown): Violation | undefined {
  if (validator === undefined) return unknownAction;
  if (validator(payload)) return undefined;
  const violation = violationOf(validator.errors ?? []);
  validator.errors = null;
  return violation;
}
