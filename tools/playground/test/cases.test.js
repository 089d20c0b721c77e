/** Every recorded case, run in the page, ends as recorded. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { browse, open, serve } from './browser.js';

const INDEX = new URL('../generated/page/cases/index.json', import.meta.url);

/**
 * Actions that a variable of their cases defines. The page lists those that the
 * component has without variables.
 */
const DEFINED = ['escalate-conversation', 'list-companies-of-contact', 'tag-contact-as-vip'];

let server;
let browser;
before(async () => {
  server = await serve();
  browser = await browse();
});
after(async () => {
  await browser.close();
  server.close();
});

/** How the run of a case ended, in the page's words. */
async function replay(page, name) {
  await page.getByLabel('Responses from').selectOption(`case:${name}`);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const ended = page.locator('.steps > .verdict, .steps > .problem');
  return ended.first().innerText({ timeout: 15_000 }).catch(() => 'did not end');
}

test('recorded cases end in the page as in replay', async () => {
  const index = JSON.parse(await readFile(INDEX, 'utf8'));
  const { page, wrong } = await open(browser.context, server.url);
  const others = [];
  let count = 0;
  for (const [action, cases] of Object.entries(index)) {
    if (DEFINED.includes(action)) continue;
    await page.goto(`${server.url}#action=${action}`);
    await page.reload();
    for (const { name } of cases) {
      const ended = await replay(page, name);
      count += 1;
      if (!ended.endsWith(', as recorded')) others.push(`${action}/${name}: ${ended}`);
    }
  }
  console.log(`${count} cases replayed, left out: all of ${DEFINED.join(', ')}`);
  assert.ok(count > 0);
  assert.equal(others.join('\n'), '');
  assert.deepEqual(wrong, []);
});
