/** Time as a sandbox sees it, and waiting for it. */

/** A monotonic clock that reports the component's waits, and can skip them. */
export class Clock {
  #ahead = 0;

  constructor(
    readonly skip: boolean,
    readonly waited: (milliseconds: number) => void,
  ) {}

  /** Nanoseconds. */
  now(): bigint {
    return BigInt(Math.round((performance.now() + this.#ahead) * 1e6));
  }

  /** A wait that only time ends, such as the one before a retry. */
  async wait(milliseconds: number): Promise<void> {
    this.waited(milliseconds);
    if (this.skip) this.#ahead += milliseconds;
    else await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }
}

interface Timer {
  clock: Clock;
  at: bigint;
}

/** Something to wait for: a time, or an event. */
export class Pollable {
  private constructor(
    readonly isReady: () => boolean,
    readonly event?: Promise<void>,
    readonly timer?: Timer,
  ) {}

  static ready(): Pollable {
    return new Pollable(() => true);
  }

  static event(event: Promise<void>, isReady: () => boolean): Pollable {
    return new Pollable(isReady, event);
  }

  static timer(clock: Clock, nanoseconds: bigint): Pollable {
    const at = clock.now() + nanoseconds;
    return new Pollable(() => clock.now() >= at, undefined, { clock, at });
  }

  async block(): Promise<void> {
    await poll([this]);
  }
}

/** Waits until one is ready. The indexes of all that are. */
export async function poll(pollables: Pollable[]): Promise<Uint32Array> {
  for (;;) {
    const ready = pollables.flatMap((pollable, index) => (pollable.isReady() ? [index] : []));
    if (ready.length > 0) return Uint32Array.from(ready);
    await next(pollables);
  }
}

async function next(pollables: Pollable[]): Promise<void> {
  const events = pollables.flatMap(({ event }) => event ?? []);
  const timers = pollables.flatMap(({ timer }) => timer ?? []);
  const [first] = timers.sort((one, other) => (one.at < other.at ? -1 : 1));
  const left = first ? Math.ceil(Number(first.at - first.clock.now()) / 1e6) : Infinity;
  if (first && events.length === 0) return first.clock.wait(left);
  await raced(events, left);
}

/** Waits for the first event, but no longer than `milliseconds`. */
async function raced(events: Promise<void>[], milliseconds: number): Promise<void> {
  let timeout: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<void>((resolve) => {
    if (milliseconds < Infinity) timeout = setTimeout(resolve, milliseconds);
  });
  await Promise.race([...events, limit]);
  clearTimeout(timeout);
}
