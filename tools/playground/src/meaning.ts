/** What the result of a trigger's run means for a workflow. */

import type { Missed } from './protocol';

/** A delivery's outcome or a page of events, as recorded cases write them. */
export interface Result {
  status?: number;
  events?: { trigger: string }[];
  check?: true;
  refused?: { reason: string; message: string };
}

/** Whether an event of `trigger` starts a workflow with the trigger `id`, or why not. */
export function starts(id: string, trigger: string, missed: Missed): string {
  if (!missed) return 'This workflow would start.';
  const names = missed.map((name) => `\`${name}\``).join(' and ') || 'the inputs';
  const reason = trigger === id ? `does not match ${names}` : `is of \`${trigger}\``;
  return `This workflow would not start: the event ${reason}.`;
}

/** The same for a result. A page of a poll has only events that match. */
export function meaning(id: string, result: Result, missed: Missed): string {
  const { status, events, check, refused } = result;
  if (refused) return `The service gets ${status}, and not the reason.`;
  if (check) return 'The service checks the address: no event.';
  if (!events) return 'The app was removed from the workspace: its token no longer works.';
  const [first] = events;
  if (!first) return 'No event.';
  if (status !== undefined) return starts(id, first.trigger, missed);
  return `${events.length === 1 ? '1 event' : `${events.length} events`} would start this workflow.`;
}
