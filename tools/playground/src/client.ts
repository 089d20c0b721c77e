/** The worker, as the page sees it. */

import type { Calls, Opened, Reply, Step } from './protocol';

interface Waiting {
  settle(result: unknown): void;
  fail(error: Error): void;
  step?(step: Step): void;
}

/** Calls the worker. A call that takes too long can be ended with it. */
export class Client {
  #worker: Worker;
  #calls = 0;
  #opening?: Calls['open']['argument'];
  readonly #waiting = new Map<number, Waiting>();

  constructor(readonly folder: string) {
    this.#worker = this.#start();
  }

  /** Opens the component, and does so again after a restart. */
  open(argument: Calls['open']['argument']): Promise<Opened> {
    this.#opening = argument;
    return this.call('open', argument);
  }

  call<Name extends keyof Calls>(
    call: Name,
    argument: Calls[Name]['argument'],
    step?: (step: Step) => void,
  ): Promise<Calls[Name]['result']> {
    const id = ++this.#calls;
    this.#worker.postMessage({ id, call, argument });
    return new Promise((resolve, fail) => {
      const settle = (result: unknown) => resolve(result as Calls[Name]['result']);
      this.#waiting.set(id, { settle, fail, step });
    });
  }

  /** Terminates the worker with all its calls, and starts another one. */
  async restart(): Promise<void> {
    this.#worker.terminate();
    for (const waiting of this.#waiting.values()) waiting.fail(new Error('stopped'));
    this.#waiting.clear();
    this.#worker = this.#start();
    if (this.#opening) await this.open(this.#opening);
  }

  /**
   * The worker's script comes from a blob, since such a worker has the page's own
   * content security policy: one from a file has that of its response, which a
   * static server does not set.
   */
  #start(): Worker {
    const script = `import ${JSON.stringify(new URL('worker.js', this.folder).href)};`;
    const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
    const worker = new Worker(address, { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<Reply>) => this.#take(data);
    worker.onerror = (event) => this.#fail(event.message || 'the worker did not start');
    return worker;
  }

  #take(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    if (!waiting) return;
    if ('step' in reply) return waiting.step?.(reply.step);
    this.#waiting.delete(reply.id);
    if ('failed' in reply) waiting.fail(new Error(reply.failed));
    else waiting.settle(reply.result);
  }

  #fail(message: string): void {
    for (const waiting of this.#waiting.values()) waiting.fail(new Error(message));
    this.#waiting.clear();
  }
}
