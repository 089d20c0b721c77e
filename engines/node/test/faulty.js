/**
 * A server with faulty responses, in its own thread, since a call of a sandbox blocks the
 * calling thread.
 */

import { createServer } from 'node:net';
import { parentPort, Worker, workerData } from 'node:worker_threads';

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n';

/** What happens to a request, by the name of the fault. */
const FAULTS = {
  /** It is received, and gets no response. */
  silent: () => {},
  /** The connection is closed at once. */
  closed: (socket) => socket.destroy(),
  /** The response is cut off. */
  cut: (socket) => socket.end(`${HEAD}{"id": "40318`),
  /** The response stalls, the connection stays open. */
  stalled: (socket) => socket.write(`${HEAD}{"id": "40318`),
};

/**
 * The result of `use` with a faulty server, and how many requests the server received.
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
