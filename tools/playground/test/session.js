/** A server of the page and a browser, for all tests of a file: set before its first test. */

import { after, before } from 'node:test';
import { browse, serve } from './browser.js';

export let server;
export let browser;

before(async () => {
  server = await serve();
  browser = await browse();
});
after(async () => {
  await browser.close();
  server.close();
});
