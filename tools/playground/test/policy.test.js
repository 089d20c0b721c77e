/** The page's content security policy, size and loading time. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { open, serve } from './browser.js';
import { browser, server } from './session.js';

const SIZES = new URL('../generated/sizes.json', import.meta.url);

/** Bytes of our own code, with gzip. */
const BUDGET = 30 * 1024;

test('neither the page nor its worker reaches another origin', async () => {
  const { page, wrong } = await open(browser.context, server.url);
  assert.deepEqual(wrong, [], 'before anything is tried');
  const elsewhere = `http://localhost:${new URL(server.url).port}/index.html`;
  const tried = (url) => fetch(url).then(() => 'reached', () => 'refused');
  assert.equal(await page.evaluate(tried, elsewhere), 'refused');
  const [worker] = page.workers();
  assert.equal(await worker.evaluate(tried, elsewhere), 'refused');
  assert.equal(await worker.evaluate(tried, `${server.url}index.html`), 'reached');
  assert.ok(wrong.some((text) => text.includes('policy: connect-src')));
  await page.close();
});

test("the page's own code is within its budget", async () => {
  const sizes = JSON.parse(await readFile(SIZES, 'utf8'));
  const own = ['index.html', 'style.css', 'page.js', 'worker.js'];
  const bytes = own.reduce((sum, name) => sum + sizes[name].gzip, 0);
  console.log(`own code: ${bytes} B with gzip`);
  assert.ok(bytes > 0 && bytes <= BUDGET, `${bytes} of ${BUDGET} B`);
});

test('the first form and a preview are there soon', async () => {
  const { page } = await open(browser.context, server.url);
  const form = await page.evaluate(() => performance.getEntriesByName('form')[0].startTime);
  const contact = page.getByLabel('External Id', { exact: true });
  await page.getByLabel('Role', { exact: true }).selectOption('user');
  await page.getByLabel('Email', { exact: true }).fill('name@example.com');
  await page.locator('.request pre').waitFor();
  const start = Date.now();
  await contact.fill('soon-1');
  await page.locator('.request pre', { hasText: 'soon-1' }).waitFor();
  const preview = Date.now() - start;
  console.log(`first form after ${Math.round(form)} ms, preview after ${preview} ms`);
  // Generous: test machines are slow.
  assert.ok(form < 20_000 && preview < 5_000);
  await page.close();
});

test('a browser without JSPI previews and receives deliveries, and says what it lacks', async () => {
  // No flag of Chromium removes it.
  const before = 'delete WebAssembly.promising; delete WebAssembly.Suspending;';
  const old = await serve({ '/worker.js': before });
  try {
    const { page, wrong } = await open(browser.context, old.url);
    await page.getByText('it lacks WebAssembly JSPI').waitFor();
    await page.getByRole('button', { name: 'Fill in the example' }).click();
    await page.locator('.request pre', { hasText: 'HTTP/1.1' }).waitFor();
    assert.ok(await page.getByRole('button', { name: 'Run', exact: true }).isDisabled());
    await page.getByRole('button', { name: 'Company Created', exact: true }).click();
    await page.getByRole('button', { name: 'Fill in the example' }).click();
    await page.locator('#case-about', { hasText: /./ }).waitFor();
    await page.getByRole('button', { name: 'Receive', exact: true }).click();
    await page.getByText('This workflow would start.').nth(1).waitFor();
    assert.deepEqual(wrong, []);
  } finally {
    old.close();
  }
});
