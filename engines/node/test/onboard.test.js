/** The TypeScript example, compiled. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionError } from '#engine';
import { next, onboard } from '#onboard';
import { ADMIN, connect, counts } from './double.js';

test('a person is created once, updated, and greeted each time', async () => {
  const connector = await connect();
  const first = onboard(
    connector,
    { role: 'user', email: 'grace@example.com', name: 'Grace' },
    ADMIN,
  );
  const second = onboard(
    connector,
    { role: 'user', email: 'grace@example.com', name: 'Grace H.' },
    ADMIN,
  );
  assert.equal(second.id, first.id);
  assert.equal(second.name, 'Grace H.');
  const { messages } = await counts();
  assert.equal(messages[first.id], 2);
});

test('errors say what to do next', async () => {
  const connector = await connect();
  const errors = [];
  try {
    onboard(connector, { role: 'user' }, ADMIN);
  } catch (thrown) {
    errors.push(next(actionError(thrown)));
  }
  errors.push(
    next({
      tag: 'retryable',
      val: {
        reason: 'rate-limited',
        message: '',
        codes: [],
        problems: [],
        retryAfterMs: 7000n,
      },
    }),
  );
  assert.equal(errors[0].tag, 'stop');
  assert.match(errors[0].because, /^create-contact: email: /);
  assert.deepEqual(errors[1], { tag: 'try-again', inMs: 7000 });
});
