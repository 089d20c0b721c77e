/** Mistakes that the generated types catch: each line below would not compile without its mark. */

import type { Root } from '#intercom';
import type { ActionError } from '#intercom/workflow-plugin-types';

export function mistakes(connector: Root, error: ActionError): void {
  // @ts-expect-error a contact needs a role
  connector.contacts.createContact({ email: 'ada@example.com' });
  // @ts-expect-error the field is called externalId
  connector.contacts.createContact({ role: 'user', external_id: '25' });
  // @ts-expect-error a flag is a literal or a template
  connector.contacts.createContact({ role: 'user', unsubscribeFromEmail: true });
  // @ts-expect-error an email can't be cleared
  connector.contacts.updateContact({ contactId: '1', clear: { email: true } });
  // @ts-expect-error custom attributes are a JSON text
  connector.contacts.createContact({ role: 'user', customAttribute: { plan: 'team' } });
  // @ts-expect-error no such kind of error
  if (error.tag === 'temporary') return;
  // @ts-expect-error only some kinds carry a failure
  error.val;
}
