/** Forms in a real browser: drawn, filled in and previewed by the component itself. */

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

/** Shows the form of an action. */
async function form(id) {
  await page.goto(`${server.url}#action=${id}`);
  await page.reload();
  await page.locator('form h2').waitFor();
}

const request = () => page.locator('.request .code pre').first();

test('every form is drawn, filled in from its example, and previewed', async () => {
  await page.locator('nav summary').click();
  const buttons = await page.locator('nav li button').all();
  assert.ok(buttons.length >= 12);
  const refused = [];
  for (const button of buttons) {
    const title = await button.innerText();
    await button.click();
    await page.locator('form h2', { hasText: title }).waitFor();
    await page.getByRole('button', { name: 'Fill in the example' }).click();
    const sent = page.locator('.shown', { hasText: /HTTP\/1\.1|It sends nothing|This workflow would start/ });
    const isPreviewed = await sent.waitFor({ timeout: 3000 }).then(() => true, () => false);
    if (!isPreviewed) refused.push(`${title}: ${await page.locator('.shown').innerText()}`);
    const unnamed = await page.locator('form :is(input, textarea, select):not([aria-label])').evaluateAll(
      (controls) => controls.filter(({ labels }) => labels.length !== 1).map(({ id }) => id),
    );
    assert.deepEqual(unnamed, [], `${title}: controls without a label`);
  }
  console.log(`${buttons.length} forms drawn`);
  assert.equal(refused.join('\n'), '');
  assert.deepEqual(wrong, []);
});

test('errors stand beside their fields once these are left, several at once', async () => {
  await form('create-contact');
  const note = (id) => page.locator(`[id="${id}-note"]`);
  await page.getByLabel('Signed Up Date', { exact: true }).waitFor();
  await page.getByLabel('How Signed Up Date is given').selectOption('text');
  await page.getByLabel('Signed Up Date', { exact: true }).fill('yesterday');
  await page.waitForTimeout(400);
  assert.equal(await note('signed_up_date').innerText(), '', 'shown while it is written');
  await page.getByLabel('Email', { exact: true }).fill('{{trigger.email}}');
  await page.getByLabel('Role', { exact: true }).focus();
  await page.getByLabel('Name', { exact: true }).focus();
  await note('role').locator('.problem').waitFor();
  assert.match(await note('role').innerText(), /required/);
  assert.match(await note('signed_up_date').innerText(), /yesterday/);
  assert.equal(await page.getByLabel('Role', { exact: true }).getAttribute('aria-invalid'), 'true');
  await page.getByLabel('Role', { exact: true }).selectOption('user');
  await page.waitForFunction(() => document.querySelector('[id=role-note]')?.textContent === '');
});

test('a formula is marked where it is wrong, and shows the query that it compiles to', async () => {
  await form('search-contacts');
  const formula = page.getByLabel('Filter Formula');
  await formula.fill("role = 'user' AND emial = 'x'");
  await page.locator('.behind mark').waitFor();
  assert.equal(await page.locator('.behind mark').innerText(), 'emial');
  await formula.fill("role = 'user' AND email = 'x'");
  await page.locator('.compiled pre', { hasText: '"email"' }).waitFor();
  assert.equal(await page.locator('.behind mark').count(), 0);
});

test('a placeholder shows what it becomes, and the toggle erases nothing', async () => {
  await form('create-contact');
  const role = page.getByLabel('Role', { exact: true });
  const mode = page.getByLabel('How Role is given');
  await role.selectOption('user');
  await mode.selectOption('text');
  await role.fill('{{trigger.role}}');
  await page.getByLabel('Workflow context').fill('{"trigger": {"role": "lead"}}');
  await page.locator('[id=role-note]', { hasText: 'becomes "lead"' }).waitFor();
  await request().getByText('"role": "lead"').waitFor();
  await mode.selectOption('value');
  assert.equal(await role.inputValue(), 'user');
  await mode.selectOption('text');
  assert.equal(await role.inputValue(), '{{trigger.role}}');
});

