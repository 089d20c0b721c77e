/** The part of WASI 0.2 that a connector imports, with the page's implementation. */

import type { Fault, Received, Sent } from '../protocol';
import { Clock, Pollable, poll } from './clock';

/** What the page gives a sandbox. */
export interface Outside {
  variables: Record<string, string>;
  clock: Clock;
  send(request: Sent): Promise<Received>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The error codes that a host gives for each fault. */
const CODES: Record<Exclude<Fault, 'body-truncated'>, Received['code']> = {
  'connection-refused': { tag: 'connection-refused' },
  dns: notResolved('address not available'),
  'unknown-host': notResolved('NXDOMAIN'),
  tls: { tag: 'TLS-protocol-error' },
  'untrusted-certificate': { tag: 'TLS-certificate-error' },
  'connection-reset': { tag: 'connection-terminated' },
  'response-timeout': { tag: 'connection-read-timeout' },
};

function notResolved(rcode: string): Received['code'] {
  return { tag: 'DNS-error', val: { rcode, infoCode: undefined } };
}

/** An error of a stream. It has no code, like wasmtime's. */
class StreamFailure {}

class Fields {
  #entries: [string, Uint8Array][] = [];

  static fromList(entries: [string, Uint8Array][]): Fields {
    const fields = new Fields();
    for (const [name, value] of entries) fields.append(name, value);
    return fields;
  }

  append(name: string, value: Uint8Array): void {
    const isToken = /^[!#$%&'*+.^_`|~\w-]+$/.test(name);
    if (!isToken || value.some((byte) => (byte < 32 && byte !== 9) || byte === 127)) {
      throw { tag: 'invalid-syntax' };
    }
    this.#entries.push([name, value]);
  }

  entries(): [string, Uint8Array][] {
    return this.#entries;
  }
}

class OutputStream {
  readonly chunks: Uint8Array[] = [];

  checkWrite(): bigint {
    return 65536n;
  }

  write(chunk: Uint8Array): void {
    this.chunks.push(chunk.slice());
  }

  blockingWriteAndFlush(chunk: Uint8Array): void {
    this.write(chunk);
  }

  flush(): void {}

  blockingFlush(): void {}

