/** Forms and inputs, placeholders, the state, addresses, curl: without a browser. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { field, load } from './model.js';

const { tree } = await load('form/tree');
const { examples, fromInput, toInput } = await load('form/values');
const { completed, placeholders, resolve } = await load('form/template');
const { canRun, reduce, inputOf, start } = await load('state');
const { read, write } = await load('address');
const delivery = await load('delivery');
const { meaning, starts } = await load('meaning');
const { curl, http } = await load('http');
const { differences, Recorded } = await load('component/recorded');
const { poll, receive } = await load('component/trigger');
const { marks } = await load('view/marked-text');
const { equal, parsed } = await load('json');

const FIELDS = [
  field('kind', { allowed: ['email', 'sms'], example: '"email"' }),
  field('subject', { appliesWhen: { field: 'kind', values: ['email'] }, example: '"Hi"' }),
  field('urgent', { type: 'flag', also: { null: true } }),
  field('count', { type: 'integer' }),
  field('at', { format: 'date-time' }),
  field('data', { type: 'json' }),
  field('tags', { type: 'text-list' }),
  field('cc', { type: 'record-list' }),
  field('cc[].id', { example: '"7"' }),
  field('cc[].roles', { type: 'record-list' }),
  field('cc[].roles[].name', { example: '"reader"' }),
];

test('an input that a form can hold comes out of it as it went in', () => {
  const nodes = tree(FIELDS);
  for (const input of [
    '{}',
    '{"kind":"email","subject":"Hello {{a.b}}"}',
    '{"kind":"{{a.kind}}","subject":"x"}',
    '{"urgent":true}',
    '{"urgent":"{{a.flag}}"}',
    '{"urgent":null}',
    '{"count":12}',
    '{"count":"{{a.count}}"}',
    '{"at":"2026-03-02T09:00:00Z"}',
    '{"at":"2026-03-02T09:00:00+01:00"}',
    '{"data":{"a":[1,null]}}',
    '{"tags":["a","b"]}',
    '{"cc":[{"id":"1","roles":[{"name":"x"}]},{"id":"2"}]}',
  ]) {
    const form = fromInput(nodes, input, undefined);
    assert.ok(form, `no form holds ${input}`);
    assert.deepEqual(JSON.parse(toInput(nodes, form, undefined)), JSON.parse(input));
  }
});

test('what a form cannot hold is left to the JSON editor', () => {
  const nodes = tree(FIELDS);
  for (const input of [
    'no JSON',
    '[]',
    '{"other":1}',
    '{"kind":1}',
    '{"tags":[]}',
    '{"count":12345678901234567890}',
  ]) {
    assert.equal(fromInput(nodes, input, undefined), undefined, input);
  }
});

test('a field whose condition does not hold is left out', () => {
  const nodes = tree(FIELDS);
  const form = fromInput(nodes, '{"kind":"email","subject":"Hi"}', undefined);
  form.kind = { ...form.kind, value: 'sms' };
  assert.equal(toInput(nodes, form, undefined), '{"kind":"sms"}');
  form.kind = { ...form.kind, mode: 'text', text: '{{kind}}' };
  assert.match(toInput(nodes, form, undefined), /subject/);
  assert.doesNotMatch(toInput(nodes, form, { kind: 'sms' }), /subject/);
});

test('changing how a field is given erases nothing', () => {
  const state = start(opened([{ id: 'a', inputs: FIELDS }]));
  const edit = (state, entry) => reduce(state, { do: 'edit', path: ['kind'], entry });
  let next = edit(state, { value: 'sms' });
  next = edit(next, { mode: 'text', text: '{{x}}' });
  assert.equal(inputOf(next), '{"kind":"{{x}}"}');
  next = edit(next, { mode: 'null' });
  assert.equal(inputOf(next), '{"kind":null}');
  next = edit(next, { mode: 'value' });
  assert.equal(inputOf(next), '{"kind":"sms"}');
  assert.equal(inputOf(edit(next, { mode: 'text' })), '{"kind":"{{x}}"}');
});

test('a record of a list is edited where it stands', () => {
  const state = start(opened([{ id: 'a', inputs: FIELDS }]), 'a', '{"cc":[{"id":"1"},{"id":"2"}]}');
  const next = reduce(state, { do: 'edit', path: ['cc', 1, 'id'], entry: { value: '3' } });
  assert.equal(inputOf(next), '{"cc":[{"id":"1"},{"id":"3"}]}');
  assert.equal(inputOf(state), '{"cc":[{"id":"1"},{"id":"2"}]}');
});

test('examples fill in one record of each list', () => {
  assert.deepEqual(examples(tree(FIELDS)), {
    kind: 'email',
    subject: 'Hi',
    cc: [{ id: '7', roles: [{ name: 'reader' }] }],
  });
});

test('placeholders become what the context has', () => {
  const context = { a: { 'b c': [{ d: 5 }], e: null, f: 'x' } };
  for (const [text, value] of [
    ['plain', 'plain'],
    ['{{a["b c"][0].d}}', 5],
    ['{{ a.e }}', null],
    ['<<a.f>>', 'x'],
    ['{{a.f}}-{{a.f}}', 'x-x'],
    ['{{a.none?}}', undefined],
    ['-{{a.none?}}', '-'],
    ['\\{{a.f}}', '{{a.f}}'],
    ['\\\\{{a.f}}', '\\x'],
    ['{{not a path}}', '{{not a path}}'],
  ]) {
    assert.deepEqual(resolve(text, context), { value }, text);
  }
  assert.equal(resolve('{{a.none}}', context), undefined);
  assert.equal(resolve('{{constructor}}', context), undefined);
});

test('a context gets samples where placeholders lead nowhere', () => {
  const found = placeholders('{{a.b}} {{c}} {{d?}}');
  assert.deepEqual(completed({ c: 2 }, found), { c: 2, a: { b: '1' } });
});

test('the address has the form, and no secret', () => {
  const action = { id: 'a', inputs: [field('code', { format: 'secret' }), field('name')] };
  const address = write(action, '{"code":"s3cret","name":"x"}');
  assert.deepEqual(read(address), { id: 'a', input: '{"name":"x"}' });
  assert.deepEqual(read(write(action, 's3cret, no JSON')), { id: 'a', input: undefined });
});

test('the address says which trigger it is', () => {
  const trigger = { id: 'user-created', sources: { webhook: true }, inputs: [field('filter')] };
  assert.equal(write(trigger, '{}'), '#trigger=user-created');
  assert.deepEqual(read('#trigger=user-created'), { id: 'user-created', input: undefined });
});

const TRIGGER = { id: 't', sources: { webhook: true, poll: true }, inputs: [field('filter')] };

test('a trigger has the form of an action, and what a case gives to it', () => {
  const state = start(opened([{ id: 'a', inputs: FIELDS }], [TRIGGER]), 't', '{"filter":"x"}');
  assert.equal(inputOf(state), '{"filter":"x"}');
  assert.equal(state.delivery.text, 'POST / HTTP/1.1\n\n');
  const recorded = { name: 'one', environment: {}, input: '{"filter":"y"}' };
  const received = { text: 'POST / HTTP/1.1\n\n{}', verified: true };
  let next = reduce(state, { do: 'case', recorded: { ...recorded, delivery: received } });
  assert.equal(inputOf(next), '{"filter":"y"}');
  assert.deepEqual([next.delivery, next.poll], [received, undefined]);
  const poll = { now: 1 };
  next = reduce(next, { do: 'case', recorded: { ...recorded, poll } });
  assert.deepEqual([next.delivery, next.poll], [undefined, poll]);
  next = reduce(next, { do: 'item', id: 'a' });
  assert.deepEqual([next.item.id, next.delivery, next.poll], ['a', undefined, undefined]);
});

test('a delivery can be received at once, a poll once its case is chosen', () => {
  const polled = { ...TRIGGER, id: 'p', sources: { poll: true } };
  const given = { ...opened([], [TRIGGER, polled]), runs: false };
  assert.ok(canRun(start(given, 't')), 'without JSPI');
  const state = start({ ...given, runs: true }, 'p');
  assert.equal(state.delivery, undefined);
  assert.ok(!canRun(state));
  const recorded = { name: 'one', environment: {}, input: '{}', poll: { now: 1 } };
  assert.ok(canRun(reduce(state, { do: 'case', recorded })));
});

test('a case that gives no key for signatures has none', () => {
  const given = opened([], [TRIGGER]);
  given.manifest.signature = { variable: 'SECRET' };
  const recorded = { name: 'one', environment: {}, input: '{}' };
  const next = reduce(start(given), { do: 'case', recorded });
  assert.deepEqual(next.variables, { SECRET: null });
});

test('a delivery is read from its text as it is written', () => {
  const text = 'POST /hook?a=b HTTP/1.1\nX-One: 1:2\nx-two:  3 \n\n{"a":\n\n1}\n';
  assert.deepEqual(delivery.read(text), {
    method: 'POST',
    query: 'a=b',
    headers: [
      { name: 'X-One', value: '1:2' },
      { name: 'x-two', value: '3' },
    ],
    body: '{"a":\n\n1}\n',
  });
  assert.deepEqual(delivery.read(''), { method: '', query: '', headers: [], body: '' });
});

test('a signature is that of the body, and replaces the one before it', async () => {
  const scheme = { header: 'x-sig', prefix: 'sha1=', algorithm: 'hmac-sha1', encoding: 'hex' };
  const text = 'POST / HTTP/1.1\nX-Sig: sha1=00\na: b\n\n{"app_id":"ws_example"}';
  const unsigned = delivery.without(text, 'x-sig');
  const signed = await delivery.signed(unsigned, scheme, 'fixture-client-secret');
  // As `openssl dgst -sha1 -hmac fixture-client-secret` prints it.
  const value = 'sha1=a0b82c144022e0260b97769878141e94e636396b';
  assert.equal(signed, `POST / HTTP/1.1\na: b\nx-sig: ${value}\n\n{"app_id":"ws_example"}`);
  const other = { ...scheme, prefix: '', algorithm: 'hmac-sha256', encoding: 'base64' };
  const { headers } = delivery.read(await delivery.signed(unsigned, other, 'fixture-client-secret'));
  assert.equal(Buffer.from(headers[1].value, 'base64').toString('hex').slice(0, 8), '79106eac');
});

const EVENT = { id: '1', trigger: 't', topic: '', attempt: 1, occurredAtMs: 5n, data: '{"n":12345678901234567890}' };
const WRITTEN = '{"id":"1","trigger":"t","topic":"","attempt":1,"occurred_at_ms":5,"data":{"n":12345678901234567890}}';

test('an outcome is written as in recorded cases, with each input that the event does not match', () => {
  const given = [];
  const plugin = {
    receive(delivery) {
      given.push(delivery);
      const headers = [{ name: 'a', value: 'b' }];
      return { reply: { status: 200, headers, body: '' }, meaning: { tag: 'events', val: [EVENT] } };
    },
    matches: (_, input) => !input.includes('no'),
  };
  const text = 'POST / HTTP/1.1\n\nÄ';
  const call = { id: 't', input: '{"one":"no","two":"yes"}' };
  assert.deepEqual(receive(plugin, call, { text, verified: true, receivedAt: 7 }), {
    ok: `{"status":200,"headers":{"a":"b"},"events":[${WRITTEN}],"matches":false}`,
    missed: ['one'],
  });
  const [{ body, ...rest }] = given;
  assert.deepEqual([...body], [0xc3, 0x84]);
  assert.deepEqual(rest, { method: 'POST', query: '', headers: [], verified: true, receivedAtMs: 7n });
});

test('a page of a poll is written with its cursor as JSON, or as text if it is not JSON', async () => {
  for (const [cursor, written] of [
    ['{"a": 1}', '{"a": 1}'],
    ['a b', '"a b"'],
  ]) {
    const plugin = { poll: async () => ({ events: [EVENT], cursor, more: true, waitMs: 9n }) };
    const { ok } = await poll(plugin, { id: 't', input: '{}' }, { now: 1 });
    assert.equal(ok, `{"events":[${WRITTEN}],"cursor":${written},"more":true,"wait_ms":9}`);
  }
});

test('whether a workflow starts, and why not', () => {
  const event = { trigger: 't' };
  assert.equal(starts('t', 't', undefined), 'This workflow would start.');
  assert.match(starts('t', 't', ['filter', 'workspace']), /does not match `filter` and `workspace`/);
  assert.match(starts('t', 't', []), /does not match the inputs/);
  assert.match(starts('t', 'u', ['filter']), /is of `u`/);
  for (const [result, said] of [
    [{ status: 200, events: [event] }, /^This workflow would start/],
    [{ status: 200, events: [] }, /^No event/],
    [{ events: [event, event] }, /^2 events would start/],
    [{ status: 200, check: true }, /checks the address/],
    [{ status: 200, uninstalled: null }, /was removed/],
    [{ status: 401, refused: { reason: 'unsigned', message: 'it is' } }, /gets 401/],
  ]) {
    assert.match(meaning('t', result, undefined), said);
  }
});

test('requests as HTTP and as curl', () => {
  const request = {
    method: 'POST',
    url: 'https://service.example/a?b=c',
    headers: [
      { name: 'authorization', value: 'Bearer [redacted]' },
      { name: 'accept', value: 'application/json' },
    ],
    body: `{"name":"it's"}`,
  };
  assert.match(http(request), /^POST \/a\?b=c HTTP\/1.1\nhost: service.example\n/);
  assert.match(http(request), /\n\n{\n {2}"name": "it's"\n}$/);
  assert.deepEqual(curl(request, 'TOKEN').split(' \\\n  '), [
    `curl --globoff --request 'POST' 'https://service.example/a?b=c'`,
    `--header 'authorization: Bearer '"$TOKEN"`,
    `--header 'accept: application/json'`,
    `--data-raw '{"name":"it'\\''s"}'`,
  ]);
});

test('no value of a request becomes a command', () => {
  const evil = `$(touch /tmp/x) \`id\` '; id; ' [redacted]`;
  const header = (name) => ({ name, value: evil });
  const request = {
    method: 'GET; id',
    url: 'https://service.example/',
    headers: [header('x'), header('authorization')],
    body: evil,
  };
  const line = curl(request, 'TOKEN; id');
  const { stdout } = spawnSync('sh', ['-c', `curl() { printf '<%s>' "$@"; }; ${line}`], {
    encoding: 'utf8',
  });
  const headers = `<--header><x: ${evil}><--header><authorization: ${evil}>`;
  assert.equal(
    stdout,
    `<--globoff><--request><GET; id><https://service.example/>${headers}<--data-raw><${evil}>`,
  );
});

test('what counts as the recorded request', () => {
  const recorded = {
    method: 'GET',
    url: 'https://a.example/x?b=2&a=1',
    headers: [['authorization', 'REDACTED']],
    body: '{"a":1,"b":2}',
  };
  const sent = { ...recorded, headers: [['authorization', 'Bearer x']] };
  const other = (change) => differences(recorded, { ...sent, ...change });
  assert.deepEqual(other({}), []);
  assert.deepEqual(other({ url: 'https://a.example/x?a=1&b=2', body: '{"b":2, "a":1}' }), []);
  assert.deepEqual(other({ url: 'https://b.example/y?a=1' }), ['host', 'path', 'query']);
  assert.deepEqual(other({ method: 'PUT', headers: [], body: '' }), ['method', 'headers', 'body']);
});

test('each exchange is used once, and the rest is denied', () => {
  const sent = { method: 'GET', url: 'https://a.example/', headers: [], body: '' };
  const of = (status) => ({ sent, received: { status, headers: [], body: '' } });
  const recorded = new Recorded([of(200), of(201)], of(429).received);
  const served = [1, 2, 3].map(() => recorded.serve(sent).received.status);
  assert.deepEqual(served, [429, 200, 201]);
  assert.equal(recorded.serve(sent).received.code.tag, 'HTTP-request-denied');
  assert.deepEqual(recorded.unused(), []);
});

test('spans are of characters, not of UTF-16', () => {
  const parts = marks('😀 = x', [{ start: 4, end: 5 }]);
  assert.deepEqual(parts, [
    { text: '😀 = ', isMarked: false },
    { text: 'x', isMarked: true },
  ]);
  assert.deepEqual(marks('a', [{ start: 1, end: 1 }]).at(-1), { text: ' ', isMarked: true });
});

test('JSON compares by value', () => {
  const same = (one, other) => equal(parsed(one).value, parsed(other).value);
  assert.ok(same('{"a":[1,{"b":null}],"c":2}', '{"c":2,"a":[1,{"b":null}]}'));
  assert.ok(!same('{"a":1}', '{"a":1,"b":2}'));
  assert.ok(!same('[1,2]', '[2,1]'));
  assert.ok(!same('{}', '[]'));
});

/** What the worker returns for a component with these actions and triggers. */
function opened(actions, triggers = []) {
  return { manifest: { variables: [], triggers }, actions, runs: true, took: 0 };
}
