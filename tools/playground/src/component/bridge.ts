/** Real responses, through the loopback bridge of `connector playground`. */

import type { Received, Sent } from '../protocol';

/** The path of the bridge, beside the page. */
const PATH = 'bridge/send';

/** Sends a request through the process that serves the page, which has the token and the policy. */
export async function send(folder: string, key: string, sent: Sent): Promise<Received> {
  const response = await fetch(new URL(PATH, folder), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-playground-key': key },
    body: JSON.stringify(sent),
  });
  if (!response.ok) throw new Error(`the bridge: ${await response.text()}`);
  return response.json();
}
