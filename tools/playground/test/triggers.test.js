/** Triggers in a real browser: deliveries are signed, received and matched by the component. */

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { open } from './browser.js';
import { browser, server } from './session.js';

let page;
let wrong;
beforeEach(async () => {
  await page?.close();
  ({ page, wrong } = await open(browser.context, server.url));
});

/** Shows a trigger with its example. */
async function trigger(title) {
  await page.getByRole('button', { name: title, exact: true }).click();
  await page.locator('form h2', { hasText: title }).waitFor();
  await page.getByRole('button', { name: 'Fill in the example' }).click();
  await page.locator('#case-about', { hasText: /./ }).waitFor();
}

/** Receives the delivery; the text below the button, once the one before is gone. */
async function receive() {
  await page.locator('.verdict').evaluateAll((old) => old.forEach(({ dataset }) => (dataset.old = '')));
  await page.getByRole('button', { name: 'Receive', exact: true }).click();
  await page.locator('.verdict:not([data-old])').waitFor();
  return page.locator('.steps').innerText();
}

const delivery = () => page.getByLabel('Delivery', { exact: true });

async function edit(from, to) {
  const text = await delivery().inputValue();
  assert.ok(text.includes(from), text);
  await delivery().fill(text.replace(from, to));
}

test('a delivery is received, and its event starts the workflow', async () => {
  await trigger('User Created');
  const said = await receive();
  assert.match(said, /^Succeeded after \d+ ms, as recorded/);
  assert.match(said, /This workflow would start\./);
  assert.match(said, /"contact_id": "con_abc123456"/);
  assert.deepEqual(wrong, []);
});

test('a changed body is refused until it is signed again', async () => {
  await trigger('User Created');
  await edit('Ada Example', 'Eve Example');
  assert.match(await receive(), /^Refused[^]*wrong-signature[^]*the body was changed[^]*gets 401/);
  await page.getByRole('button', { name: 'Sign', exact: true }).click();
  const said = await receive();
  assert.match(said, /This workflow would start\./);
  assert.match(said, /"name": "Eve Example"/);
});

test('a changed, a missing and a doubled signature are refused, one that the engine verified is not read', async () => {
  await trigger('User Created');
  const header = /x-hub-signature: sha1=.*\n/;
  const [right] = header.exec(await delivery().inputValue());
  await edit(right, 'x-hub-signature: sha1=00\n');
  assert.match(await receive(), /^Refused[^]*wrong-signature/);
  await edit('x-hub-signature: sha1=00\n', '');
  assert.match(await receive(), /^Refused[^]*unsigned/);
  await page.getByLabel('Verified by the engine').check();
  assert.match(await receive(), /This workflow would start\./);
  await page.getByLabel('Verified by the engine').uncheck();
  await edit('HTTP/1.1\n', `HTTP/1.1\n${right}${right}`);
  assert.match(await receive(), /^Refused[^]*wrong-signature/);
});

test('a delivery that arrives too late is refused', async () => {
  await trigger('User Created');
  await page.getByLabel('Received (UTC)').fill('2026-03-02T12:00:00.000');
  assert.match(await receive(), /^Refused[^]*stale[^]*more than 3 hours ago/);
});

test('the sample event and a delivery say which input keeps the workflow from starting', async () => {
  await trigger('User Created');
  const sample = page.locator('.shown');
  await page.getByLabel('Filter', { exact: true }).fill("role = 'lead'");
  await sample.getByText('does not match filter.').waitFor();
  assert.match(await receive(), /would not start: the event does not match filter\./);
  await page.getByLabel('Workspace', { exact: true }).fill('{{trigger.workspace}}');
  await page.getByLabel('Workflow context').fill('{"trigger": {"workspace": "ws_other"}}');
  await page.locator('[id=workspace-note]', { hasText: 'becomes "ws_other"' }).waitFor();
  await sample.getByText('does not match workspace and filter.').waitFor();
  await page.getByLabel('Filter', { exact: true }).fill("role = 'user'");
  await page.getByLabel('Workflow context').fill('{"trigger": {"workspace": "ws_example"}}');
  await sample.getByText('This workflow would start.').waitFor();
});

test('an event of another trigger says whose it is', async () => {
  await trigger('User Created');
  await edit('contact.user.created', 'contact.lead.created');
  await page.getByRole('button', { name: 'Sign', exact: true }).click();
  assert.match(await receive(), /would not start: the event is of lead-created\./);
});

test('a formula is marked where it is wrong, beside its field and in the list', async () => {
  await trigger('User Created');
  await page.getByLabel('Filter', { exact: true }).fill("emial = 'x'");
  await page.locator('.behind mark').waitFor();
  assert.equal(await page.locator('.behind mark').innerText(), 'emial');
  assert.match(await page.locator('[id=filter-note]').innerText(), /write email/);
  await page.locator('.shown', { hasText: 'No event can match yet' }).waitFor();
  assert.match(await receive(), /^Failed[^]*invalid-input/);
});

test('a trigger that is only polled replays its recorded polls', async () => {
  await trigger('Ticket Updated');
  assert.equal(await delivery().count(), 0);
  await page.getByRole('button', { name: 'Poll', exact: true }).click();
  await page.locator('.verdict', { hasText: ', as recorded' }).waitFor();
  assert.match(await page.locator('.steps').innerText(), /\d+ events? would start this workflow/);
  assert.ok((await page.locator('.steps li.exchange').count()) > 0);
});

test('triggers are found by words, and the address holds one', async () => {
  await page.getByLabel('Find an action or trigger').fill('lead converted');
  await page.getByRole('button', { name: 'Lead Converted', exact: true }).click();
  await page.getByLabel('Workspace', { exact: true }).fill('ws_1');
  await page.waitForURL(/#trigger=lead-converted&.*ws_1/);
  await page.reload();
  await page.getByRole('heading', { name: 'Lead Converted' }).waitFor();
  assert.equal(await page.getByLabel('Workspace', { exact: true }).inputValue(), 'ws_1');
});
