/** The contents of a form, and its JSON input. */

import type { Condition, Field } from '../contract';
import { equal, isInexact, parsed } from '../json';
import { resolve } from './template';
import { type Control, type Node, control, options } from './tree';

/**
 * The kind of a field's value: a fixed value, text with placeholders, or null.
 */
export type Mode = 'value' | 'text' | 'null';

/** The contents of a field. Each mode has its own, so that changing the mode erases nothing. */
export interface Entry {
  mode: Mode;
  value: string;
  text: string;
  /** The records of a list; of a record, itself. */
  rows: Form[];
}

/** The entries by their fields' keys. */
export type Form = Record<string, Entry>;

export const EMPTY: Entry = { mode: 'value', value: '', text: '', rows: [] };

/** Controls that can hold placeholders themselves. */
const TAKES_TEXT: Control[] = ['area', 'json', 'secret', 'text', 'texts'];

/** The modes to choose from. */
export function modes(field: Field): Mode[] {
  const kind = control(field);
  const hasText =
    !TAKES_TEXT.includes(kind) && kind !== 'list' && kind !== 'record' &&
    (field.templated || kind === 'date');
  return ['value', ...(hasText ? ['text' as const] : []), ...(field.also.null ? ['null' as const] : [])];
}

/** The text in an entry, by its mode. */
export function content({ mode, value, text }: Entry): string {
  return mode === 'null' ? '' : mode === 'text' ? text : value;
}

/** Whether a field applies. It is shown if that is unknown: a placeholder may get a value. */
export function applies(condition: Condition | undefined, form: Form, nodes: Node[], context: unknown): boolean {
  if (!condition) return true;
  const node = nodes.find(({ field }) => field.name === condition.field);
  if (!node) return true;
  const given = content(form[node.key] ?? EMPTY) || fallback(node.field);
  const resolved = resolve(given, context);
  return !resolved || condition.values.includes(String(resolved.value));
}

function fallback({ defaultValue }: Field): string {
  const value = parsed(defaultValue ?? '""')?.value;
  return typeof value === 'string' ? value : (defaultValue ?? '');
}

export function isRequired(field: Field, form: Form, nodes: Node[], context: unknown): boolean {
  const { required } = field;
  if (required.tag !== 'when') return required.tag === 'always';
  return applies(required.val, form, nodes, context);
}

/** The input as JSON. Fields that are empty or do not apply are left out. */
export function toInput(nodes: Node[], form: Form, context: unknown): string {
  const members = nodes.flatMap(({ key, field, children }) => {
    if (!applies(field.appliesWhen, form, nodes, context)) return [];
    const value = toJson(field, children, form[key] ?? EMPTY, context);
    return value === undefined ? [] : [`${JSON.stringify(key)}:${value}`];
  });
  return `{${members.join(',')}}`;
}

function toJson(field: Field, children: Node[], entry: Entry, context: unknown): string | undefined {
  const { mode, value, text, rows } = entry;
  if (mode === 'null') return 'null';
  if (mode === 'text') return text === '' ? undefined : JSON.stringify(text);
  const kind = control(field);
  if (kind === 'list' || kind === 'record') {
    const records = rows.map((row) => toInput(children, row, context));
    if (records.length === 0) return undefined;
    return kind === 'list' ? `[${records.join(',')}]` : records[0];
  }
  return value === '' ? undefined : fixed(kind, field, value);
}

function fixed(kind: Control, { type }: Field, value: string): string {
  if (type === 'flag') return value;
  if (kind === 'texts') return JSON.stringify(value.split('\n').filter((line) => line !== ''));
  if (kind === 'date') return JSON.stringify(`${value.length === 16 ? `${value}:00` : value}Z`);
  const isVerbatim = kind === 'json' || kind === 'number';
  return isVerbatim && parsed(value) ? value : JSON.stringify(value);
}

/**
 * The form of an input. Nothing if a form can't represent it, such as unknown keys, other
 * types, and text that is not JSON.
 */
export function fromInput(nodes: Node[], input: string, context: unknown): Form | undefined {
  const read = parsed(input);
  if (!read || !isRecord(read.value) || isInexact(read.value)) return undefined;
  const form = formOf(nodes, read.value);
  return equal(parsed(toInput(nodes, form, context))?.value, read.value) ? form : undefined;
}

/** The form of a record, as far as a form can represent it. */
export function formOf(nodes: Node[], record: Record<string, unknown>): Form {
  const given = nodes.filter(({ key }) => Object.hasOwn(record, key));
  return Object.fromEntries(given.map((node) => [node.key, entryOf(node, record[node.key])]));
}

function entryOf({ field, children }: Node, value: unknown): Entry {
  if (value === null) return { ...EMPTY, mode: 'null' };
  const kind = control(field);
  if (kind === 'list' || kind === 'record') {
    const records = (Array.isArray(value) ? value : [value]).filter(isRecord);
    return { ...EMPTY, rows: records.map((row) => formOf(children, row)) };
  }
  const text = shown(kind, value);
  const fits = fitting(kind, field, text);
  return fits === undefined ? { ...EMPTY, mode: 'text', text } : { ...EMPTY, value: fits };
}

function shown(kind: Control, value: unknown): string {
  if (kind === 'texts' && Array.isArray(value)) return value.join('\n');
  if (kind === 'json') return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The value of a fixed control for this text; nothing if the control can't have it. */
function fitting(kind: Control, field: Field, text: string): string | undefined {
  switch (kind) {
    case 'select':
      return options(field).includes(text) ? text : undefined;
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text) ? text : undefined;
    case 'date':
      return /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z$/.exec(text)?.[1];
    default:
      return text;
  }
}

/**
 * The examples of the fields as an input; a list has one record. A required field
 * without one has the first of the values that it can have.
 */
export function examples(nodes: Node[]): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const { key, field, children } of nodes) {
    const value = example(field, children);
    const { appliesWhen } = field;
    const isMeant = !appliesWhen || appliesWhen.values.includes(String(given[appliesWhen.field]));
    if (value !== undefined && isMeant) given[key] = value;
  }
  return given;
}

function example(field: Field, children: Node[]): unknown {
  const own = parsed(field.example ?? '');
  if (own) return own.value;
  if (field.required.tag === 'always' && field.allowed.length > 0) return field.allowed[0];
  if (children.length === 0) return undefined;
  return field.type === 'record-list' ? [examples(children)] : examples(children);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
