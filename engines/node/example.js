/** Finds a contact, typed and by name; and an error. */

import { env } from 'node:process';
import { egress, PLACEHOLDER } from './egress.js';
import { actionError, sandbox } from './engine.js';

const url = env.INTERCOM_BASE_URL ?? 'https://api.intercom.io';
const token = env.INTERCOM_ACCESS_TOKEN ?? '';
const connector = await sandbox(
  { INTERCOM_BASE_URL: url, INTERCOM_ACCESS_TOKEN: PLACEHOLDER },
  egress({ origins: [url], token }),
);

const filterFormula = "email = 'contact1@example.com'";
const page = connector.contacts.searchContacts({ filterFormula });
console.log(page.totalCount, page.contacts[0]?.name); // 1n Contact 1

const input = JSON.stringify({ filter_formula: filterFormula });
const { contacts } = JSON.parse(connector.plugin.invoke('search-contacts', input));
console.log(contacts[0].external_id); // external-1

try {
  connector.contacts.getContactById({ contactId: 'nobody' });
} catch (thrown) {
  const error = actionError(thrown);
  if (error.tag !== 'permanent') throw thrown;
  console.log(error.val.reason, error.val.status); // not-found 404
}