test('fields that depend on another one come and go; lists of records grow and shrink', async () => {
  await form('send-message');
  const subject = page.getByLabel('Subject', { exact: true });
  await page.getByLabel('Message Type', { exact: true }).selectOption('in-app');
  await subject.waitFor({ state: 'detached' });
  await page.getByLabel('Message Type', { exact: true }).selectOption('email');
  await subject.waitFor();
  await page.getByText('More fields').click();
  await page.getByRole('button', { name: 'Add Cc', exact: true }).click();
  await page.getByRole('button', { name: 'Add Cc', exact: true }).click();
  await page.getByRole('group', { name: 'Cc 2' }).getByLabel('Contact Id', { exact: true }).fill('7');
  await page.getByRole('button', { name: 'Remove Cc 1' }).click();
  const left = page.getByRole('group', { name: 'Cc 1' }).getByLabel('Contact Id', { exact: true });
  assert.equal(await left.inputValue(), '7');
});

test('choices are listed by the action that knows them', async () => {
  await form('create-contact');
  await page.getByLabel('Owner Id', { exact: true }).focus();
  await page.locator('[id=owner_id-choices] option').first().waitFor({ state: 'attached' });
  const values = await page
    .locator('[id=owner_id-choices] option')
    .evaluateAll((options) => options.map(({ value, label }) => [value, label]));
  assert.ok(values.length > 0 && values.every(([value, label]) => value !== '' && label !== ''));
});

test('an action that a variable defines is listed with its problems, and leaves with the variable', async () => {
  await form('test-connection');
  const definition = {
    openapi: '3.1.0',
    info: { title: 'Mine', version: '1' },
    paths: { '/tags': { get: { operationId: 'my-tags', summary: 'My Tags' } } },
  };
  const button = page.getByRole('button', { name: 'My Tags', exact: true });
  const note = page.locator('[id=WORKFLOW_ACTIONS-note]');
  await page.getByText('Variables (').click();
  const variable = page.getByLabel('WORKFLOW_ACTIONS', { exact: true });
  await variable.fill(JSON.stringify(definition));
  await button.click();
  await page.getByRole('heading', { name: 'My Tags' }).waitFor();
  await page.getByText('Variables (').click();
  assert.equal(await note.innerText(), '');
  await variable.fill(JSON.stringify({ ...definition, servers: [] }));
  await note.locator('.problem').waitFor();
  assert.match(await note.innerText(), /servers/);
  await variable.fill('');
  await button.waitFor({ state: 'detached' });
});

test('the address holds the form', async () => {
  await form('get-contact-by-id');
  await page.getByLabel('Contact Id', { exact: true }).fill('con_1');
  await page.waitForURL(/con_1/);
  await page.reload();
  const contact = page.getByLabel('Contact Id', { exact: true });
  assert.equal(await contact.inputValue(), 'con_1');
  await page.getByRole('button', { name: 'List Admins', exact: true }).click();
  await page.getByRole('heading', { name: 'List Admins' }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'Get Contact By Id' }).waitFor();
  assert.equal(await contact.inputValue(), 'con_1');
});

test('an input that no form holds is edited as JSON', async () => {
  await form('create-contact');
  await page.getByRole('button', { name: 'Edit as JSON' }).click();
  await page.getByLabel('Input as JSON').fill('{"role": "user", "nmae": "x"}');
  await page.getByText('is not an input of this action').first().waitFor();
});

test('a chosen fault is waited out, and the waits are shown', async () => {
  await form('get-contact-by-id');
  await page.getByLabel('Responses from').selectOption('case:page-example');
  await page.getByLabel('First response').selectOption('429');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.locator('.verdict').waitFor();
  const steps = await page.locator('.steps li').allInnerTexts();
  assert.equal(steps.length, 3, steps.join('\n'));
  assert.match(steps[0], /429/);
  assert.match(steps[1], /^Waited 1(\.\d)? s$/);
  assert.match(steps[2], /200$/);
  assert.match(await page.locator('.verdict').innerText(), /^Succeeded/);
  for (const fault of ['reset', 'timeout', 'html', '503']) {
    await page.getByLabel('First response').selectOption(fault);
    await page.getByLabel('Skip waits').check();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.locator('.steps li').nth(1).waitFor({ timeout: 5000 }).catch(() => {});
    await page.locator('.verdict').waitFor();
  }
});

test('a run that waits can be stopped', async () => {
  await form('get-contact-by-id');
  await page.getByLabel('Responses from').selectOption('case:page-example');
  await page.getByLabel('First response').selectOption('429');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.locator('.steps .wait').waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByText('Ended: stopped').waitFor();
  await page.getByLabel('Contact Id', { exact: true }).fill('con_2');
  await request().getByText('/contacts/con_2').waitFor();
});
