/** Accessibility: keyboard only, names for screen readers, colours, narrow screens. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { open } from './browser.js';
import { browser, server } from './session.js';

/** Presses Tab until the control with this name has the focus. */
async function tabTo(page, name, role) {
  const wanted = role ? page.getByRole(role, { name, exact: true }) : page.getByLabel(name, { exact: true });
  for (let presses = 0; presses < 120; presses += 1) {
    if (await wanted.first().evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab does not get to ${name}`);
}

test('an action is found, filled in and run by the keyboard alone', async () => {
  const { page, wrong } = await open(browser.context, server.url);
  await tabTo(page, 'Find an action or trigger');
  await page.keyboard.type('send message');
  await tabTo(page, 'Send Message', 'button');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Send Message' }).waitFor();
  await tabTo(page, 'Fill in the example', 'button');
  await page.keyboard.press('Space');
  await tabTo(page, 'Subject');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('By keyboard');
  await page.locator('.request pre', { hasText: 'By keyboard' }).waitFor();
  await tabTo(page, 'Run', 'button');
  await page.keyboard.press('Enter');
  await page.locator('.verdict', { hasText: 'Succeeded' }).waitFor();
  assert.deepEqual(wrong, []);
  await page.close();
});

test('a delivery is edited, signed and received by the keyboard alone', async () => {
  const { page, wrong } = await open(browser.context, server.url);
  await tabTo(page, 'Find an action or trigger');
  await page.keyboard.type('ticket created');
  await tabTo(page, 'Ticket Created', 'button');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Ticket Created' }).waitFor();
  await tabTo(page, 'Fill in the example', 'button');
  await page.keyboard.press('Space');
  await page.locator('#case-about', { hasText: /./ }).waitFor();
  await tabTo(page, 'Delivery');
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' ');
  await tabTo(page, 'Receive', 'button');
  await page.keyboard.press('Enter');
  await page.locator('.verdict', { hasText: 'Refused' }).waitFor();
  await tabTo(page, 'Sign', 'button');
  await page.keyboard.press('Space');
  await tabTo(page, 'Receive', 'button');
  await page.keyboard.press('Enter');
  await page.locator('.steps', { hasText: 'This workflow would start.' }).waitFor();
  assert.deepEqual(wrong, []);
  await page.close();
});

/** States of the page in which the rules are checked. */
const STATES = {
  blank: async () => {},
  errors: async (page) => {
    await page.goto(`${server.url}#action=search-contacts&input=${encodeURIComponent('{"filter_formula":"emial = 1"}')}`);
    await page.reload();
    await page.locator('.behind mark').waitFor();
  },
  run: async (page) => {
    await page.getByRole('button', { name: 'Send Message', exact: true }).click();
    await page.getByRole('button', { name: 'Fill in the example' }).click();
    await page.getByText('More fields').click();
    await page.getByRole('button', { name: 'Add Cc', exact: true }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.locator('.verdict').waitFor();
  },
  failure: async (page) => {
    await page.getByRole('button', { name: 'Get Contact By Id', exact: true }).click();
    await page.getByLabel('Responses from').selectOption('case:not-found');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.locator('.failure').waitFor();
  },
  'received delivery': async (page) => {
    await page.getByRole('button', { name: 'User Created', exact: true }).click();
    await page.getByText('Setup').click();
    await page.getByRole('button', { name: 'Fill in the example' }).click();
    await page.locator('#case-about', { hasText: /./ }).waitFor();
    await page.getByRole('button', { name: 'Receive', exact: true }).click();
    await page.locator('.verdict').waitFor();
  },
  'refused delivery': async (page) => {
    await page.getByRole('button', { name: 'Contact Replied', exact: true }).click();
    await page.getByLabel('Recorded case').selectOption('case:unsigned');
    await page.locator('#case-about', { hasText: /./ }).waitFor();
    await page.getByRole('button', { name: 'Receive', exact: true }).click();
    await page.locator('.failure').waitFor();
  },
};

test('accessibility rules hold in every state, light and dark, wide and narrow', async () => {
  const passed = new Set();
  for (const [name, arrange] of Object.entries(STATES)) {
    const { page } = await open(browser.context, server.url);
    await arrange(page);
    for (const colorScheme of ['light', 'dark']) {
      for (const width of [1360, 400]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        const { violations, passes } = await new AxeBuilder({ page }).analyze();
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
        assert.deepEqual(found, [], `${name}, ${colorScheme}, ${width}`);
        for (const { id } of passes) passed.add(id);
      }
    }
    await page.close();
  }
  console.log(`${passed.size} accessibility rules checked`);
});

test('nothing is wider than a narrow screen', async () => {
  const { page } = await open(browser.context, server.url);
  await page.setViewportSize({ width: 360, height: 740 });
  for (const state of ['run', 'received delivery']) {
    await STATES[state](page);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 360, `${state}: ${width} pixels`);
  }
  await page.close();
});

test('the form does not move when errors and resolved values appear', async () => {
  const { page } = await open(browser.context, server.url);
  await page.evaluate(() => {
    globalThis.shifts = 0;
    const add = (list) => {
      for (const entry of list.getEntries()) globalThis.shifts += entry.value;
    };
    new PerformanceObserver(add).observe({ type: 'layout-shift', buffered: false });
  });
  await page.getByLabel('Workflow context').fill('{}');
  const name = page.getByLabel('Name', { exact: true });
  await name.fill('{{trigger.name}}');
  await page.getByLabel('Email', { exact: true }).focus();
  await page.locator('[id=name-note] .problem').waitFor();
  await page.waitForTimeout(700);
  const shifts = await page.evaluate(() => globalThis.shifts);
  assert.ok(shifts < 0.01, `layout shift of ${shifts}`);
  await page.close();
});
