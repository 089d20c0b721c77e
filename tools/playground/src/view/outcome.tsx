/** The result or error of a run, as an engine gets it. */

import { type ActionError, type Item, errorFacts, failureOf, isTrigger } from '../contract';
import { parsed, pretty } from '../json';
import { type Result, meaning } from '../meaning';
import type { Ran } from '../protocol';
import type { Running } from '../state';
import { Code } from './code';
import { Prose } from './prose';

export function OutcomeView({ item, run, ran }: { item: Item; run: Running; ran: Ran }) {
  const { outcome } = ran;
  const result = isTrigger(item) && 'ok' in outcome ? (parsed(outcome.ok)?.value as Result) : {};
  const ended = 'ok' in outcome ? (result.refused ? 'Refused' : 'Succeeded') : 'Failed';
  return (
    <>
      <p class="verdict">
        {ended} after {Math.round(ran.took)} ms
        {run.difference !== undefined &&
          (run.difference === '' ? ', as recorded' : `, not as recorded: ${run.difference}`)}
      </p>
      {isTrigger(item) && 'ok' in outcome && (
        <MeaningView result={result} text={meaning(item.id, result, outcome.missed)} />
      )}
      {'ok' in outcome && <Code text={pretty(outcome.ok)} label="Result" />}
      {'error' in outcome && <ErrorView error={outcome.error} />}
      {'broken' in outcome && <p class="problem">{outcome.broken}</p>}
    </>
  );
}

/** What a trigger's result means; a refusal is shown like an error. */
function MeaningView({ result: { refused }, text }: { result: Result; text: string }) {
  if (!refused) {
    return (
      <p>
        <Prose text={text} />
      </p>
    );
  }
  return (
    <div class="failure">
      <b>{refused.reason}</b>
      <p>{refused.message}</p>
      <p class="help">{text}</p>
    </div>
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
