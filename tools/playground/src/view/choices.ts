/** Values to choose from, which an action of the component lists. */

import { type Library, contextOf, environment } from '../cases';
import type { Client } from '../client';
import { CONTEXT, type Field } from '../contract';
import { parsed } from '../json';
import type { Live } from '../live';
import type { Opened, Run } from '../protocol';

export interface Choice {
  value: string;
  label: string;
}

type From = NonNullable<Field['choices']>;

/** Runs the actions that list choices, each once: live, or with their recorded examples. */
export class Choices {
  readonly #listed = new Map<string, Promise<Choice[]>>();

  constructor(
    readonly client: Client,
    readonly library: Library,
    readonly opened: Opened,
    readonly live?: Live,
  ) {}

  /** Nothing to choose from if the action fails: the value can be typed. */
  list(from: From): Promise<Choice[]> {
    const key = JSON.stringify(from);
    const listed = this.#listed.get(key) ?? this.#run(from).catch(() => []);
    this.#listed.set(key, listed);
    return listed;
  }

  async #run({ action, input, rows, value, label }: From): Promise<Choice[]> {
    const run = this.live ? this.#real(action, input, this.live) : await this.#recorded(action);
    if (!this.opened.runs || !run) return [];
    const { outcome } = await this.client.call('run', run);
    const result = 'ok' in outcome ? (parsed(outcome.ok)?.value as Record<string, unknown>) : {};
    const found = result[rows];
    if (!Array.isArray(found)) return [];
    return found.map((row) => ({ value: String(row[value]), label: String(row[label] ?? '') }));
  }

  #real(action: string, input: string, { key, variables }: Live): Run {
    return { action, input, variables, source: { kind: 'live', key }, skipWaits: false };
  }

  async #recorded(action: string): Promise<Run | undefined> {
    const example = await this.library.example(action);
    if (!example) return undefined;
    const context = contextOf(example);
    const given = { ...example.environment, ...(context && { [CONTEXT]: context }) };
    return {
      action,
      input: example.input,
      variables: environment(this.opened.manifest, given, false),
      source: { kind: 'recorded', exchanges: example.exchanges },
      skipWaits: true,
    };
  }
}
