/** The contract's types, as the page uses them. */

import type { Action, Trigger } from '#component/workflow-plugin-plugin';
import type { ActionError, Failure } from '#component/workflow-plugin-types';

export type {
  Action,
  ActionSummary,
  Condition,
  ConnectorManifest,
  Field,
  HttpRequest,
  Signature,
  Trigger,
  Variable,
} from '#component/workflow-plugin-plugin';
export type { ActionError, Failure, InputProblem } from '#component/workflow-plugin-types';

/** What has a form: an action, or a trigger with the inputs that select its events. */
export type Item = Action | Trigger;

export type Kind = 'action' | 'trigger';

export function isTrigger(item: Item): item is Trigger {
  return 'sources' in item;
}

export function kindOf(item: Item): Kind {
  return isTrigger(item) ? 'trigger' : 'action';
}

/** The variable in which an engine gives the data that placeholders are resolved in. */
export const CONTEXT = 'WORKFLOW_CONTEXT';

/** The environment of a component. */
export type Variables = Record<string, string>;

/** The failure in an error. The connector never returns the third case, which has none. */
export function failureOf(error: ActionError): Failure | undefined {
  return error.tag === 'execution-failed' ? undefined : error.val;
}

/** An error as recorded cases and logs write it: snake-case keys, no absent ones. */
export function errorFacts(error: ActionError): Record<string, unknown> {
  const failure = failureOf(error);
  return { kind: error.tag, ...(failure && (facts(failure) as Record<string, unknown>)) };
}

/** A value of the contract with snake-case keys and without absent ones. */
export function facts(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(facts);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, member]) => !isAbsent(member));
  return Object.fromEntries(kept.map(([key, member]) => [snake(key), facts(member)]));
}

function isAbsent(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

function snake(key: string): string {
  return key.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}
