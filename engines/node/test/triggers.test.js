/** Events: received by the example from the double's webhooks, filtered, and polled. */

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { actionError } from '#engine';
import { connect, variable } from './double.js';

const EXAMPLE = fileURLToPath(new URL('../receive.js', import.meta.url));

/** What the example printed, once `visit` has called its address. */
async function receiving(visit) {
  const server = spawn(process.execPath, [EXAMPLE], { env: { ...process.env, PORT: '0' } });
  const ended = Promise.all([text(server.stdout), text(server.stderr), once(server, 'exit')]);
  try {
    const [line] = await once(server.stderr, 'data');
    const [, port] = String(line).match(/listening on port (\d+)/) ?? [];
    await visit(`http://127.0.0.1:${port}/intercom?a=b`);
  } finally {
    server.kill();
  }
  const [printed, errors] = await ended;
  return { events: printed.trim().split('\n').map((line) => JSON.parse(line)), errors };
}

async function deliver(address) {
  const secret = variable('INTERCOM_CLIENT_SECRET');
  const { stdout } = await promisify(execFile)(variable('INTERCOM_DOUBLE'), [
    ...['--deliver', address],
    ...['--client-secret', secret],
  ]);
  return stdout.trim().split('\n');
}

test('each event is printed once, and forgeries are refused', async () => {
  let delivered;
  const { events, errors } = await receiving(async (address) => {
    delivered = await deliver(address);
    const put = await fetch(address, { method: 'PUT' });
    assert.equal(put.status, 405);
    // Longer than anything that Intercom sends: the connection is closed.
    const body = new Uint8Array(6_000_000);
    await assert.rejects(fetch(address, { method: 'POST', body }));
  });
  assert.deepEqual(delivered, [
    '200 HEAD',
    '200 conversation.user.replied notif_double-2 Plain',
    '200 contact.user.created notif_double-1 Twice',
    '200 contact.user.created notif_double-1 Twice',
    '200 ticket.state.updated notif_double-3 Plain',
    '401 ticket.state.updated notif_double-3 WrongSignature',
    '401 ticket.state.updated notif_double-3 Unsigned',
    '401 ticket.state.updated notif_double-3 Changed',
    '400 ticket.state.updated notif_double-3 Captured',
  ]);
  assert.deepEqual(
    events.map(({ id, trigger }) => `${id} ${trigger}`),
    [
      'notif_double-2 contact-replied',
      'notif_double-1 user-created',
      'notif_double-3 ticket-state-updated',
    ],
  );
  assert.equal(events[1].data.email, 'ada@example.com');
  // The last one is the PUT's.
  assert.equal(errors.match(/^refused: /gm)?.length, 5);
});

test('without a secret, the reply makes Intercom send again', async () => {
  const { triggers } = await connect({ INTERCOM_CLIENT_SECRET: '' });
  const delivery = { method: 'POST', query: '', headers: [], body: new Uint8Array(), verified: false };
  try {
    triggers.receive(delivery);
    assert.fail('it was received');
  } catch (thrown) {
    assert.match(actionError(thrown).val.message, /INTERCOM_CLIENT_SECRET: is not set/);
  }
});

test('a filter selects events', async () => {
  const { triggers } = await connect();
  const event = triggers.sample('user-created');
  const { email } = JSON.parse(event.data);
  const matches = (filter) => triggers.matches('user-created', JSON.stringify({ filter }), event);
  assert.equal(matches(`email = '${email}'`), true);
  assert.equal(matches(`email = 'nobody@example.com'`), false);
  assert.throws(
    () => matches(`emial = 'a'`),
    (thrown) => /emial/.test(actionError(thrown).val.message),
  );
});

test('a new contact is polled once', async () => {
  const { contacts, triggers } = await connect();
  let cursor;
  const poll = () => {
    const page = triggers.poll('user-created', '{}', cursor, BigInt(Date.now()));
    cursor = page.cursor;
    return page.events;
  };
  // Dates are whole seconds, and the second in which polling begins is included.
  await sleep(1100);
  assert.deepEqual(poll(), []);
  const { id } = contacts.createContact({ role: 'user', email: 'polled@example.com' });
  const found = [];
  for (let polls = 0; polls < 20 && found.length === 0; polls += 1) {
    found.push(...poll());
    await sleep(300);
  }
  assert.deepEqual(found.map(({ data }) => JSON.parse(data).contact_id), [id]);
  assert.deepEqual(poll(), []);
});
