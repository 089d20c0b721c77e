/** The result or error of an action, as an engine gets it. */

import { type ActionError, errorFacts, failureOf } from '../contract';
import { pretty } from '../json';
import type { Ran } from '../protocol';
import type { Running } from '../state';
import { Code } from './code';

export function OutcomeView({ run, ran }: { run: Running; ran: Ran }) {
  const { outcome } = ran;
  return (
    <>
      <p class="verdict">
        {'ok' in outcome ? 'Succeeded' : 'Failed'} after {Math.round(ran.took)} ms
        {run.difference !== undefined &&
          (run.difference === '' ? ', as recorded' : `, not as recorded: ${run.difference}`)}
      </p>
      {'ok' in outcome && <Code text={pretty(outcome.ok)} label="Result" />}
      {'error' in outcome && <ErrorView error={outcome.error} />}
      {'broken' in outcome && <p class="problem">{outcome.broken}</p>}
    </>
  );
}

const KINDS = {
  permanent: 'Permanent: the same call would fail again, or must not be retried.',
  retryable: 'Retryable: the same call may succeed later.',
  'execution-failed': 'The engine could not run the action.',
};

function ErrorView({ error }: { error: ActionError }) {
  const failure = failureOf(error);
  return (
    <>
      <div class="failure">
        <b>{failure?.reason}</b>
        <p>{failure?.message}</p>
        {failure?.hint && <p>Hint: {failure.hint}</p>}
        <p class="help">{KINDS[error.tag]}</p>
      </div>
      <Code text={JSON.stringify(errorFacts(error), null, 2)} label="Error" />
    </>
  );
}
