/**
 * Builds the page: `node build.js --component FILE [--cases FOLDER] [--out FOLDER] [--quiet]`.
 * It transpiles the component, bundles the page and its worker, and packs recorded
 * cases.
 */

import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { pack } from './pack.js';

const run = promisify(execFile);
const HERE = dirname(fileURLToPath(import.meta.url));
const JCO = join(HERE, 'node_modules/@bytecodealliance/jco/dist/jco.js');

const { values } = parseArgs({
  options: {
    component: { type: 'string' },
    cases: { type: 'string' },
    quiet: { type: 'boolean' },
    out: { type: 'string', default: join(HERE, 'generated/page') },
  },
});
if (!values.component) throw new Error('--component: missing; give a component file');
const out = resolve(values.out);
/** The folder of the transpiled component, beside the page. */
const COMPONENT = join(out, '../component');

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await transpile(resolve(values.component));
await Promise.all([bundle(), copyModules(), copyPages(), pack(values.cases, join(out, 'cases'))]);
await report();

/** Transpiles the component to JavaScript around its core modules; only what sends requests or waits is async. */
async function transpile(component) {
  await rm(COMPONENT, { recursive: true, force: true });
  const { stdout } = await run(process.execPath, [JCO, 'wit', component]);
  const plugin = /export (workflow:plugin\/plugin@[\d.]+);/.exec(stdout)?.[1];
  if (!plugin) throw new Error(`${component} does not export workflow:plugin/plugin`);
  const triggers = /export (workflow:plugin\/triggers@[\d.]+);/.exec(stdout)?.[1];
  const sends = [`${plugin}#invoke`, ...(triggers ? [`${triggers}#poll`] : [])];
  const waits = ['wasi:io/poll#poll', 'wasi:io/poll#[method]pollable.block'];
  await run(process.execPath, [
    ...[JCO, 'transpile', component, '--name', 'connector', '--out-dir', COMPONENT],
    ...['--instantiation', 'async', '--async-mode', 'jspi', '--minify', '--quiet'],
    ...['--async-imports', ...waits, '--async-exports', ...sends],
  ]);
}

async function bundle() {
  await build({
    entryPoints: {
      page: join(HERE, 'src/page.tsx'),
      worker: join(HERE, 'src/component/worker.ts'),
      connector: join(COMPONENT, 'connector.js'),
    },
    outdir: out,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    // A separate file, beside our code.
    alias: { '#component': './connector.js' },
    // Code for Node is not called in a browser.
    external: ['./connector.js', 'node:*'],
    legalComments: 'none',
    logLevel: 'warning',
  });
}

async function copyModules() {
  const files = await readdir(COMPONENT);
  const modules = files.filter((name) => name.endsWith('.wasm'));
  await Promise.all(modules.map((name) => copyFile(join(COMPONENT, name), join(out, name))));
}

async function copyPages() {
  const files = ['index.html', 'style.css'];
  await Promise.all(files.map((name) => copyFile(join(HERE, 'src', name), join(out, name))));
}

/** Prints the size of each part in bytes, and stores the sizes for the tests. */
async function report() {
  const files = (await readdir(out)).filter((name) => name.includes('.'));
  const sizes = {};
  for (const name of files.sort()) {
    const bytes = await readFile(join(out, name));
    sizes[name] = { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
    if (!values.quiet) console.log(`${name}: ${sizes[name].raw} B, ${sizes[name].gzip} B with gzip`);
  }
  await writeFile(join(out, '../sizes.json'), JSON.stringify(sizes));
}
