/** The network policy of a sandbox, and what it sees of the token and of this process. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { egress, PLACEHOLDER } from '../egress.js';
import { actionError, sandbox } from '../engine.js';
import { connect, counts, more, token, url } from './double.js';
import { plain } from './plain.js';

/** The failure that `call` throws. */
function failure(call) {
  try {
    call();
  } catch (error) {
    return actionError(error).val;
  }
  throw new assert.AssertionError({ message: 'nothing was thrown' });
}

test('a host that is not granted is not reached', async () => {
  const before = await counts();
  const elsewhere = egress({ origins: ['https://api.intercom.io'], token });
  const connector = await sandbox(
    { INTERCOM_BASE_URL: url, INTERCOM_ACCESS_TOKEN: PLACEHOLDER },
    elsewhere,
  );
  const { reason, message } = failure(() => connector.connection.testConnection());
  assert.equal(reason, 'network');
  assert.match(message, /nothing was sent/);
  assert.deepEqual(more(before.requests, (await counts()).requests), {});
});

test('the hosts to grant are those of the manifest', async () => {
  const connector = await connect();
  const { hosts } = connector.plugin.manifest();
  assert.deepEqual(hosts, ['api.intercom.io', 'api.eu.intercom.io', 'api.au.intercom.io']);
});

test('the sandbox sees the placeholder, and the double the token', async () => {
  const seen = [];
  const handle = egress({ origins: [url], token });
  const spy = (request, options) => {
    const answer = handle(request, options);
    seen.push(...request.headers().entries());
    return answer;
  };
  const connector = await sandbox(
    { INTERCOM_BASE_URL: url, INTERCOM_ACCESS_TOKEN: PLACEHOLDER },
    spy,
  );
  assert.equal(connector.connection.testConnection().workspaceName, 'Larkspur Tea');
  const text = seen
    .map(([name, value]) => `${name}: ${new TextDecoder().decode(value)}`)
    .join('\n');
  assert.match(text, new RegExp(`authorization: Bearer ${PLACEHOLDER}`));
  assert.ok(!text.includes(token));
});

test('the token is added to its header only', async () => {
  const connector = await connect();
  const headers = [{ name: 'Intercom-Version', value: PLACEHOLDER }];
  const call = () =>
    connector.custom.customAction({ method: 'GET', path: '/me', query: [], headers });
  // The double returns a version that it does not know.
  const { codes, message } = failure(call);
  assert.deepEqual(codes, ['intercom_version_invalid']);
  assert.ok(!message.includes(token));
});

test("the variables of this process are not the sandbox's", async () => {
  const bare = await sandbox({}, egress({ origins: [url], token }));
  assert.match(failure(() => bare.connection.testConnection()).message, /INTERCOM_ACCESS_TOKEN/);
});

test('the unmodified shim without variables passes on those of this process', async () => {
  const open = await plain({});
  assert.equal(open.connection.testConnection().workspaceName, 'Larkspur Tea');
});

test("the unmodified shim's switch gives no error code for the connector to report", async () => {
  const connector = await plain({ env: { INTERCOM_ACCESS_TOKEN: 't' }, enableNetwork: false });
  assert.throws(() => connector.connection.testConnection(), TypeError);
});
