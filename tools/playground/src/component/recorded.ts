/** Responses from recorded exchanges. */

import { equal, parsed } from '../json';
import type { Exchange, Received, Sent } from '../protocol';

/** A recorded header value that matches any value but an empty one. */
const REDACTED = 'REDACTED';

/** A response, and a note about it. */
export interface Served {
  received: Received;
  note?: string;
}

/** Serves each exchange once, in recorded order among equal requests. */
export class Recorded {
  readonly #used = new Set<number>();
  #first?: Received;

  /** `first` replaces the response to the first request. */
  constructor(
    readonly exchanges: Exchange[],
    first?: Received,
  ) {
    this.#first = first;
  }

  serve(sent: Sent): Served {
    if (this.#first) {
      const received = this.#first;
      this.#first = undefined;
      return { received, note: 'the chosen fault' };
    }
    const free = this.exchanges.flatMap((exchange, index) =>
      this.#used.has(index) ? [] : [{ exchange, index }],
    );
    const same = free.find(({ exchange }) => differences(exchange.sent, sent).length === 0);
    if (same) {
      this.#used.add(same.index);
      return { received: same.exchange.received };
    }
    return this.#nearest(sent, free[0]);
  }

  /** Numbers of the exchanges that were not used, counted from 1. */
  unused(): number[] {
    return this.exchanges.flatMap((_, index) => (this.#used.has(index) ? [] : [index + 1]));
  }

  /** A request that was not recorded gets the next response anyway, with a note. */
  #nearest(sent: Sent, next?: { exchange: Exchange; index: number }): Served {
    if (!next) {
      const code = { tag: 'HTTP-request-denied' };
      const note = 'no recorded response is left, so the request was denied';
      return { received: { status: 0, headers: [], body: '', code }, note };
    }
    this.#used.add(next.index);
    const differing = differences(next.exchange.sent, sent).join(', ');
    return {
      received: next.exchange.received,
      note: `recorded for another request (other ${differing})`,
    };
  }
}

/** The parts in which `sent` differs from a recorded request. */
export function differences(recorded: Sent, sent: Sent): string[] {
  const [was, is] = [new URL(recorded.url), new URL(sent.url)];
  const same: Record<string, boolean> = {
    method: recorded.method === sent.method,
    host: was.origin === is.origin,
    path: was.pathname === is.pathname,
    query: equal(pairs(was), pairs(is)),
    headers: recorded.headers.every((header) => hasHeader(sent, header)),
    body: sameBody(recorded.body, sent.body),
  };
  return Object.keys(same).filter((part) => !same[part]);
}

function pairs(url: URL): string[][] {
  return [...url.searchParams].sort(([a, b], [c, d]) => (`${a}\0${b}` < `${c}\0${d}` ? -1 : 1));
}

function hasHeader(sent: Sent, [name, value]: [string, string]): boolean {
  const isMatch = (other: string) => other === value || (value === REDACTED && other !== '');
  return sent.headers.some(([other, found]) => other === name && isMatch(found));
}

function sameBody(recorded: string, sent: string): boolean {
  if (recorded === sent) return true;
  const [was, is] = [parsed(recorded), parsed(sent)];
  return was !== undefined && is !== undefined && equal(was.value, is.value);
}
