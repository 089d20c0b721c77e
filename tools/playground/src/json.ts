/** JSON without the loss of large numbers. */

/** A number that JavaScript would round, as written. */
class ExactNumber {
  constructor(readonly source: string) {}
}

/** A text parsed as JSON; nothing if it is not JSON. Large numbers are kept as written. */
export function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text, keepNumbers) };
  } catch {
    return undefined;
  }
}

function keepNumbers(_: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number') return value;
  const source = context?.source ?? String(value);
  return isExact(value, source) ? value : new ExactNumber(source);
}

/** Whether a number is the one that is written. Fractions are compared as floats anywhere. */
function isExact(value: number, source: string): boolean {
  return Number.isSafeInteger(value) || !/^-?\d+$/.test(source);
}

/** Whether both are the same JSON; the order of keys does not matter. */
export function equal(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object') return false;
  if (one === null || other === null || Array.isArray(one) !== Array.isArray(other)) return false;
  const [keys, others] = [Object.keys(one), Object.keys(other)];
  const [left, right] = [one as Record<string, unknown>, other as Record<string, unknown>];
  return (
    keys.length === others.length &&
    keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]))
  );
}

/** Whether a value holds a number that JavaScript would round. */
export function isInexact(value: unknown): boolean {
  if (value instanceof ExactNumber) return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(isInexact);
}

/** Indented JSON, or the unchanged text if it is not JSON. */
export function pretty(text: string): string {
  const read = parsed(text);
  if (!read || isInexact(read.value)) return text;
  return JSON.stringify(read.value, null, 2);
}
