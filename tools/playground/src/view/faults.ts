/** Faults that can replace the first response. */

import type { Received } from '../protocol';

interface FaultChoice {
  name: string;
  title: string;
  received: Received;
}

const NONE = { status: 0, headers: [], body: '' };

const HTML: Received['headers'] = [['content-type', 'text/html']];

export const FAULTS: FaultChoice[] = [
  {
    name: '429',
    title: '429, wait 1 s',
    received: {
      status: 429,
      headers: [
        ['content-type', 'application/json'],
        ['retry-after', '1'],
      ],
      body: '{"message":"Too many requests"}',
    },
  },
  { name: 'reset', title: 'connection reset', received: { ...NONE, fault: 'connection-reset' } },
  { name: 'timeout', title: 'no response in time', received: { ...NONE, fault: 'response-timeout' } },
  {
    name: 'html',
    title: 'HTML from a proxy',
    received: { status: 200, headers: HTML, body: '<!doctype html><title>Sign in</title>' },
  },
  {
    name: '503',
    title: '503',
    received: { status: 503, headers: HTML, body: '<h1>Service Unavailable</h1>' },
  },
];
