/** What the README prints is what runs, and prints what it says. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const EXAMPLE = new URL('../example.js', import.meta.url);

test('the example', async () => {
  const example = await readFile(EXAMPLE, 'utf8');
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const [, shown] = readme.match(/```js\n(.*?)```/s) ?? [];
  assert.ok(example.endsWith(shown ?? ''), 'the README shows something else');

  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(EXAMPLE)]);
  const promised = [...example.matchAll(/\); \/\/ (.*)/g)].map(([, line]) => line);
  assert.equal(promised.length, 3);
  assert.equal(stdout, `${promised.join('\n')}\n`);
});
