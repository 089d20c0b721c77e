/** The component with jco's unmodified shim, without `shim.js` and `egress.js`. */

import { readFile } from 'node:fs/promises';
import { WASIShim } from '@bytecodealliance/preview2-shim/instantiation';
import { instantiate } from '#intercom';

/** @param {object} limits what the shim calls its `sandbox` */
export function plain(limits) {
  return instantiate(compile, new WASIShim({ sandbox: limits }).getImportObject());
}

async function compile(name) {
  const file = new URL(`../generated/${name}`, import.meta.url);
  return WebAssembly.compile(await readFile(file));
}
