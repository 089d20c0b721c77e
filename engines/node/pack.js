/**
 * Makes the npm package: `node pack.js --component FILE --version VERSION --out FOLDER`.
 *
 * The package is what this folder tests (the transpiled component, `engine.js`, `egress.js` and
 * `shim.js`) with the type declarations, and what is in `package/`. The same component and npm
 * give the same bytes.
 */

import { execFile } from 'node:child_process';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = join(HERE, '../..');
const PACKAGE = join(HERE, 'package');
const STAGE = join(HERE, 'generated/package');
const JCO = join(HERE, 'node_modules/@bytecodealliance/jco/dist/jco.js');
const TSC = join(HERE, 'node_modules/typescript/bin/tsc');

const string = { type: /** @type {const} */ ('string'), default: '' };
const { values } = parseArgs({ options: { component: string, version: string, out: string } });
const out = resolve(values.out);

// The package has the files' modes.
process.umask(0o022);
await rm(STAGE, { recursive: true, force: true });
await mkdir(STAGE, { recursive: true });
await transpile(resolve(values.component));
await copy(HERE, ['engine.js', 'egress.js', 'shim.js']);
await copy(PACKAGE, ['index.js', 'README.md']);
await copy(ROOT, (await readdir(ROOT)).filter((name) => name.startsWith('LICENSE')));
await writeFile(join(STAGE, 'package.json'), await packageJson(values.version));
await run(process.execPath, [TSC, '--project', PACKAGE]);
await run('npm', ['pack', '--silent', '--pack-destination', out], STAGE);

/**
 * Copies files of `folder`, with the mode of new files.
 *
 * @param {string} folder
 * @param {string[]} names
 */
async function copy(folder, names) {
  for (const name of names) await writeFile(join(STAGE, name), await readFile(join(folder, name)));
}

/** @param {string} component */
function transpile(component) {
  const generated = join(STAGE, 'generated');
  const options = ['--name', 'intercom', '--instantiation', 'async', '--out-dir', generated];
  return run(process.execPath, [JCO, 'transpile', component, ...options, '--quiet']);
}

/**
 * The manifest: the one in `package/`, with the dependencies that this folder tests.
 *
 * @param {string} version
 */
async function packageJson(version) {
  const { license, type, engines, dependencies } = await json(join(HERE, 'package.json'));
  const { name, ...rest } = await json(join(PACKAGE, 'package.json'));
  const all = { name, version, license, type, engines, ...rest, dependencies };
  return `${JSON.stringify(all, null, 2)}\n`;
}

/** @param {string} path */
async function json(path) {
  return JSON.parse(await readFile(path, 'utf8'));
}

/**
 * Runs a program; ends this one with its output if it fails.
 *
 * @param {string} program
 * @param {string[]} options
 * @param {string} [cwd]
 */
async function run(program, options, cwd = HERE) {
  try {
    await promisify(execFile)(program, options, { cwd });
  } catch (failed) {
    const { message, stdout } = /** @type {any} */ (failed);
    console.error(`${message}\n${stdout}`);
    process.exit(1);
  }
}
