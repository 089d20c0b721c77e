/**
 * The state in the fragment of the address, so that a form can be shared. The workflow
 * context, the variables and secret fields are left out, since they may contain secrets.
 */

import { type Item, kindOf } from './contract';

export interface Shared {
  /** Of an action or a trigger. */
  id?: string;
  /** JSON. */
  input?: string;
}

export function read(fragment: string): Shared {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ''));
  return {
    id: parameters.get('action') ?? parameters.get('trigger') ?? undefined,
    input: parameters.get('input') ?? undefined,
  };
}

export function write(item: Item, input: string): string {
  const shared = withoutSecrets(item, input);
  const parameters = new URLSearchParams({ [kindOf(item)]: item.id });
  if (shared !== '{}') parameters.set('input', shared);
  return `#${parameters}`;
}

/** Text that is not a JSON object is left out if there are secrets. */
function withoutSecrets({ inputs }: Item, input: string): string {
  const secrets = inputs.filter(({ format }) => format === 'secret').map(({ name }) => name);
  if (secrets.length === 0) return input;
  try {
    const keep = (key: string, value: unknown) => (secrets.includes(key) ? undefined : value);
    return JSON.stringify(JSON.parse(input, keep));
  } catch {
    return '{}';
  }
}
