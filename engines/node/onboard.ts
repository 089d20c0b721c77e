/**
 * Adds a person to Intercom and greets them: typed calls, whose errors say what to do next.
 */

import { actionError } from '#engine';
import type { Root } from '#intercom';
import type { Contact, CreateContactInput } from '#intercom/intercom-connector-contacts';
import type { ActionError } from '#intercom/workflow-plugin-types';

/** What a workflow does after an error. */
export type Next = { tag: 'try-again'; inMs: number } | { tag: 'stop'; because: string };

/**
 * How long to wait if Intercom did not say, in milliseconds. Its rate limits are per ten
 * seconds; an earlier request may be refused again.
 */
const WAIT_MS = 10_000;

/** Sorts an error; the compiler sees that no kind is left out. */
export function next(error: ActionError): Next {
  switch (error.tag) {
    case 'retryable':
      return { tag: 'try-again', inMs: Number(error.val.retryAfterMs ?? WAIT_MS) };
    case 'permanent':
      return { tag: 'stop', because: [error.val.message, error.val.hint].join('; ') };
    case 'execution-failed':
      return { tag: 'stop', because: 'the engine could not run the action' };
  }
}

/** Creates a contact, or updates the existing one. */
export function upsert(connector: Root, person: CreateContactInput): Contact {
  try {
    return connector.contacts.createContact(person);
  } catch (thrown) {
    const contactId = inTheWay(actionError(thrown));
    if (contactId === undefined) throw thrown;
    return connector.contacts.updateContact({ ...person, contactId, clear: {} });
  }
}

/** The id of the existing contact; an archived one can't be updated. */
function inTheWay(error: ActionError): string | undefined {
  if (error.tag !== 'permanent') return undefined;
  const { existingId, archived } = error.val;
  return archived ? undefined : existingId;
}

/** Upserts a person, and greets them in the name of an admin. */
export function onboard(connector: Root, person: CreateContactInput, admin: string): Contact {
  const contact = upsert(connector, person);
  connector.messages.sendMessage({
    recipientContactType: 'contact',
    recipientContactId: contact.id ?? '',
    messageType: 'in-app',
    fromId: admin,
    body: `Welcome, ${person.name ?? 'and make yourself at home'}!`,
    cc: [],
    bcc: [],
  });
  return contact;
}
