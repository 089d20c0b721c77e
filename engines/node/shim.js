/**
 * The outgoing HTTP of jco's WASI shim, with two of its errors put right: both
 * could have a message sent twice (`test/faults.test.js` shows it).
 */

import { outgoingHandler, types as shim } from '@bytecodealliance/preview2-shim/http';

/** @typedef {[string, Uint8Array]} Header */

/**
 * The shim hands on Node's own error where an answer breaks off. It fits no
 * error code, so the call would end with a `TypeError`, and not with the action
 * error that forbids to repeat it.
 *
 * @param {any} error
 */
function httpErrorCode(error) {
  const code = shim.httpErrorCode(error);
  return typeof code?.tag === 'string' ? code : { tag: 'HTTP-response-incomplete' };
}

/** What the sandbox is given as `wasi:http/types`. */
export const types = { ...shim, httpErrorCode };

/**
 * Sends a request, its headers rewritten, and tells time-outs as what they are.
 *
 * @param {any} request
 * @param {any} options
 * @param {(header: Header) => Header} rewrite
 * @returns {any}
 */
export function send(request, options, rewrite) {
  const headers = request.headers();
  const rewritten = headers.entries().map(rewrite);
  // The shim reads the headers once, here, so the sandbox never sees these. Were
  // another version to read them elsewhere, they would go out unchanged.
  headers.entries = () => rewritten;
  try {
    return withTrueTimeouts(outgoingHandler.handle(request, options));
  } finally {
    delete headers.entries;
  }
}

/**
 * The shim says `connection-timeout` for any silence before the answer. The
 * connector would believe that the request never left, and allow to repeat it.
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
