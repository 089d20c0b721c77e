/** The code in the README runs, and prints what the README says. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const EXAMPLE = new URL('../example.js', import.meta.url);
const RECEIVE = new URL('../receive.js', import.meta.url);

test('the examples', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const shown = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, lines]) => lines ?? '');
  const example = await readFile(EXAMPLE, 'utf8');
  const receive = await readFile(RECEIVE, 'utf8');
  assert.equal(shown.length, 2);
  assert.ok(example.endsWith(shown[0]), 'the README shows something else');
  assert.ok(receive.includes(shown[1]), 'the README shows something else');

  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(EXAMPLE)]);
  const promised = [...example.matchAll(/\); \/\/ (.*)/g)].map(([, line]) => line);
  assert.equal(promised.length, 3);
  assert.equal(stdout, `${promised.join('\n')}\n`);
});
