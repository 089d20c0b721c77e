/** Every action, typed and by `invoke`: the same result, and no request too many. */

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
const start = await counts();
const STATE = 'hRz8Xw3vTq1LmN0pYc5KdA';

/** What a person brings back from the page where they let the app in. */
async function code() {
  const { url } = connector.connection.authorizeUrl({ state: STATE });
  const answer = await fetch(url, { redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? '').searchParams.get('code');
}

/**
 * By action: the same call twice, typed and as JSON, and what holds for the
 * result of either. Writes differ in their text, since none may come twice.
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

test('the double was asked that much, and nothing twice', async () => {
  const end = await counts();
  assert.deepEqual(more(start.requests, end.requests), {
    'POST /contacts': 2,
    [`PUT /contacts/${person.id}`]: 2,
    [`GET /contacts/${person.id}`]: 2,
    [`POST /contacts/${person.id}/archive`]: 2,
    [`POST /contacts/${person.id}/unarchive`]: 2,
    'POST /contacts/search': 2,
    'POST /messages': 2,
    'GET /contacts': 2,
    'GET /me': 2,
    'GET /admins': 2,
    'GET /oauth': 2,
    'POST /auth/eagle/token': 2,
  });
  assert.deepEqual(more(start.responses, end.responses), { 200: 22, 302: 2 });
  assert.equal(end.messages[person.id], 2);
  assert.deepEqual(end.duplicated_writes, []);
  assert.deepEqual(end.violations, []);
});
