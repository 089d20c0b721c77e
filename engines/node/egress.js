/** The network policy of a sandbox, and its token. */

import { send } from './shim.js';

/** The placeholder of the token in the sandbox, which never sees the token. */
export const PLACEHOLDER = 'the-token-takes-this-place-on-the-way-out';

/** @import * as Wasi from '@bytecodealliance/preview2-shim/interfaces/wasi-http-outgoing-handler' */

/** @typedef {typeof Wasi.handle} Handler */

/**
 * A handler that sends only to `origins`, such as `https://api.intercom.io`, and replaces
 * the placeholder in `Authorization` with `token`.
 *
 * It does not check the addresses that names resolve to.
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
