/** The state of the page, and all that changes it. */

import { type Case, contextOf } from './cases';
import { CONTEXT, type InputProblem, type Item, failureOf, isTrigger } from './contract';
import { BLANK, type Delivery } from './delivery';
import { completed, placeholders } from './form/template';
import { type Node, tree } from './form/tree';
import { EMPTY, type Entry, type Form, examples, formOf, fromInput, toInput } from './form/values';
import { parsed, pretty } from './json';
import type { Offered, Opened, Poll, Previewed, Ran, Step } from './protocol';

/** Where a run gets its responses: a recorded case by its name, or the real service. */
export type Origin = { case: string } | 'live' | undefined;

export interface Running {
  steps: Step[];
  /** How it ended; absent while it runs. */
  ran?: Ran;
  /** Why there is no outcome. */
  failed?: string;
  /** Whether the run was as recorded, if known: the difference, or an empty text. */
  difference?: string;
}

export interface State {
  opened: Opened;
  item: Item;
  nodes: Node[];
  form: Form;
  /** The input as text, while it is edited so. */
  raw?: string;
  /** The workflow context, JSON. */
  context: string;
  /** The other variables that are set; null removes one. */
  variables: Record<string, string | null>;
  /** The names of fields that had the focus and lost it; their problems are shown. */
  left: string[];
  previewed?: Previewed;
  origin: Origin;
  /** Of a trigger: what a run gives to it, or neither. */
  delivery?: Delivery;
  poll?: Poll;
  fault: string;
  skipWaits: boolean;
  run?: Running;
}

export type Change =
  | { do: 'item'; id: string }
  | { do: 'open'; id?: string; input?: string }
  | { do: 'edit'; path: Path; entry: Partial<Entry> }
  | { do: 'leave'; field: string }
  | { do: 'examples' }
  | { do: 'raw'; text: string }
  | { do: 'use form' }
  | { do: 'context'; text: string }
  | { do: 'variable'; name: string; value: string }
  | { do: 'offered'; offered: Offered }
  | { do: 'previewed'; previewed: Previewed }
  | { do: 'case'; recorded: Case }
  | { do: 'origin'; origin: Origin }
  | { do: 'delivery'; delivery: Delivery }
  | { do: 'fault'; fault: string }
  | { do: 'skip waits'; skip: boolean }
  | { do: 'run' }
  | { do: 'step'; step: Step }
  | { do: 'ran'; ran: Ran; difference?: string }
  | { do: 'failed'; failed: string };

/** The path of an entry: keys, and numbers of records, outermost first. */
export type Path = (string | number)[];

