/** The messages between the page and the worker that runs the component. */

import type {
  Action,
  ActionError,
  ConnectorManifest,
  HttpRequest,
  InputProblem,
  Kind,
  Variables,
} from './contract';
import type { Delivery } from './delivery';

/** A request as the component sends it. */
export interface Sent {
  method: string;
  url: string;
  headers: [string, string][];
  body: string;
}

/** A fault instead of a response, or within it, by its name in recorded cases. */
export type Fault =
  | 'connection-refused'
  | 'dns'
  | 'unknown-host'
  | 'tls'
  | 'untrusted-certificate'
  | 'connection-reset'
  | 'response-timeout'
  | 'body-truncated';

/** A response, or the fault instead of it. */
export interface Received {
  status: number;
  headers: [string, string][];
  body: string;
  /** Whether `body` is base64. */
  base64?: boolean;
  fault?: Fault;
  /** The `wasi:http` code for the component, if there was no response. */
  code?: { tag: string; val?: unknown };
}

/** A recorded request with its response. */
export interface Exchange {
  sent: Sent;
  received: Received;
}

/** Where responses come from. */
export type Source =
  | { kind: 'recorded'; exchanges: Exchange[]; first?: Received }
  | { kind: 'live'; key: string };

/** A poll of a trigger. */
export interface Poll {
  /** Absent in the first poll. */
  cursor?: string;
  /** The engine's time, in Unix milliseconds. */
  now: number;
}

/** What happens while an action or a poll runs. */
export type Step =
  | { kind: 'wait'; ms: number }
  | { kind: 'exchange'; sent: Sent; received: Received; note?: string };

/** The error of a call, or why the sandbox failed. */
export type Failed = { error: ActionError } | { broken: string };

/** Whether an event matches the inputs: nothing if it does, otherwise the inputs that it does not. */
export type Missed = string[] | undefined;

/**
 * How a run ended. The result is JSON: of an action, of a poll, or of a delivery as recorded
 * cases write it.
 */
export type Outcome = { ok: string; missed?: Missed } | Failed;

/** How a run ended. */
export interface Ran {
  outcome: Outcome;
  /** Numbers of the recorded exchanges that no request used, counted from 1. */
  unused: number[];
  /** Milliseconds, waits included. */
  took: number;
}

/** The requests of an action, or the sample event of a trigger, as JSON. */
export type Previewed = { requests: HttpRequest[] } | { event: string; missed: Missed } | Failed;

/** What the component offers with certain variables. */
export interface Offered {
  manifest: ConnectorManifest;
  /** All actions of the catalogue. */
  actions: Action[];
  /** The problems of the variables, for any action. */
  problems: InputProblem[];
}

export interface Opened extends Offered {
  /** Whether this browser can run actions, and not only preview them. */
  runs: boolean;
  /** Milliseconds that it took to compile and instantiate the component. */
  took: number;
}

export interface Call {
  kind: Kind;
  id: string;
  /** JSON. */
  input: string;
  variables: Variables;
}

/** A run of an action, of a trigger's delivery, or of its poll. */
export interface Run extends Call {
  delivery?: Delivery;
  poll?: Poll;
  source: Source;
  /** Waits take no time, the component's clock jumps. */
  skipWaits: boolean;
}

/** The calls of the worker. */
export interface Calls {
  open: { argument: { folder: string; variables: Variables }; result: Opened };
  offered: { argument: Variables; result: Offered };
  preview: { argument: Call; result: Previewed };
  run: { argument: Run; result: Ran };
}

export type Request = {
  [Name in keyof Calls]: { id: number; call: Name; argument: Calls[Name]['argument'] };
}[keyof Calls];

export type Reply =
  | { id: number; step: Step }
  | { id: number; result: unknown }
  | { id: number; failed: string };
