/** Another connector of the contract: the page is independent of connectors. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { browse, open, serve } from './browser.js';

const BUILD = fileURLToPath(new URL('../build.js', import.meta.url));
const OUT = fileURLToPath(new URL('../generated/other/page', import.meta.url));
const { OTHER_COMPONENT } = process.env;
const skip = OTHER_COMPONENT ? false : 'needs OTHER_COMPONENT';

test('another connector, without recorded cases, is drawn and run', { skip }, async () => {
  const given = ['--component', OTHER_COMPONENT, '--out', OUT];
  await promisify(execFile)(process.execPath, [BUILD, ...given]);
  const server = await serve({}, OUT);
  const browser = await browse();
  try {
    const { page, wrong } = await open(browser.context, server.url);
    await page.getByLabel('Text', { exact: true }).fill('Hello');
    await page.getByLabel('First response').selectOption('503');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.locator('.verdict', { hasText: 'Failed' }).waitFor();
    assert.match(await page.locator('main').innerText(), /unavailable/);
    assert.deepEqual(wrong, []);
  } finally {
    await browser.close();
    server.close();
  }
});
