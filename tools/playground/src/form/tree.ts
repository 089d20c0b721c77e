/**
 * The fields of an action as a tree: those of a record follow it
 * as `owner.name`, those of the records of a list as `cc[].id`.
 */

import type { Field } from '../contract';

export interface Node {
  field: Field;
  /** The key in its record, the last part of the field's name. */
  key: string;
  children: Node[];
}

/** The control for a fixed value of a field. */
export type Control =
  | 'area'
  | 'date'
  | 'json'
  | 'list'
  | 'number'
  | 'record'
  | 'secret'
  | 'select'
  | 'text'
  | 'texts';

export function tree(fields: Field[]): Node[] {
  const roots: Node[] = [];
  const known = new Map<string, Node>();
  for (const field of fields) {
    const [parent, key] = split(field.name);
    const node = { field, key, children: [] };
    known.set(field.name, node);
    (known.get(parent)?.children ?? roots).push(node);
  }
  return roots;
}

/** The name of the record or list that a field belongs to, and its key there. */
function split(name: string): [string, string] {
  const dot = name.lastIndexOf('.');
  if (dot < 0) return ['', name];
  return [name.slice(0, dot).replace(/\[\]$/, ''), name.slice(dot + 1)];
}

export function control({ type, format, allowed, lines }: Field): Control {
  if (type === 'record-list') return 'list';
  if (type === 'record') return 'record';
  if (type === 'text-list') return 'texts';
  if (type === 'flag' || allowed.length > 0) return 'select';
  if (type === 'json') return 'json';
  if (type === 'integer' || type === 'number') return 'number';
  if (format === 'secret') return 'secret';
  if (format === 'date-time') return 'date';
  return lines > 1 || format === 'formula' ? 'area' : 'text';
}

/** What a select offers. */
export function options({ type, allowed }: Field): string[] {
  return type === 'flag' && allowed.length === 0 ? ['true', 'false'] : allowed;
}

