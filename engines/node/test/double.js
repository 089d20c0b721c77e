/** The double of Intercom that `../with-double` started, and a sandbox that is connected to it. */

import { env } from 'node:process';
import { egress, PLACEHOLDER } from '../egress.js';
import { sandbox } from '../engine.js';

/** @param {string} name */
export function variable(name) {
  const value = env[name];
  if (value === undefined)
    throw new Error(`${name} is not set; run ./check, which starts the double`);
  return value;
}

export const component = variable('INTERCOM_COMPONENT');
export const url = variable('INTERCOM_BASE_URL');
export const token = variable('INTERCOM_ACCESS_TOKEN');

/** An admin of the double's workspace. */
export const ADMIN = '814860';

/**
 * A sandbox whose variables are those below, changed by `variables`.
 *
 * @param {Record<string, string>} [variables]
 */
export function connect(variables = {}) {
  const all = {
    INTERCOM_BASE_URL: url,
    INTERCOM_ACCESS_TOKEN: PLACEHOLDER,
    INTERCOM_CLIENT_ID: variable('INTERCOM_CLIENT_ID'),
    INTERCOM_CLIENT_SECRET: variable('INTERCOM_CLIENT_SECRET'),
    WORKFLOW_CONTEXT: JSON.stringify({ settings: { admin: ADMIN } }),
    ...variables,
  };
  return sandbox(all, egress({ origins: [url], token }));
}

/** The requests that the double received so far, and their responses. */
export async function counts() {
  const answer = await fetch(`${url}/double/counts`);
  return answer.json();
}

/**
 * The requests that `after` has more of than `before`, and how many more.
 *
 * @param {Record<string, number>} before
 * @param {Record<string, number>} after
 */
export function more(before, after) {
  const differences = Object.entries(after).map(([key, count]) => [
    key,
    count - (before[key] ?? 0),
  ]);
  return Object.fromEntries(differences.filter(([, difference]) => difference !== 0));
}
