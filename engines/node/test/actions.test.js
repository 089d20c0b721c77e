/** Every action, typed and by `invoke`: the same result, without extra requests. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { ADMIN, component, connect, counts, more } from './double.js';

const connector = await connect();
const invoke = (action, input) =>
  JSON.parse(connector.plugin.invoke(action, JSON.stringify(input)));

const person = connector.contacts.createContact({
  role: 'user',
  email: 'ada@example.com',
  customAttribute: '{"plan": "team"}',
});
const opening = { from: { type: 'user', id: person.id }, body: 'Where is my order?' };
const conversationId = invoke('create-conversation', opening).response.conversation_id;
let ticketId;
const start = await counts();
const STATE = 'hRz8Xw3vTq1LmN0pYc5KdA';

/** The code of the page where a person authorizes the app. */
async function code() {
  const { url } = connector.connection.authorizeUrl({ state: STATE });
  const answer = await fetch(url, { redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? '').searchParams.get('code');
}

/**
 * By action: the same call twice, typed and as JSON, and a check of either result. Writes
 * differ in their text, since none may be sent twice.
 */
const ACTIONS = {
  'create-contact': {
    typed: () => connector.contacts.createContact({ role: 'lead', email: 'lead-1@example.com' }),
    input: () => ({ role: 'lead', email: 'lead-2@example.com' }),
    holds: (contact) => assert.match(contact.email, /^lead-[12]@example\.com$/),
  },
  'update-contact': {
    typed: () =>
      connector.contacts.updateContact({
        contactId: person.id,
        name: 'Ada',
        ownerId: '{{settings.admin}}',
        unsubscribeFromEmail: { tag: 'literal', val: true },
        clear: { phone: true },
      }),
    input: () => ({
      contact_id: person.id,
      name: 'Ada',
      owner_id: '<<settings.admin>>',
      unsubscribe_from_email: true,
      phone: null,
    }),
    holds: (contact) => {
      assert.equal(contact.name, 'Ada');
      assert.equal(contact.ownerId ?? contact.owner_id, ADMIN);
    },
  },
  'get-contact-by-id': {
    typed: () => connector.contacts.getContactById({ contactId: person.id }),
    input: () => ({ contact_id: person.id }),
    holds: (contact) => assert.equal(contact.email, 'ada@example.com'),
  },
  'upsert-contact': {
    typed: () =>
      connector.contacts.upsertContact({ externalId: 'crm-7', email: 'lin@example.com' }),
    input: () => ({ external_id: 'crm-7', name: 'Lin' }),
    holds: ({ outcome, contact }) => {
      assert.match(outcome, /^(created|updated)$/);
      assert.equal(contact.email, 'lin@example.com');
    },
  },
  'find-contact': {
    typed: () => connector.contacts.findContact({ email: 'ada@example.com' }),
    input: () => ({ email: 'ada@example.com' }),
    holds: ({ id }) => assert.equal(id, person.id),
  },
  'upsert-company': {
    typed: () => connector.companies.upsertCompany({ companyId: 'acme-42', name: 'Blue Sun' }),
    input: () => ({ company_id: 'acme-42', size: 85 }),
    holds: ({ name }) => assert.equal(name, 'Blue Sun'),
  },
  'link-company': {
    typed: () =>
      connector.companies.linkCompany({
        contactId: 'ada@example.com',
        contactIdKind: 'email',
        companyId: 'acme-42',
        companyIdKind: 'company_id',
      }),
    input: () => ({
      contact_id: person.id,
      company_id: 'acme-42',
      company_id_kind: 'company_id',
    }),
    holds: (company) => assert.equal(Number(company.userCount ?? company.user_count), 1),
  },
  'list-companies': {
    typed: () => connector.companies.listCompanies({ all: { tag: 'literal', val: true } }),
    input: () => ({ per_page: 5 }),
    holds: ({ companies }) => assert.equal(companies[0].name, 'Blue Sun'),
  },
  'unlink-company': {
    typed: () =>
      connector.companies.unlinkCompany({
        contactId: person.id,
        companyId: 'acme-42',
        companyIdKind: 'company_id',
      }),
    input: () => ({
      contact_id: person.id,
      company_id: 'acme-42',
      company_id_kind: 'company_id',
    }),
    holds: (company) => assert.equal(Number(company.userCount ?? company.user_count), 0),
  },
  tag: {
    typed: () =>
      connector.tags.tag({
        target: 'contact',
        contactId: person.id,
        tag: 'Beta',
        createMissing: { tag: 'literal', val: true },
      }),
    input: () => ({ target: 'contact', contact_id: person.id, tag: 'beta' }),
    holds: ({ name, tagged }) => assert.deepEqual([name, tagged], ['Beta', true]),
  },
  'list-choices': {
    typed: () => connector.choices.listChoices({ kind: 'tags', search: 'beta' }),
    input: () => ({ kind: 'tags', search: 'beta' }),
    holds: ({ choices }) => assert.deepEqual(choices.map(({ label }) => label), ['Beta']),
  },
  untag: {
    typed: () => connector.tags.untag({ target: 'contact', contactId: person.id, tag: 'Beta' }),
    input: () => ({ target: 'contact', contact_id: person.id, tag: 'Beta' }),
    holds: ({ tagged }) => assert.equal(tagged, false),
  },
  'add-note': {
    typed: () =>
      connector.notes.addNote({ target: 'contact', contactId: person.id, body: 'typed' }),
    input: () => ({ target: 'contact', contact_id: person.id, body: 'by invoke' }),
    holds: ({ body }) => assert.match(body, /typed|by invoke/),
  },
  'submit-event': {
    typed: () => connector.events.submitEvent(event(1)),
    input: () => ({
      event_name: 'placed-order',
      created_at: 1772442002,
      contact_id: 'ada@example.com',
      contact_id_kind: 'email',
    }),
    holds: (event) => assert.equal(event.eventName ?? event.event_name, 'placed-order'),
  },
  'reply-to-conversation': {
    typed: () =>
      connector.conversations.replyToConversation({
        conversationId,
        replyAs: 'admin',
        adminId: ADMIN,
        body: 'typed',
        attachmentUrls: [],
      }),
    input: () => ({
      conversation_id: conversationId,
      reply_as: 'contact',
      contact_id: 'ada@example.com',
      contact_id_kind: 'email',
      body: 'by invoke',
    }),
    holds: ({ state }) => assert.equal(state, 'open'),
  },
  'manage-conversation': {
    typed: () =>
      connector.conversations.manageConversation({
        conversationId,
        operation: 'assign_to_admin',
        adminId: ADMIN,
        assigneeAdminId: ADMIN,
      }),
    input: () => ({ conversation_id: conversationId, operation: 'close', admin_id: ADMIN }),
    holds: (conversation) =>
      assert.equal(conversation.adminAssigneeId ?? conversation.admin_assignee_id, ADMIN),
  },
  'get-conversation': {
    typed: () => connector.conversations.getConversation({ conversationId }),
    input: () => ({ conversation_id: conversationId, display_as: 'plaintext' }),
    holds: ({ state, parts }) => assert.deepEqual([state, parts.length], ['closed', 4]),
  },
  'search-conversations': {
    typed: () =>
      connector.conversations.searchConversations({ filterFormula: "state = 'closed'" }),
    input: () => ({ filter_formula: `contact_ids = '${person.id}'` }),
    holds: ({ conversations }) =>
      assert.deepEqual(conversations.map(({ id }) => id), [conversationId]),
  },
  'create-ticket': {
    typed: () => {
      const contacts = [{ contactId: person.id }];
      const ticket = connector.tickets.createTicket({
        ticketTypeId: '1234',
        contacts,
        title: 'Printer',
      });
      ticketId = ticket.id;
      return ticket;
    },
    input: () => ({
      ticket_type_id: '1234',
      contacts: [{ contact_id: 'ada@example.com', contact_id_kind: 'email' }],
      title: 'Printer',
    }),
    holds: ({ title, state }) => assert.deepEqual([title, state], ['Printer', 'submitted']),
  },
  'update-ticket': {
    typed: () =>
      connector.tickets.updateTicket({
        ticketId,
        title: 'Printer on fire',
        open: { tag: 'literal', val: false },
        clear: {},
      }),
    input: () => ({ ticket_id: ticketId, title: 'Printer on fire', description: null }),
    holds: ({ title, open }) => assert.deepEqual([title, open], ['Printer on fire', false]),
  },
  'search-tickets': {
    typed: () =>
      connector.tickets.searchTickets({
        filterFormula: "state = 'submitted'",
        paginationParameters: 'per_page=1',
      }),
    input: () => ({ filter_formula: 'open = false' }),
    holds: ({ tickets }) => assert.equal(tickets.length, 1),
  },
  'archive-contact': {
    typed: () => connector.contacts.archiveContact({ contactId: person.id }),
    input: () => ({ contact_id: person.id }),
    holds: ({ archived }) => assert.equal(archived, true),
  },
  'unarchive-contact': {
    typed: () => connector.contacts.unarchiveContact({ contactId: person.id }),
    input: () => ({ contact_id: person.id }),
    holds: ({ archived }) => assert.equal(archived, false),
  },
  'search-contacts': {
    typed: () =>
      connector.contacts.searchContacts({
        filterFormula: "email = 'contact7@example.com' OR email = 'contact8@example.com'",
        paginationParameters: 'per_page=1',
      }),
    input: () => ({
      filter_formula: "email IN ('contact7@example.com', 'contact8@example.com')",
      pagination_parameters: 'per_page=1',
    }),
    holds: (page) => {
      assert.equal(page.contacts.length, 1);
      assert.equal(Number(page.totalCount ?? page.total_count), 2);
      assert.match(page.nextPage ?? page.next_page, /starting_after=/);
    },
  },
  'send-message': {
    typed: () => connector.messages.sendMessage(message('typed')),
    input: () => ({
      recipient_contact_type: 'user',
      recipient_contact_id: person.id,
      message_type: 'email',
      from_id: ADMIN,
      subject: 'Hello',
      body: 'by invoke',
      template: 'plain',
    }),
    holds: (sent) => assert.match(sent.body, /^(typed|by invoke)$/),
  },
  'custom-action': {
    typed: () =>
      connector.custom.customAction({
        method: 'GET',
        path: '/contacts',
        query: [{ name: 'per_page', value: '2' }],
        headers: [],
      }),
    input: () => ({ method: 'GET', path: '/contacts', query: [{ name: 'per_page', value: '2' }] }),
    holds: ({ status, body }) => {
      assert.equal(status, 200);
      const { data } = typeof body === 'string' ? JSON.parse(body) : body;
      assert.equal(data.length, 2);
    },
  },
  'test-connection': {
    typed: () => connector.connection.testConnection(),
    input: () => ({}),
    holds: (identity) =>
      assert.equal(identity.workspaceName ?? identity.workspace_name, 'Larkspur Tea'),
  },
  'list-admins': {
    typed: () => connector.connection.listAdmins(),
    input: () => ({}),
    holds: ({ admins }) => assert.ok(admins.some(({ id }) => id === ADMIN)),
  },
  'authorize-url': {
    typed: () => connector.connection.authorizeUrl({ state: STATE }),
    input: () => ({ state: STATE }),
    holds: ({ url }) => assert.equal(new URL(url).searchParams.get('state'), STATE),
  },
  'exchange-code': {
    typed: async () => connector.connection.exchangeCode({ code: await code() }),
    input: async () => ({ code: await code() }),
    holds: (grant) => assert.ok((grant.accessToken ?? grant.access_token).length > 20),
  },
};

function event(second) {
  return {
    eventName: 'placed-order',
    createdAt: `2026-03-02T09:00:0${second}Z`,
    contactId: person.id,
  };
}

function message(body) {
  return {
    recipientContactType: 'user',
    recipientContactId: person.id,
    messageType: 'email',
    fromId: ADMIN,
    subject: 'Hello',
    body,
    template: 'plain',
    cc: [],
    bcc: [],
  };
}

test('the table has every action of the manifest', () => {
  const ids = connector.plugin.manifest().actions.map(({ id }) => id);
  assert.deepEqual(Object.keys(ACTIONS).toSorted(), ids.toSorted());
});

for (const [action, { typed, input, holds }] of Object.entries(ACTIONS)) {
  test(`${action}, typed`, async () => holds(await typed()));
  test(`${action}, by invoke`, async () => holds(invoke(action, await input())));
}

test('preview shows the request of a search, and sends nothing', async () => {
  const sent = await counts();
  const input = { filter_formula: "role = 'user' AND NOT owner_id IN ('1', '2')" };
  const [request] = connector.plugin.preview('search-contacts', JSON.stringify(input));
  assert.equal(request.method, 'POST');
  assert.deepEqual(JSON.parse(request.body).query, {
    operator: 'AND',
    value: [
      { field: 'role', operator: '=', value: 'user' },
      { field: 'owner_id', operator: 'NIN', value: ['1', '2'] },
    ],
  });
  assert.deepEqual((await counts()).requests, sent.requests);
});

test('what jco runs is the core module of the artifact, byte for byte', async () => {
  const core = await readFile(new URL('../generated/intercom.core.wasm', import.meta.url));
  assert.ok((await readFile(component)).includes(core));
});

/** The requests by operation, without ids and reads. */
function writes(requests) {
  const found = {};
  for (const [request, count] of Object.entries(requests)) {
    const operation = request.replaceAll(/\/([0-9a-f]{24}|[0-9]{5,})/g, '/{id}');
    const isRead = /^GET |\/(search|list)$/.test(operation);
    if (!isRead) found[operation] = (found[operation] ?? 0) + count;
  }
  return found;
}

test('each write was sent once by each call', async () => {
  const end = await counts();
  assert.deepEqual(writes(more(start.requests, end.requests)), {
    'POST /auth/eagle/token': 2,
    'POST /companies': 2,
    // One of them conflicts, after which upsert-contact updates.
    'POST /contacts': 4,
    'PUT /contacts/{id}': 3,
    'POST /contacts/{id}/archive': 2,
    'POST /contacts/{id}/unarchive': 2,
    'POST /contacts/{id}/companies': 2,
    'DELETE /contacts/{id}/companies/{id}': 2,
    'POST /contacts/{id}/notes': 2,
    'POST /contacts/{id}/tags': 2,
    'DELETE /contacts/{id}/tags/{id}': 2,
    'POST /conversations/{id}/parts': 2,
    'POST /conversations/{id}/reply': 2,
    'POST /events': 2,
    'POST /messages': 2,
    'POST /tickets': 2,
    'PUT /tickets/{id}': 2,
  });
  assert.equal(end.messages[person.id], 2);
  assert.deepEqual(end.duplicated_writes, []);
  assert.deepEqual(end.violations, []);
});
