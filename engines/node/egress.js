/** Where a sandbox may go, and with whose token. */

import { send } from './shim.js';

/** What stands for the token in the sandbox, which never holds the token itself. */
export const PLACEHOLDER = 'the-token-takes-this-place-on-the-way-out';

/** @import * as Wasi from '@bytecodealliance/preview2-shim/interfaces/wasi-http-outgoing-handler' */

/** @typedef {typeof Wasi.handle} Handler */

/**
 * A handler that sends to `origins` alone, such as `https://api.intercom.io`, and
 * puts `token` in the place of its placeholder, in the header that is meant for it.
 *
 * Names are taken at their word: where one leads is not looked at.
 *
 * @param {{ origins: string[], token: string }} grants
 * @returns {Handler}
 */
export function egress({ origins, token }) {
  return (request, options) => {
    if (!origins.includes(origin(request))) throw { tag: 'HTTP-request-denied' };
    return send(request, options, ([name, value]) =>
      name.toLowerCase() === 'authorization' ? [name, fill(value, token)] : [name, value],
    );
  };
}

/** @param {Wasi.OutgoingRequest} request */
function origin(request) {
  const scheme = request.scheme()?.tag === 'HTTP' ? 'http' : 'https';
  return `${scheme}://${request.authority()}`;
}

/**
 * @param {Uint8Array} value
 * @param {string} token
 */
function fill(value, token) {
  const filled = new TextDecoder().decode(value).replace(PLACEHOLDER, () => token);
  return new TextEncoder().encode(filled);
}
