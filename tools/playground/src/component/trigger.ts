/** Triggers: receives deliveries, polls, and matches events with a workflow's inputs. */

import type { DeliveryOutcome, Event, EventPage, Meaning } from '#component/workflow-plugin-triggers';
import { facts } from '../contract';
import { type Delivery, bytes, read } from '../delivery';
import { parsed } from '../json';
import type { Call, Missed, Poll } from '../protocol';
import type { Plugin } from './instance';

/** The sample event, and whether it matches the inputs. */
export function sample(plugin: Plugin, call: Call): { event: string; missed: Missed } {
  const event = plugin.sample(call.id);
  return { event: eventJson(event), missed: missed(plugin, call, event) };
}

/** Receives a delivery, and matches its events. */
export function receive(plugin: Plugin, call: Call, delivery: Delivery): { ok: string; missed: Missed } {
  const { body, ...request } = read(delivery.text);
  const { verified, receivedAt } = delivery;
  const receivedAtMs = receivedAt === undefined ? undefined : BigInt(receivedAt);
  const outcome = plugin.receive({ ...request, body: bytes(body), verified, receivedAtMs });
  const events = outcome.meaning.tag === 'events' ? outcome.meaning.val : [];
  const found = events.map((event) => missed(plugin, call, event)).at(-1);
  const matches = events.length > 0 ? String(found === undefined) : undefined;
  return { ok: outcomeJson(outcome, matches), missed: found };
}

export async function poll(plugin: Plugin, { id, input }: Call, { cursor, now }: Poll): Promise<{ ok: string }> {
  return { ok: pageJson(await plugin.poll(id, input, cursor, BigInt(now))) };
}

/** The inputs that the event does not match, each tried alone. */
function missed(plugin: Plugin, { id, input }: Call, event: Event): Missed {
  if (plugin.matches(id, input, event)) return undefined;
  const given = Object.entries(parsed(input)?.value ?? {});
  const alone = given.filter(([name, value]) => {
    try {
      return !plugin.matches(id, JSON.stringify({ [name]: value }), event);
    } catch {
      return false;
    }
  });
  return alone.map(([name]) => name);
}

function outcomeJson({ reply, meaning }: DeliveryOutcome, matches?: string): string {
  const headers = Object.fromEntries(reply.headers.map(({ name, value }) => [name, value]));
  return object({
    status: String(reply.status),
    headers: reply.headers.length > 0 ? JSON.stringify(headers) : undefined,
    body: reply.body === '' ? undefined : JSON.stringify(reply.body),
    [meaning.tag]: meaningJson(meaning),
    matches,
  });
}

function meaningJson(meaning: Meaning): string {
  switch (meaning.tag) {
    case 'events':
      return list(meaning.val);
    case 'check':
      return 'true';
    case 'uninstalled':
      return JSON.stringify(meaning.val ?? null);
    case 'refused':
      return JSON.stringify(meaning.val);
  }
}

function pageJson({ events, cursor, more, waitMs }: EventPage): string {
  return object({
    events: list(events),
    cursor: parsed(cursor) ? cursor : JSON.stringify(cursor),
    more: String(more),
    wait_ms: waitMs?.toString(),
  });
}

function list(events: Event[]): string {
  return `[${events.map(eventJson).join(',')}]`;
}

function eventJson({ data, ...rest }: Event): string {
  const members = Object.entries(facts(rest) as object);
  return object({ ...Object.fromEntries(members.map(([key, value]) => [key, JSON.stringify(value)])), data });
}

/** A JSON object of members that are JSON: parsing them would round large numbers. */
function object(members: Record<string, string | undefined>): string {
  const given = Object.entries(members).filter(([, json]) => json !== undefined);
  return `{${given.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')}}`;
}
