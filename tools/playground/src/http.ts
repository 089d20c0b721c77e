/** Requests as text. */

import type { HttpRequest } from './contract';
import { pretty } from './json';

/** As HTTP/1.1, its body indented if it is JSON. */
export function http({ method, url, headers, body }: HttpRequest): string {
  const { host, pathname, search } = new URL(url);
  const lines = [`${method} ${pathname}${search} HTTP/1.1`, `host: ${host}`];
  lines.push(...headers.map(({ name, value }) => `${name}: ${value}`));
  return body === undefined ? `${lines.join('\n')}\n` : `${lines.join('\n')}\n\n${pretty(body)}`;
}

/** The component's placeholder for a secret. */
const REDACTED = '[redacted]';

/** As a shell command that reads the token from the variable of that name. */
export function curl({ method, url, headers, body }: HttpRequest, token?: string): string {
  const request = method === 'HEAD' ? '--head' : `--request ${quoted(method)}`;
  const parts = [`curl --globoff ${request} ${quoted(url)}`];
  parts.push(...headers.map(({ name, value }) => `--header ${header(name, value, token)}`));
  if (body !== undefined) parts.push(`--data-raw ${quoted(body)}`);
  return parts.join(' \\\n  ');
}

function header(name: string, value: string, token?: string): string {
  const whole = `${name}: ${value}`;
  const isOurs = name === 'authorization' && whole.endsWith(REDACTED);
  if (!isOurs || !token || !/^\w+$/.test(token)) return quoted(whole);
  return `${quoted(whole.slice(0, -REDACTED.length))}"$${token}"`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
