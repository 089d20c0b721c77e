/**
 * A server that answers badly, in a thread of its own, since a call into a sandbox
 * blocks the one that it is made in.
 */

import { createServer } from 'node:net';
import { parentPort, Worker, workerData } from 'node:worker_threads';

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n';

/** What comes of a request, by the name of the fault. */
const FAULTS = {
  /** It is taken, and not answered. */
  silent: () => {},
  /** The connection is closed at once. */
  closed: (socket) => socket.destroy(),
  /** The answer breaks off. */
  cut: (socket) => socket.end(`${HEAD}{"id": "40318`),
  /** The answer stops coming, the connection stays open. */
  stalled: (socket) => socket.write(`${HEAD}{"id": "40318`),
};

/**
 * What `use` makes of a server with a fault, and how many requests it received.
 *
 * @template T
 * @param {keyof typeof FAULTS} fault
 * @param {(url: string) => Promise<T>} use
 */
export async function against(fault, use) {
  const worker = new Worker(new URL(import.meta.url), { workerData: fault });
  const message = () => new Promise((resolve) => worker.once('message', resolve));
  try {
    const outcome = await use(`http://127.0.0.1:${await message()}`);
    const received = message();
    worker.postMessage('how many?');
    return { outcome, requests: await received };
  } finally {
    await worker.terminate();
  }
}

if (parentPort !== null && workerData in FAULTS) {
  const port = parentPort;
  let requests = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      requests += 1;
      FAULTS[workerData](socket);
    });
  });
  server.listen(0, '127.0.0.1', () => port.postMessage(server.address().port));
  port.once('message', () => port.postMessage(requests));
}
