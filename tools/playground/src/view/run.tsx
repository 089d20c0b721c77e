/** Runs an action or a trigger with recorded or real responses, step by step. */

import type { Library } from '../cases';
import { isTrigger } from '../contract';
import type { Live } from '../live';
import { pretty } from '../json';
import type { Received, Step } from '../protocol';
import { type Change, type State, canRun } from '../state';
import { Code } from './code';
import { DeliveryView } from './delivery';
import { FAULTS } from './faults';
import { OutcomeView } from './outcome';
import { Prose } from './prose';

interface Props {
  state: State;
  change(change: Change): void;
  library: Library;
  live?: Live;
  run(): void;
  stop(): void;
}

export function RunView(props: Props) {
  const { state, live, run, stop, change } = props;
  const { delivery, item, opened, origin } = state;
  const isRunning = state.run !== undefined && !state.run.ran && state.run.failed === undefined;
  const verb = !isTrigger(item) ? 'Run' : delivery ? 'Receive' : 'Poll';
  return (
    <section class="run" aria-labelledby="run-title">
      <h2 id="run-title">{verb}</h2>
      {!opened.runs && !delivery && (
        <p class="missing">
          This browser can preview, but not run: it lacks WebAssembly JSPI (JavaScript Promise
          Integration). Chrome 137 and later have it.
        </p>
      )}
      <div class="settings">
        <OriginView {...props} />
        {delivery ? (
          <DeliveryView state={state} delivery={delivery} change={change} />
        ) : (
          <ResponseView {...props} />
        )}
        {isRunning ? (
          <button type="button" class="main" onClick={stop}>
            Stop
          </button>
        ) : (
          <button type="button" class="main" disabled={!canRun(state)} onClick={run}>
            {origin === 'live' ? 'Run for real' : verb}
          </button>
        )}
      </div>
      {origin === 'live' && live && (
        <p class="missing">Sends real requests, with the token of the process that serves this page.</p>
      )}
      <div class="steps" aria-live="polite">
        {state.run && <Steps steps={state.run.steps} />}
        {isRunning && <p>Running …</p>}
        {state.run?.failed !== undefined && <p class="problem">Ended: {state.run.failed}</p>}
        {state.run?.ran && <OutcomeView item={item} run={state.run} ran={state.run.ran} />}
      </div>
    </section>
  );
}

/** What a run changes in the recorded responses. */
function ResponseView({ state, change }: Props) {
  return (
    <>
      <label>
        First response
        <select
          value={state.fault}
          disabled={state.origin === 'live'}
          onInput={(event) => change({ do: 'fault', fault: event.currentTarget.value })}
        >
          <option value="">as recorded</option>
          {FAULTS.map(({ name, title }) => (
            <option value={name}>{title}</option>
          ))}
        </select>
      </label>
      <label class="tick">
        <input
          type="checkbox"
          checked={state.skipWaits}
          onInput={(event) => change({ do: 'skip waits', skip: event.currentTarget.checked })}
        />
        Skip waits
      </label>
    </>
  );
}

/** The source of responses: a case, whose input is filled in, or, of an action, the real service. */
function OriginView({ state, change, library, live }: Props) {
  const { item, origin } = state;
  const titles = library.index[item.id] ?? [];
  const chosen = origin === 'live' ? 'live' : origin ? `case:${origin.case}` : '';
  const choose = async (value: string) => {
    if (value === 'live') return change({ do: 'origin', origin: 'live' });
    const recorded = await library.find(item.id, value.replace(/^case:/, ''));
    if (recorded) change({ do: 'case', recorded });
    else change({ do: 'origin', origin: undefined });
  };
  const about = titles.find(({ name }) => chosen === `case:${name}`)?.about;
  return (
    <div class="wide">
      <label for="run-origin">{isTrigger(item) ? 'Recorded case' : 'Responses from'}</label>
      <select
        id="run-origin"
        value={chosen}
        aria-describedby="case-about"
        onInput={(event) => choose(event.currentTarget.value)}
      >
        <option value="">Choose a recorded case …</option>
        {live && !isTrigger(item) && <option value="live">the real service</option>}
        {titles.length > 0 && (
          <optgroup label="Recorded cases, with their inputs">
            {titles.map(({ name }) => (
              <option value={`case:${name}`}>{name}</option>
            ))}
          </optgroup>
        )}
      </select>
      <p id="case-about" class="help">
        <Prose text={about ?? ''} />
      </p>
    </div>
  );
}

function Steps({ steps }: { steps: Step[] }) {
  return (
    <ol>
      {steps.map((step) => (
        <li class={step.kind}>
          {step.kind === 'wait' ? `Waited ${seconds(step.ms)}` : <ExchangeView step={step} />}
        </li>
      ))}
    </ol>
  );
}

function ExchangeView({ step }: { step: Step & { kind: 'exchange' } }) {
  const { sent, received, note } = step;
  const { pathname, search } = new URL(sent.url);
  return (
    <details>
      <summary>
        {sent.method} {pathname}
        {search} <b>{came(received)}</b>
        {note && <span class="aside"> {note}</span>}
      </summary>
      {sent.body !== '' && <Code text={pretty(sent.body)} label="Body of the request" />}
      {received.body !== '' && <Code text={pretty(received.body)} label="Body of the response" />}
    </details>
  );
}

function came({ status, fault, code }: Received): string {
  const broken = fault ?? code?.tag;
  return broken === undefined ? `${status}` : broken.replaceAll('-', ' ');
}

function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
