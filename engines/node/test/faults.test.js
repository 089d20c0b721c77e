/**
 * A message whose response fails is sent once, and the error does not suggest a retry. Not
 * so with jco's unmodified shim.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { egress } from '../egress.js';
import { actionError, sandbox } from '../engine.js';
import { against } from './faulty.js';
import { plain } from './plain.js';

const MESSAGE = {
  recipientContactType: 'user',
  recipientContactId: '6762f0dd0000000000000001',
  messageType: 'in-app',
  fromId: '814860',
  body: 'Hello',
  cc: [],
  bcc: [],
};

/** Two retries, the default, with short waits. */
const variables = (url) => ({
  INTERCOM_BASE_URL: url,
  INTERCOM_ACCESS_TOKEN: 't',
  INTERCOM_TIMEOUT_MS: '300',
  INTERCOM_MAX_RETRIES: '2',
});

/** The sandbox of `engine.js`. */
const repaired = (url) => sandbox(variables(url), egress({ origins: [url], token: 't' }));

/** The result of sending a message: what it returns or throws. */
function send(connector) {
  try {
    return { sent: connector.messages.sendMessage(MESSAGE) };
  } catch (thrown) {
    return { thrown };
  }
}

for (const fault of ['silent', 'closed']) {
  test(`${fault}: received once, outcome unknown`, async () => {
    const { outcome, requests } = await against(fault, async (url) => send(await repaired(url)));
    const error = actionError(outcome.thrown);
    assert.equal(requests, 1);
    assert.equal(error.tag, 'permanent');
    assert.equal(error.val.reason, 'outcome-unknown');
  });
}

for (const fault of ['cut', 'stalled']) {
  test(`${fault}: received once, and a success by its status`, async () => {
    const { outcome, requests } = await against(fault, async (url) => send(await repaired(url)));
    assert.equal(requests, 1);
    assert.match(outcome.sent.notes[0], /could not be read/);
  });
}

test('connection refused: not sent, and retryable', async () => {
  const { outcome: closed } = await against('closed', async (url) => url);
  const error = actionError(send(await repaired(closed)).thrown);
  assert.equal(error.tag, 'retryable');
  assert.equal(error.val.reason, 'network');
});

// When one of the next two fails, the shim was fixed: remove that part of `shim.js`.
test('the unmodified shim: a server without responses receives a message once, too', async () => {
  const { outcome, requests } = await against('silent', async (url) =>
    send(await plain({ env: variables(url) })),
  );
  const error = actionError(outcome.thrown);
  assert.equal(requests, 1);
  assert.equal(error.tag, 'permanent');
  assert.equal(error.val.reason, 'outcome-unknown');
});

test('the unmodified shim: a message is sent, and a cut-off response is a TypeError', async () => {
  const { outcome, requests } = await against('cut', async (url) =>
    send(await plain({ env: variables(url) })),
  );
  assert.equal(requests, 1);
  assert.ok(outcome.thrown instanceof TypeError);
});

test('a call blocks only its thread, and can be terminated from another', async () => {
  const { outcome: ticks, requests } = await against('silent', async (url) => {
    const workerData = { ...variables(url), INTERCOM_TIMEOUT_MS: '60000' };
    const caller = new Worker(new URL('caller.js', import.meta.url), { workerData });
    await new Promise((resolve) => caller.once('message', resolve));
    let free = 0;
    for (; free < 10; free += 1) await sleep(20);
    await caller.terminate();
    return free;
  });
  assert.equal(ticks, 10);
  assert.equal(requests, 1);
});
