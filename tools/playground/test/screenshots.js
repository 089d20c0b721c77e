/**
 * Takes the pictures of the documentation: `npm run screenshots`, after a build. Then
 * `pngquant --force --ext .png --strip 128` makes them small.
 */

import { fileURLToPath } from 'node:url';
import { browse, open, serve } from './browser.js';

const OUT = fileURLToPath(new URL('../../../docs/playground/', import.meta.url));

const server = await serve();
// Grey edges of letters make smaller files than coloured ones.
const browser = await browse(['--disable-lcd-text']);

/** A picture of the page in which `arrange` has been done. */
async function picture(name, colorScheme, arrange) {
  const { page } = await open(browser.context, server.url);
  await page.setViewportSize({ width: 1080, height: 640 });
  await page.emulateMedia({ colorScheme });
  await arrange(page);
  await page.waitForTimeout(500);
  await page.screenshot({ path: `${OUT}${name}.png` });
  await page.close();
}

try {
  await picture('form', 'light', async (page) => {
    await page.getByRole('button', { name: 'Search Contacts', exact: true }).click();
    const formula = page.getByLabel('Filter Formula');
    await formula.fill("role = 'user' AND last_seen_at > '2026-01-01'");
    await page.locator('.compiled pre', { hasText: 'last_seen_at' }).waitFor();
    await formula.fill("role = 'user' AND last_sen_at > '2026-01-01'");
    await page.locator('.behind mark').waitFor();
  });
  await picture('run', 'dark', async (page) => {
    await page.getByRole('button', { name: 'Get Contact By Id', exact: true }).click();
    await page.getByRole('button', { name: 'Fill in the example' }).click();
    await page.getByLabel('First response').selectOption('429');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.locator('.verdict').waitFor();
  });
  await picture('trigger', 'light', async (page) => {
    await page.getByRole('button', { name: 'User Created', exact: true }).click();
    await page.getByLabel('Recorded case').selectOption('case:filter-does-not-hold');
    await page.locator('#case-about', { hasText: /./ }).waitFor();
    await page.getByRole('button', { name: 'Receive', exact: true }).click();
    await page.locator('.verdict').waitFor();
    await page.locator('.results').evaluate((results) => (results.scrollTop = results.scrollHeight - 880));
  });
} finally {
  await browser.close();
  server.close();
}
