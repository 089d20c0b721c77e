/** Real runs, through `connector playground`, against the double of Intercom. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { browse, open } from './browser.js';

const TARGET = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL('../../../target', import.meta.url));
const { INTERCOM_COMPONENT, INTERCOM_BASE_URL, INTERCOM_ACCESS_TOKEN } = process.env;
const skip = INTERCOM_BASE_URL ? false : 'needs engines/with-double';

let playground;
let address;
let browser;
before(async () => {
  if (skip) return;
  const given = ['playground', '--no-open', '--component', INTERCOM_COMPONENT];
  const stdio = ['ignore', 'pipe', 'inherit'];
  playground = spawn(`${TARGET}/debug/connector`, given, { stdio });
  [address] = await once(createInterface(playground.stdout), 'line');
  browser = await browse();
});
after(async () => {
  await browser?.close();
  playground?.kill();
});

test('an action runs for real, and the page never has the token', { skip }, async () => {
  const { page, wrong } = await open(browser.context, address);
  assert.ok(!page.url().includes('key='), 'the key is out of the address');
  const seen = [];
  page.on('request', (request) => seen.push(request.url() + (request.postData() ?? '')));
  await page.getByRole('button', { name: 'List Admins', exact: true }).click();
  await page.getByLabel('Responses from').selectOption('live');
  await page.getByRole('button', { name: 'Run for real' }).click();
  await page.locator('.verdict', { hasText: 'Succeeded' }).waitFor();
  const result = await page.locator('.code pre').last().innerText();
  assert.match(result, /"admins": \[/);
  assert.ok(seen.some((text) => text.includes('/bridge/send') && text.includes('/admins')));
  const all = [...seen, await page.content(), JSON.stringify(await storage(page))].join('\n');
  assert.ok(!all.includes(INTERCOM_ACCESS_TOKEN));
  assert.ok(!all.includes('double-secret'), 'nor any other secret');
  assert.deepEqual(wrong, []);
  await page.close();
});

test('the policy applies: a host that is not granted is denied', { skip }, async () => {
  const { page } = await open(browser.context, address);
  const denied = await page.evaluate(async () => {
    const response = await fetch('/bridge/send', {
      method: 'POST',
      headers: { 'x-playground-key': sessionStorage.getItem('playground-key') },
      body: JSON.stringify({ method: 'GET', url: 'https://elsewhere.example/', headers: [], body: '' }),
    });
    return response.json();
  });
  assert.equal(denied.code.tag, 'HTTP-request-denied');
  await page.close();
});

test('without the key there is no bridge', { skip }, async () => {
  const { context, close } = await browse();
  const { page } = await open(context, address.replace(/\?.*/, ''));
  const offered = await page.getByLabel('Responses from').locator('option').allInnerTexts();
  assert.ok(!offered.includes('the real service'));
  await close();
});

test('Ctrl-C stops it', { skip }, async () => {
  playground.kill('SIGINT');
  const [status] = await once(playground, 'exit');
  assert.equal(status, 0);
});

function storage(page) {
  return page.evaluate(() => ({ ...localStorage, ...sessionStorage }));
}
