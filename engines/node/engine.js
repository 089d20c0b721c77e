/**
 * Loads the connector as an engine would: compiled once, in a sandbox that sees only what
 * it is given.
 */

import { readFile } from 'node:fs/promises';
import { WASIShim } from '@bytecodealliance/preview2-shim/instantiation';
import { instantiate } from '#intercom';
import { types } from './shim.js';

/**
 * The core modules of the component by name, each compiled once.
 *
 * @type {Map<string, Promise<WebAssembly.Module>>}
 */
const compiled = new Map();

/** @param {string} name */
function compile(name) {
  const file = new URL(`generated/${name}`, import.meta.url);
  const found = compiled.get(name) ?? readFile(file).then((bytes) => WebAssembly.compile(bytes));
  compiled.set(name, found);
  return found;
}

/**
 * A sandbox for one connection, which can be called repeatedly: the connector keeps nothing
 * between calls. After a call throws anything but an action error, create a new sandbox.
 *
 * @param {Record<string, string>} variables all of the environment that it sees
 * @param {import('./egress.js').Handler} handle what sends its requests
 */
export async function sandbox(variables, handle) {
  const shim = new WASIShim({
    sandbox: { env: variables, args: [], preopens: {} },
    http: { types, outgoingHandler: { handle } },
  });
  // The generated code looks imports up without a version, but its types require one, and
  // the shim's types are those of an earlier 0.2.
  const imports = /** @type {any} */ (shim.getImportObject());
  return instantiate(compile, imports);
}

/**
 * The action error that a call threw. Anything else is rethrown: it is an error of the
 * sandbox or of the caller's types, not of the action.
 *
 * @param {unknown} thrown
 * @returns {import('#intercom/workflow-plugin-types').ActionError}
 */
export function actionError(thrown) {
  if (thrown instanceof Error && 'payload' in thrown) return /** @type {any} */ (thrown.payload);
  throw thrown;
}
