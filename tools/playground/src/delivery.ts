/** Deliveries of webhooks: their text as HTTP/1.1, and their signatures. */

import type { Signature } from './contract';

/** A request of the service to the engine's webhook address. */
export interface Delivery {
  /** As HTTP/1.1: the method and the path, headers, an empty line, the body. */
  text: string;
  /** Whether the engine has verified the signature, so that the component does not. */
  verified: boolean;
  /** When it arrived, in Unix milliseconds; without it, age is not checked. */
  receivedAt?: number;
}

export const BLANK: Delivery = { text: 'POST / HTTP/1.1\n\n', verified: false };

/** Whether this page can sign: browsers allow it over HTTPS and on the loopback. */
export const CAN_SIGN = 'subtle' in crypto;

/** A delivery's text, parsed. */
interface Request {
  method: string;
  query: string;
  headers: { name: string; value: string }[];
  body: string;
}

export function read(text: string): Request {
  const { first, lines, body } = parts(text);
  const [method = '', path = ''] = first.split(' ');
  const headers = lines.map((line) => {
    const name = nameOf(line);
    return { name, value: line.slice(name.length + 1).trim() };
  });
  return { method, query: path.split('?')[1] ?? '', headers, body };
}

/** The text with one more header, the signature of its body. */
export async function signed(text: string, scheme: Signature, key: string): Promise<string> {
  const { first, lines, body } = parts(text);
  const hash = scheme.algorithm === 'hmac-sha1' ? 'SHA-1' : 'SHA-256';
  const { subtle } = crypto;
  const imported = await subtle.importKey('raw', bytes(key), { name: 'HMAC', hash }, false, ['sign']);
  const mac = new Uint8Array(await subtle.sign('HMAC', imported, bytes(body)));
  const header = `${scheme.header}: ${scheme.prefix}${encoded(mac, scheme)}`;
  return [first, ...lines, header, '', body].join('\n');
}

/** The text without the headers of this name. */
export function without(text: string, name: string): string {
  const { first, lines, body } = parts(text);
  const kept = lines.filter((line) => nameOf(line).toLowerCase() !== name);
  return [first, ...kept, '', body].join('\n');
}

/** The bytes of a text in UTF-8: what a signature covers. */
export function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function parts(text: string): { first: string; lines: string[]; body: string } {
  const [head = '', ...rest] = text.split('\n\n');
  const [first = '', ...lines] = head.split('\n');
  return { first, lines: lines.filter((line) => line !== ''), body: rest.join('\n\n') };
}

function nameOf(line: string): string {
  return line.split(':')[0] ?? '';
}

function encoded(mac: Uint8Array, { encoding }: Signature): string {
  if (encoding === 'base64') return btoa(String.fromCharCode(...mac));
  return [...mac].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
