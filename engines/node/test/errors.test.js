/** How errors reach JavaScript: thrown, with the action error as their `payload`. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionError } from '../engine.js';
import { connect } from './double.js';

const connector = await connect();
const stranger = await connect({ INTERCOM_ACCESS_TOKEN: 'not-the-placeholder' });

/** What `call` throws. */
function thrown(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: 'nothing was thrown' });
}

const CASES = [
  {
    name: 'an input that is missing',
    call: () => connector.contacts.createContact({ role: 'user' }),
    tag: 'permanent',
    failure: { reason: 'invalid-input', status: undefined, codes: [] },
  },
  {
    name: 'a placeholder without a value',
    call: () =>
      connector.plugin.invoke('get-contact-by-id', '{"contact_id": "{{steps.lookup.id}}"}'),
    tag: 'permanent',
    failure: { reason: 'unresolved-placeholder' },
  },
  {
    name: 'a token that Intercom does not know',
    call: () => stranger.connection.testConnection(),
    tag: 'permanent',
    failure: { reason: 'unauthorized', status: 401, codes: ['unauthorized'] },
  },
  {
    name: 'no such contact',
    call: () => connector.contacts.getContactById({ contactId: 'nobody' }),
    tag: 'permanent',
    failure: { reason: 'not-found', status: 404 },
  },
  {
    name: 'a contact that is there already',
    call: () => connector.contacts.createContact({ role: 'user', email: 'contact1@example.com' }),
    tag: 'permanent',
    failure: { reason: 'conflict', status: 409, codes: ['conflict'] },
  },
];

for (const { name, call, tag, failure } of CASES) {
  test(name, () => {
    const error = actionError(thrown(call));
    assert.equal(error.tag, tag);
    for (const [part, expected] of Object.entries(failure))
      assert.deepEqual(error.val[part], expected);
    assert.match(error.val.message, /^[a-z-]+: /);
    assert.match(error.val.hint, /[^.]$/);
  });
}

test('a conflict names the existing contact', () => {
  const error = thrown(() =>
    connector.contacts.createContact({ role: 'user', email: 'contact2@example.com' }),
  );
  const { existingId, archived } = actionError(error).val;
  assert.equal(
    connector.contacts.getContactById({ contactId: existingId }).email,
    'contact2@example.com',
  );
  assert.equal(archived, false);
});

test("the failure has the message, not the thrown error", () => {
  const error = thrown(() => connector.contacts.getContactById({ contactId: '' }));
  assert.equal(error.constructor.name, 'ComponentError');
  assert.equal(error.message, '[object Object] (see error.payload)');
  assert.match(error.payload.val.message, /^get-contact-by-id: contact_id: /);
});

test('a type error is not an action error, and is rethrown', () => {
  const error = thrown(() => connector.contacts.createContact({ email: 'ada@example.com' }));
  assert.ok(error instanceof TypeError);
  assert.throws(() => actionError(error), TypeError);
});

test('a misspelled field is ignored in a typed call, and an error by invoke', () => {
  const found = connector.contacts.searchContacts({
    filterFormula: "role = 'user'",
    paginationParameter: 'per_page=1',
  });
  assert.ok(found.contacts.length > 1);
  const input = { filter_formula: "role = 'user'", pagination_parameter: 'per_page=1' };
  const error = thrown(() => connector.plugin.invoke('search-contacts', JSON.stringify(input)));
  assert.match(actionError(error).val.hint, /pagination_parameters/);
});
