/** What the npm package's types accept and refuse; compiled, not run. */

import { actionError, egress, sandbox } from 'intercom-connector';
import type { ActionError } from 'intercom-connector/interfaces/workflow-plugin-types';

const connector = await sandbox({}, egress({ origins: [], token: '' }));
connector.contacts.searchContacts({ filterFormula: "role = 'lead'" });
// @ts-expect-error: the field is misspelled
connector.contacts.searchContacts({ filterFormla: "role = 'lead'" });

export function isFinal(thrown: unknown): boolean {
  const error: ActionError = actionError(thrown);
  // @ts-expect-error: there is no such tag
  if (error.tag === 'final') return true;
  return error.tag === 'permanent';
}
