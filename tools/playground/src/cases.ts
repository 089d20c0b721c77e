/** Recorded cases, as the build packs them. */

import { CONTEXT, type ConnectorManifest, type Variables, errorFacts } from './contract';
import { equal, parsed } from './json';
import type { Exchange, Outcome, Ran, Received, Step } from './protocol';

/** A case in a list of cases. */
export interface CaseTitle {
  name: string;
  about: string;
  example: boolean;
}

export interface Case extends CaseTitle {
  /** Null removes a variable. */
  environment: Record<string, string | null>;
  /** The input: JSON, unless the case is about input that is not. */
  input: string;
  /** JSON, with references to recorded responses. */
  expect: string;
  exchanges: Exchange[];
}

/** The cases by action. */
export type Index = Record<string, CaseTitle[]>;

/** Reads the packed cases beside the page. */
export class Library {
  readonly #read = new Map<string, Promise<Case[]>>();

  constructor(
    readonly folder: string,
    readonly index: Index,
  ) {}

  static async open(folder: string): Promise<Library> {
    const response = await fetch(new URL('cases/index.json', folder));
    return new Library(folder, response.ok ? await response.json() : {});
  }

  of(action: string): Promise<Case[]> {
    const read = this.#read.get(action) ?? this.#fetch(action);
    this.#read.set(action, read);
    return read;
  }

  async find(action: string, name: string): Promise<Case | undefined> {
    const cases = await this.of(action);
    return cases.find((found) => found.name === name);
  }

  /** The case that is the action's example. */
  async example(action: string): Promise<Case | undefined> {
    const cases = await this.of(action);
    return cases.find(({ example }) => example);
  }

  async #fetch(action: string): Promise<Case[]> {
    if (!this.index[action]) return [];
    const response = await fetch(new URL(`cases/${action}.json`, this.folder));
    return response.json();
  }
}

/** The token of recorded runs. */
const TOKEN = 'fixture-token';

/** The environment of a recorded run: a token, and no retries unless the case sets them. */
export function environment(
  { auth, variables }: ConnectorManifest,
  given: Record<string, string | null>,
  retries: boolean,
): Variables {
  const whole: Record<string, string | null> = {};
  if (auth) whole[auth.token] = TOKEN;
  const limit = variables.find(({ name }) => name.endsWith('_MAX_RETRIES'));
  if (limit && !retries) whole[limit.name] = '0';
  const set = Object.entries({ ...whole, ...given });
  return Object.fromEntries(set.filter((entry): entry is [string, string] => entry[1] !== null));
}

/** The workflow context of a case, as text. */
export function contextOf(recorded: Case): string {
  return recorded.environment[CONTEXT] ?? '';
}

/** How a run differs from the recorded one; nothing if it does not. */
export function difference(recorded: Case, ran: Ran, steps: Step[]): string | undefined {
  const noted = steps.find((step) => step.kind === 'exchange' && step.note);
  if (noted?.kind === 'exchange') return `a request was ${noted.note}`;
  if (ran.unused.length > 0) return `no request used exchange ${ran.unused.join(', ')}`;
  const found = outcomeFacts(ran.outcome);
  const bodies = recorded.exchanges.map(({ received }) => received);
  const expected = filled(parsed(recorded.expect)?.value, bodies);
  return found && equal(found.value, expected) ? undefined : 'the outcome differs';
}

function outcomeFacts(outcome: Outcome): { value: unknown } | undefined {
  if ('broken' in outcome) return undefined;
  if ('error' in outcome) return { value: { error: errorFacts(outcome.error) } };
  const result = parsed(outcome.ok);
  return result && { value: { ok: result.value } };
}

/** Replaces `{"$response": 1, "at": "/data/0"}` with recorded bodies. */
function filled(value: unknown, bodies: Received[]): unknown {
  if (Array.isArray(value)) return value.map((item) => filled(item, bodies));
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Record<string, unknown>;
  if ('$response' in record) {
    const body = bodies[Number(record.$response) - 1];
    return at(body && parsed(body.body)?.value, String(record.at ?? ''));
  }
  return Object.fromEntries(Object.entries(record).map(([key, item]) => [key, filled(item, bodies)]));
}

/** The value that a JSON pointer names. */
function at(value: unknown, pointer: string): unknown {
  const steps = pointer.split('/').slice(1);
  const names = steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return names.reduce((found, name) => (found as Record<string, unknown> | undefined)?.[name], value);
}
