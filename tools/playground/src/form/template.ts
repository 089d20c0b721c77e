/**
 * Placeholders, only to show their values beside a field: the component checks and resolves
 * them itself.
 */

/** An escape, or a placeholder with its path and a `?` if it may be absent. */
const PARTS = /(\\+)(?=\{\{|<<)|\{\{\s*(.*?)(\?)?\s*\}\}|<<\s*(.*?)(\?)?\s*>>/g;

/** A step of a path: `.name`, `[0]` or `["a name"]`. */
const STEP = /^(?:\.?([^.[\]"\s]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\])/;

export interface Placeholder {
  expression: string;
  path: string[];
  optional: boolean;
}

/** The placeholders of a text, in order. */
export function placeholders(text: string): Placeholder[] {
  return pieces(text).filter((piece) => typeof piece !== 'string');
}

/** A text resolved from this context; nothing if a placeholder has no value. */
export function resolve(text: string, context: unknown): { value: unknown } | undefined {
  const parts = pieces(text);
  const values = parts.map((part) => (typeof part === 'string' ? part : find(part, context)));
  if (values.some((value, index) => value === undefined && !isOptional(parts[index]))) return;
  if (values.length === 1) return { value: values[0] };
  return { value: values.map(written).join('') };
}

/** The same for all texts in a value. */
export function resolveAll(value: unknown, context: unknown): unknown {
  if (typeof value === 'string') return resolve(value, context)?.value ?? value;
  if (Array.isArray(value)) return value.map((item) => resolveAll(item, context));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [key, resolveAll(item, context)]));
}

/** The context, with samples for placeholders that have no value. */
export function completed(context: unknown, found: Placeholder[]): Record<string, unknown> {
  const whole = structuredClone(isRecord(context) ? context : {});
  for (const placeholder of found) {
    if (!placeholder.optional && find(placeholder, whole) === undefined) {
      set(whole, placeholder.path);
    }
  }
  return whole;
}

/** A value that is valid as text, a number and an id. */
const SAMPLE = '1';

function set(record: Record<string, unknown>, [key, ...rest]: string[]): void {
  if (key === undefined) return;
  if (rest.length === 0) {
    record[key] = SAMPLE;
    return;
  }
  const inner = isRecord(record[key]) ? record[key] : {};
  record[key] = inner;
  set(inner, rest);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOptional(part: string | Placeholder | undefined): boolean {
  return typeof part === 'object' && part.optional;
}

function written(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function find({ path }: Placeholder, context: unknown): unknown {
  let found: unknown = context;
  for (const step of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return;
    found = (found as Record<string, unknown>)[step];
  }
  return found;
}

function pieces(text: string): (string | Placeholder)[] {
  const found: (string | Placeholder)[] = [];
  let literal = '';
  let end = 0;
  let escaped = false;
  for (const match of text.matchAll(PARTS)) {
    literal += text.slice(end, match.index);
    end = match.index + match[0].length;
    const [whole, slashes, braces, optional, angles, alsoOptional] = match;
    const path = steps(braces ?? angles ?? '');
    if (slashes !== undefined) {
      literal += '\\'.repeat(Math.floor(slashes.length / 2));
      escaped = slashes.length % 2 === 1;
    } else if (escaped || path === undefined) {
      literal += whole;
      escaped = false;
    } else {
      if (literal !== '') found.push(literal);
      literal = '';
      found.push({ expression: whole, path, optional: Boolean(optional ?? alsoOptional) });
    }
  }
  literal += text.slice(end);
  return literal === '' && found.length > 0 ? found : [...found, literal];
}

function steps(path: string): string[] | undefined {
  const found: string[] = [];
  for (let rest = path; rest !== ''; ) {
    const match = STEP.exec(rest);
    if (!match) return undefined;
    found.push(match[1] ?? match[2] ?? match[3] ?? '');
    rest = rest.slice(match[0].length);
  }
  return found.length > 0 ? found : undefined;
}