/** The path as the component writes it, such as `cc[0].id`. */
export function pathName(path: Path): string {
  const parts = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`));
  return parts.join('').replace(/^\./, '');
}

export function start(opened: Opened, id?: string, input?: string): State {
  const items = itemsOf(opened);
  const item = items.find((item) => item.id === id) ?? items[0];
  if (!item) throw new Error('the component has no actions');
  const blank = blankOf(item);
  const state = { opened, context: '', variables: {}, fault: '', skipWaits: false, ...blank };
  return input === undefined ? state : withInput(state, input);
}

/** All that has a form, actions first. */
export function itemsOf({ actions, manifest }: Opened): Item[] {
  return [...actions, ...manifest.triggers];
}

function blankOf(item: Item) {
  return {
    item,
    nodes: tree(item.inputs),
    form: {},
    raw: undefined,
    left: [],
    previewed: undefined,
    origin: undefined,
    ...causeOf(item),
    run: undefined,
  };
}

/** What a run gives to a trigger before a case is chosen. */
function causeOf(item: Item): Pick<State, 'delivery' | 'poll'> {
  return { delivery: isTrigger(item) && item.sources.webhook ? BLANK : undefined, poll: undefined };
}

/** All problems that the last preview found, and those of the variables. */
export function problemsOf({ previewed, opened }: State): InputProblem[] {
  const own = previewed && 'error' in previewed ? (failureOf(previewed.error)?.problems ?? []) : [];
  const fields = own.map(({ field }) => field);
  return [...own, ...opened.problems.filter(({ field }) => !fields.includes(field))];
}

/** The variables that the person set: those of a recorded case go with it. */
function ownVariables({ origin, variables }: State): State['variables'] {
  return typeof origin === 'object' ? {} : variables;
}

/** The state with what the component offers now; the form stays. */
function withOffered(state: State, offered: Offered): State {
  const opened = { ...state.opened, ...offered };
  const item = itemsOf(opened).find(({ id }) => id === state.item.id) ?? state.item;
  return { ...state, opened, item, nodes: tree(item.inputs) };
}

/** The parsed context; nothing while it is not JSON. */
export function contextValue({ context }: State): unknown {
  return parsed(context)?.value;
}

/** The input as it would be given to the component. */
export function inputOf(state: State): string {
  return state.raw ?? toInput(state.nodes, state.form, contextValue(state));
}

/**
 * Whether there is something to run. Receiving a delivery sends nothing, so it works in a
 * browser that can't wait for responses.
 */
export function canRun({ item, opened, origin, fault, delivery, poll }: State): boolean {
  if (delivery) return true;
  const isReady = isTrigger(item) ? poll !== undefined : origin !== undefined || fault !== '';
  return opened.runs && isReady;
}

/** The environment without the token: what the person and the chosen case set. */
export function variablesOf({ context, variables }: State): Record<string, string | null> {
  return context.trim() === '' ? variables : { ...variables, [CONTEXT]: context };
}

export function reduce(state: State, change: Change): State {
  switch (change.do) {
    case 'item': {
      const item = itemsOf(state.opened).find(({ id }) => id === change.id);
      return item ? { ...state, variables: ownVariables(state), ...blankOf(item) } : state;
    }
    case 'open':
      return opened(state, change.id, change.input);
    case 'edit':
      return { ...state, form: edited(state.form, change.path, change.entry) };
    case 'leave':
      return state.left.includes(change.field)
        ? state
        : { ...state, left: [...state.left, change.field] };
    case 'examples':
      return withExamples(state);
    case 'raw':
      return { ...state, raw: change.text };
    case 'use form':
      return withInput(state, inputOf(state));
    case 'context':
      return { ...state, context: change.text };
    case 'variable':
      return { ...state, variables: setVariable(state.variables, change.name, change.value) };
    case 'offered':
      return withOffered(state, change.offered);
    case 'previewed':
      return { ...state, previewed: change.previewed };
    case 'case':
      return withCase(state, change.recorded);
    case 'origin':
      return { ...state, ...causeOf(state.item), origin: change.origin, run: undefined };
    case 'delivery':
      return { ...state, delivery: change.delivery };
    case 'fault':
      return { ...state, fault: change.fault };
    case 'skip waits':
      return { ...state, skipWaits: change.skip };
    case 'run':
      return { ...state, left: allFields(state.nodes, state.form), run: { steps: [] } };
    case 'step':
      return running(state, (run) => ({ ...run, steps: [...run.steps, change.step] }));
    case 'ran':
      return running(state, (run) => ({ ...run, ran: change.ran, difference: change.difference }));
    case 'failed':
      return running(state, (run) => ({ ...run, failed: change.failed }));
  }
}

/** The state after the address has changed; unchanged if it matches the address. */
function opened(state: State, id = state.item.id, input = '{}'): State {
  const next = id === state.item.id ? state : reduce(state, { do: 'item', id });
  return inputOf(next) === input ? next : withInput(next, input);
}

/** The names of all fields that the form has now; one that is added later was not left. */
function allFields(nodes: Node[], form: Form, path: Path = []): string[] {
  return nodes.flatMap(({ key, children }) => {
    const rows = form[key]?.rows ?? [];
    const inner = rows.flatMap((row, index) => allFields(children, row, [...path, key, index]));
    return [pathName([...path, key]), ...inner];
  });
}

/** Whether the problems of a field are shown. */
export function isLeft({ left }: State, field: string): boolean {
  return left.includes(field);
}

function running(state: State, change: (run: Running) => Running): State {
  return state.run ? { ...state, run: change(state.run) } : state;
}

function edited(form: Form, [key, row, ...rest]: Path, change: Partial<Entry>): Form {
  if (typeof key !== 'string') return form;
  const entry = form[key] ?? EMPTY;
  if (typeof row !== 'number') return { ...form, [key]: { ...entry, ...change } };
  const rows = entry.rows.map((record, at) => (at === row ? edited(record, rest, change) : record));
  return { ...form, [key]: { ...entry, rows } };
}

function withExamples(state: State): State {
  const given = examples(state.nodes);
  const context = contextValue(state);
  const found = placeholders(JSON.stringify(given).replaceAll('\\"', '"'));
  const filled = found.length > 0 ? JSON.stringify(completed(context, found), null, 2) : undefined;
  return {
    ...state,
    raw: undefined,
    form: formOf(state.nodes, given),
    context: filled ?? state.context,
  };
}

function withInput(state: State, input: string): State {
  const form = fromInput(state.nodes, input, contextValue(state));
  return form ? { ...state, form, raw: undefined } : { ...state, raw: input };
}

function withCase(state: State, recorded: Case): State {
  const { [CONTEXT]: _, ...given } = recorded.environment;
  const { signature } = state.opened.manifest;
  // A case that gives no key is about its absence.
  const variables = { ...(signature && { [signature.variable]: null }), ...given };
  const context = pretty(contextOf(recorded));
  const { delivery, poll } = recorded;
  const origin = { case: recorded.name };
  const next = { ...state, variables, context, origin, delivery, poll, run: undefined };
  const filled = withInput(next, recorded.input);
  return { ...filled, left: allFields(filled.nodes, filled.form) };
}

function setVariable(variables: State['variables'], name: string, value: string) {
  const { [name]: _, ...others } = variables;
  return value === '' ? others : { ...others, [name]: value };
}
