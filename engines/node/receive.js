/** Serves a webhook address on loopback, and prints each event once, as a line of JSON. */

import { createServer } from 'node:http';
import { env } from 'node:process';
import { egress } from './egress.js';
import { actionError, sandbox } from './engine.js';

/** The maximum size of a body, in bytes; the connector refuses more than 4 MiB. */
const MAX_BODY = 5 * 1024 * 1024;

/**
 * A request's body. The connection is closed if it is too long.
 *
 * @param {import('node:http').IncomingMessage} request
 */
async function bodyOf(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MAX_BODY) throw new Error('the body is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** @param {import('node:http').IncomingMessage} request */
async function deliveryOf(request) {
  const headers = Object.entries(request.headersDistinct);
  return {
    method: request.method ?? '',
    query: request.url?.split('?', 2)[1] ?? '',
    headers: headers.flatMap(([name, values]) => (values ?? []).map((value) => ({ name, value }))),
    body: await bodyOf(request),
    verified: false,
    receivedAtMs: BigInt(Date.now()),
  };
}

/** @type {Promise<import('#intercom').Root> | undefined} */
let connector;

/** @param {import('#intercom/workflow-plugin-triggers').Delivery} delivery */
async function receive(delivery) {
  // It sends nothing, so it gets no network and no token.
  connector ??= sandbox(
    { INTERCOM_CLIENT_SECRET: env.INTERCOM_CLIENT_SECRET ?? '' },
    egress({ origins: [], token: '' }),
  );
  const { triggers } = await connector;
  try {
    return triggers.receive(delivery);
  } catch (thrown) {
    // Not an action error: do not use the sandbox again.
    connector = undefined;
    console.error(actionError(thrown));
    return { reply: { status: 500, headers: [], body: '' }, meaning: undefined };
  }
}

/** @type {Set<string>} The ids of events; an engine stores them with the workflow's start. */
const known = new Set();

const server = createServer({ requestTimeout: 5000 }, async (request, response) => {
  try {
    const { reply, meaning } = await receive(await deliveryOf(request));
    for (const { name, value } of reply.headers) response.setHeader(name, value);
    response.writeHead(reply.status).end(reply.body);

    if (meaning?.tag === 'refused') console.error(`refused: ${meaning.val.message}`);
    if (meaning?.tag !== 'events') return;
    for (const { id, trigger, data } of meaning.val.filter(({ id }) => !known.has(id))) {
      known.add(id);
      console.log(JSON.stringify({ id, trigger, data: JSON.parse(data) }));
    }
  } catch (error) {
    // The caller closed the connection, or its body is too long.
    console.error(error);
    response.destroy();
  }
});

server.listen(Number(env.PORT ?? 8080), '127.0.0.1', () => {
  console.error(`listening on port ${Object(server.address()).port}`);
});
