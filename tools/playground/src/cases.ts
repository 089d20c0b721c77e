/** Recorded cases, as the build packs them. */

import { CONTEXT, type ConnectorManifest, type Signature, type Variables, errorFacts } from './contract';
import { CAN_SIGN, type Delivery, signed } from './delivery';
import { equal, parsed } from './json';
import type { Exchange, Outcome, Poll, Ran, Received, Step } from './protocol';

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
  /** Of a trigger: one of the two. */
  delivery?: Delivery & { signed: boolean };
  poll?: Poll;
}

/** The cases by action or trigger. */
export type Index = Record<string, CaseTitle[]>;

/** Reads the packed cases beside the page. */
export class Library {
  readonly #read = new Map<string, Promise<Case[]>>();

  constructor(
    readonly folder: string,
    readonly index: Index,
    readonly scheme?: Signature,
  ) {}

  /** Deliveries are signed by the scheme. */
  static async open(folder: string, scheme?: Signature): Promise<Library> {
    const response = await fetch(new URL('cases/index.json', folder));
    return new Library(folder, response.ok ? await response.json() : {}, scheme);
  }

  /** The cases of an action or a trigger. */
  of(id: string): Promise<Case[]> {
    const read = this.#read.get(id) ?? this.#fetch(id);
    this.#read.set(id, read);
    return read;
  }

  async find(id: string, name: string): Promise<Case | undefined> {
    const cases = await this.of(id);
    return cases.find((found) => found.name === name);
  }

  /** The case that is the example of its action or trigger. */
  async example(id: string): Promise<Case | undefined> {
    const cases = await this.of(id);
    return cases.find(({ example }) => example);
  }

  async #fetch(id: string): Promise<Case[]> {
    if (!this.index[id]) return [];
    const response = await fetch(new URL(`cases/${id}.json`, this.folder));
    const cases: Case[] = await response.json();
    return Promise.all(cases.map((recorded) => withSignature(recorded, this.scheme)));
  }
}

/** The case with its delivery signed, unless that has no signature or the case no key. */
async function withSignature(recorded: Case, scheme?: Signature): Promise<Case> {
  const { delivery, environment } = recorded;
  const key = scheme && environment[scheme.variable];
  if (!delivery?.signed || delivery.verified || !scheme || !key || !CAN_SIGN) return recorded;
  const text = await signed(delivery.text, scheme, key);
  return { ...recorded, delivery: { ...delivery, text } };
}

/** The token of recorded runs. */
const TOKEN = 'fixture-token';

/** The key of signatures, unless a case has another one or none. */
const KEY = 'fixture-client-secret';

/** The environment of a recorded run: secrets, and no retries unless the case sets them. */
export function environment(
  { auth, signature, variables }: ConnectorManifest,
  given: Record<string, string | null>,
  retries: boolean,
): Variables {
  const whole: Record<string, string | null> = {};
  if (auth) whole[auth.token] = TOKEN;
  if (signature) whole[signature.variable] = KEY;
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