  subscribe(): Pollable {
    return Pollable.ready();
  }
}

class OutgoingBody {
  readonly #stream = new OutputStream();
  #finish: (body: string) => void = () => {};
  /** The whole body, once it is written. */
  readonly whole = new Promise<string>((resolve) => (this.#finish = resolve));

  write(): OutputStream {
    return this.#stream;
  }

  static finish(body: OutgoingBody): void {
    body.#finish(decoder.decode(joined(body.#stream.chunks)));
  }
}

function joined(chunks: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

interface Variant {
  tag: string;
  val?: string;
}

class OutgoingRequest {
  #method = 'GET';
  #scheme = 'https';
  #authority = '';
  #path = '/';
  readonly #body = new OutgoingBody();

  constructor(readonly headers: Fields) {}

  body(): OutgoingBody {
    return this.#body;
  }

  setMethod(method: Variant): void {
    this.#method = (method.val ?? method.tag).toUpperCase();
  }

  setScheme(scheme?: Variant): void {
    this.#scheme = (scheme?.val ?? scheme?.tag ?? 'https').toLowerCase();
  }

  setAuthority(authority?: string): void {
    if (!URL.canParse(`https://${authority ?? ''}/`)) throw undefined;
    this.#authority = authority ?? '';
  }

  setPathWithQuery(path?: string): void {
    if (/[^!-~]/.test(path ?? '')) throw undefined;
    this.#path = path ?? '/';
  }

  async sent(): Promise<Sent> {
    const headers = this.headers.entries();
    return {
      method: this.#method,
      url: `${this.#scheme}://${this.#authority}${this.#path}`,
      headers: headers.map(([name, value]) => [name, decoder.decode(value)]),
      body: await this.#body.whole,
    };
  }
}

class RequestOptions {
  /** Milliseconds. */
  firstByte = Infinity;

  setConnectTimeout(): void {}

  setFirstByteTimeout(nanoseconds?: bigint): void {
    this.firstByte = nanoseconds === undefined ? Infinity : Number(nanoseconds) / 1e6;
  }

  setBetweenBytesTimeout(): void {}
}

class InputStream {
  #left: Uint8Array;

  constructor(
    body: Uint8Array,
    readonly truncated: boolean,
  ) {
    this.#left = body;
  }

  read(length: bigint): Uint8Array {
    if (this.#left.length === 0) {
      if (!this.truncated) throw { tag: 'closed' };
      throw { tag: 'last-operation-failed', val: new StreamFailure() };
    }
    const chunk = this.#left.subarray(0, Number(length));
    this.#left = this.#left.subarray(chunk.length);
    return chunk;
  }

  /** The whole body already exists. */
  blockingRead(length: bigint): Uint8Array {
    return this.read(length);
  }

  subscribe(): Pollable {
    return Pollable.ready();
  }
}

class IncomingBody {
  constructor(readonly received: Received) {}

  stream(): InputStream {
    const { body, base64, fault } = this.received;
    const bytes = base64
      ? Uint8Array.from(atob(body), (character) => character.charCodeAt(0))
      : encoder.encode(body);
    return new InputStream(bytes, fault === 'body-truncated');
  }
}

class IncomingResponse {
  constructor(readonly received: Received) {}

  status(): number {
    return this.received.status;
  }

  headers(): Fields {
    const { headers } = this.received;
    return Fields.fromList(headers.map(([name, value]) => [name, encoder.encode(value)]));
  }

  consume(): IncomingBody {
    return new IncomingBody(this.received);
  }
}

class FutureIncomingResponse {
  #result: unknown;
  readonly #arrival: Promise<void>;

  constructor(received: Promise<Received>) {
    this.#arrival = received.then((received) => {
      this.#result = { tag: 'ok', val: response(received) };
    });
  }

  subscribe(): Pollable {
    return Pollable.event(this.#arrival, () => this.#result !== undefined);
  }

  get(): unknown {
    return this.#result;
  }
}

function response(received: Received) {
  const { fault } = received;
  const code =
    received.code ?? (fault && fault !== 'body-truncated' ? CODES[fault] : undefined);
  return code
    ? { tag: 'err', val: code }
    : { tag: 'ok', val: new IncomingResponse(received) };
}

class FutureTrailers {}

/** The imports of a component, by interface. */
export function imports({ variables, clock, send }: Outside): Record<string, object> {
  return {
    'wasi:cli/environment': { getEnvironment: () => Object.entries(variables) },
    'wasi:clocks/monotonic-clock': {
      now: () => clock.now(),
      resolution: () => 1_000_000n,
      subscribeDuration: (nanoseconds: bigint) => Pollable.timer(clock, nanoseconds),
      subscribeInstant: (at: bigint) => Pollable.timer(clock, at - clock.now()),
    },
    'wasi:clocks/wall-clock': { now: wallClock },
    'wasi:io/poll': { poll, Pollable },
    'wasi:io/error': { Error: StreamFailure },
    'wasi:io/streams': { InputStream, OutputStream },
    'wasi:random/random': { getRandomBytes, getRandomU64 },
    'wasi:http/types': {
      Fields,
      FutureIncomingResponse,
      FutureTrailers,
      IncomingBody,
      IncomingResponse,
      OutgoingBody,
      OutgoingRequest,
      RequestOptions,
      httpErrorCode: () => undefined,
    },
    'wasi:http/outgoing-handler': {
      handle: (request: OutgoingRequest, options?: RequestOptions) =>
        new FutureIncomingResponse(
          inTime(request.sent().then(send), options?.firstByte ?? Infinity),
        ),
    },
  };
}

/** The response, or a timeout. */
async function inTime(received: Promise<Received>, milliseconds: number): Promise<Received> {
  if (milliseconds === Infinity) return received;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Received>((resolve) => {
    const code = { tag: 'HTTP-response-timeout' };
    timer = setTimeout(() => resolve({ status: 0, headers: [], body: '', code }), milliseconds);
  });
  return Promise.race([received, late]).finally(() => clearTimeout(timer));
}

function wallClock() {
  const now = Date.now();
  return { seconds: BigInt(Math.floor(now / 1000)), nanoseconds: (now % 1000) * 1_000_000 };
}

function getRandomBytes(length: bigint): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(Number(length)));
}

function getRandomU64(): bigint {
  return new BigUint64Array(getRandomBytes(8n).buffer)[0] ?? 0n;
}
