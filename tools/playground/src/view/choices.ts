/** Values to choose from, which an action of the component lists. */

import { type Library, contextOf, environment } from '../cases';
import type { Client } from '../client';
import { CONTEXT, type Field } from '../contract';
import { equal, parsed } from '../json';
import type { Live } from '../live';
import type { Opened, Run } from '../protocol';

export interface Choice {
  value: string;
  label: string;
}

type From = NonNullable<Field['choices']>;

/** Runs the actions that list choices, each once: live, or with the recorded case of their input. */
export class Choices {
  readonly #listed = new Map<string, Promise<Choice[]>>();

  constructor(
    readonly client: Client,
    readonly library: Library,
    readonly opened: Opened,
    readonly live?: Live,
  ) {}

  /**
   * No choices if the action fails: the value can be typed. Typing narrows the list if the
   * action can search; otherwise the list is complete.
   */
  list(from: From, typed = ''): Promise<Choice[]> {
    const input = this.live ? searching(from, typed) : from.input;
    const key = JSON.stringify({ ...from, input });
    const listed = this.#listed.get(key) ?? this.#run(from, input).catch(() => []);
    this.#listed.set(key, listed);
    return listed;
  }

  async #run({ action, rows, value, label }: From, input: string): Promise<Choice[]> {
    const run = this.live ? this.#real(action, input, this.live) : await this.#recorded(action, input);
    if (!this.opened.runs || !run) return [];
    const { outcome } = await this.client.call('run', run);
    const result = 'ok' in outcome ? (parsed(outcome.ok)?.value as Record<string, unknown>) : {};
    const found = result[rows];
    if (!Array.isArray(found)) return [];
    return found.map((row) => ({ value: String(row[value]), label: String(row[label] ?? '') }));
  }

  #real(action: string, input: string, { key, variables }: Live): Run {
    return { kind: 'action', id: action, input, variables, source: { kind: 'live', key }, skipWaits: false };
  }

  async #recorded(action: string, input: string): Promise<Run | undefined> {
    const wanted = parsed(input)?.value;
    const cases = await this.library.of(action);
    const example = cases.find((found) => equal(parsed(found.input)?.value, wanted));
    if (!example) return undefined;
    const context = contextOf(example);
    const given = { ...example.environment, ...(context && { [CONTEXT]: context }) };
    return {
      kind: 'action',
      id: action,
      input: example.input,
      variables: environment(this.opened.manifest, given, false),
      source: { kind: 'recorded', exchanges: example.exchanges },
      skipWaits: true,
    };
  }
}

/** The input of the action with the words to search for, if it can search. */
function searching({ input, search }: From, typed: string): string {
  const words = typed.trim();
  if (search === undefined || words === '') return input;
  return JSON.stringify({ ...(JSON.parse(input) as object), [search]: words });
}
