/** The page's modules without views, compiled for Node. */

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const SOURCES = fileURLToPath(new URL('../src', import.meta.url));

/** Imports a module such as `form/values`. */
export async function load(name) {
  const folder = await mkdtemp(join(tmpdir(), 'playground-model-'));
  const outfile = join(folder, 'module.mjs');
  const entry = join(SOURCES, `${name}.ts`);
  await build({ entryPoints: [entry], outfile, bundle: true, format: 'esm', platform: 'node' });
  return import(pathToFileURL(outfile).href);
}

/** A field of a form, an optional text unless `given` says otherwise. */
export function field(name, given = {}) {
  return {
    name,
    title: name,
    type: 'text',
    also: {},
    required: { tag: 'optional' },
    templated: true,
    allowed: [],
    lines: 1,
    advanced: false,
    ...given,
  };
}
