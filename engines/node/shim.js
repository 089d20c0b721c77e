/**
 * The outgoing HTTP of jco's WASI shim, with two bugs fixed: both could cause a message to
 * be sent twice (`test/faults.test.js` shows it).
 */

import { outgoingHandler, types as shim } from '@bytecodealliance/preview2-shim/http';

/** @typedef {[string, Uint8Array]} Header */

/**
 * The shim passes on Node's error if a response is cut off. It is not an error code, so the
 * call would end with a `TypeError` instead of the action error that says not to retry.
 *
 * @param {any} error
 */
function httpErrorCode(error) {
  const code = shim.httpErrorCode(error);
  return typeof code?.tag === 'string' ? code : { tag: 'HTTP-response-incomplete' };
}

/** The sandbox's `wasi:http/types`. */
export const types = { ...shim, httpErrorCode };

/**
 * Sends a request with rewritten headers, and reports timeouts correctly.
 *
 * @param {any} request
 * @param {any} options
 * @param {(header: Header) => Header} rewrite
 * @returns {any}
 */
export function send(request, options, rewrite) {
  const headers = request.headers();
  const rewritten = headers.entries().map(rewrite);
  // The shim reads the headers only here, so the sandbox never sees these. If another
  // version read them elsewhere, they would be sent unchanged.
  headers.entries = () => rewritten;
  try {
    return withTrueTimeouts(outgoingHandler.handle(request, options));
  } finally {
    delete headers.entries;
  }
}

/**
 * The shim reports `connection-timeout` for any timeout before the response. The connector
 * would assume that the request was not sent, and allow a retry.
 *
 * @param {any} future
 */
function withTrueTimeouts(future) {
  future.get = () => {
    const answer = shim.FutureIncomingResponse.prototype.get.call(future);
    const result = /** @type {any} */ (answer)?.val;
    if (result?.tag === 'err' && result.val.tag === 'connection-timeout') {
      result.val = { tag: 'HTTP-response-timeout' };
    }
    return answer;
  };
  return future;
}
