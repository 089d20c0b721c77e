/** Every recorded case, run in the page, ends as recorded. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { open } from './browser.js';
import { browser, server } from './session.js';

const CASES = new URL('../generated/page/cases/', import.meta.url);
/** The variable that defines custom actions. */
const ACTIONS = 'WORKFLOW_ACTIONS';

const read = async (name) => JSON.parse(await readFile(new URL(`${name}.json`, CASES), 'utf8'));

/** Shows the form of an action or a trigger. One that its cases define is defined first, by hand. */
async function form(page, action) {
  await page.goto(`${server.url}#action=${action}`);
  await page.reload();
  const cases = await read(action);
  const defining = cases.find(({ environment, expect }) => environment[ACTIONS] && JSON.parse(expect).ok);
  if (!defining) return;
  await page.getByText('Variables (').click();
  await page.getByLabel(ACTIONS, { exact: true }).fill(defining.environment[ACTIONS]);
  await page.getByLabel('Find an action').fill(action);
  await page.locator('nav li button').first().click();
}

/** How the run of a case ended, in the page's words. */
async function replay(page, { name, about }) {
  await page.locator('#run-origin').selectOption(`case:${name}`);
  await page.locator('#case-about', { hasText: about.replaceAll('`', '') }).waitFor();
  // Not by the mouse: a preview that comes just then moves the button.
  await page.locator('.run button.main').press('Enter');
  const ended = page.locator('.steps > .verdict, .steps > .problem');
  return ended.first().innerText({ timeout: 15_000 }).catch(() => 'did not end');
}

test('recorded cases end in the page as in replay', async () => {
  const index = await read('index');
  const { page, wrong } = await open(browser.context, server.url);
  const others = [];
  let count = 0;
  for (const [action, cases] of Object.entries(index)) {
    await form(page, action);
    for (const recorded of cases) {
      const ended = await replay(page, recorded);
      count += 1;
      if (!ended.endsWith(', as recorded')) others.push(`${action}/${recorded.name}: ${ended}`);
    }
  }
  console.log(`${count} cases replayed`);
  assert.ok(count > 0);
  assert.equal(others.join('\n'), '');
  assert.deepEqual(wrong, []);
});
