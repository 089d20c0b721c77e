/** The bridge of `connector playground`, if it serves this page. */

export interface Live {
  key: string;
  /** The variables of the component; secrets are placeholders or left out. */
  variables: Record<string, string>;
}

/** Where this tab stores the key, so that the address does not contain it. */
const STORED = 'playground-key';

/** Removes the key from the address, and requests the bridge's environment. */
export async function bridge(folder: string): Promise<Live | undefined> {
  const address = new URL(location.href);
  const given = address.searchParams.get('key');
  if (given) {
    sessionStorage.setItem(STORED, given);
    address.searchParams.delete('key');
    history.replaceState(null, '', address);
  }
  const key = sessionStorage.getItem(STORED);
  if (!key) return undefined;
  const headers = { 'x-playground-key': key };
  const response = await fetch(new URL('bridge/variables', folder), { headers });
  return response.ok ? { key, variables: await response.json() } : undefined;
}
