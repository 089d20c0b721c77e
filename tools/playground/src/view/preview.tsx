/** What the form would do: the requests of an action, or whether the sample event starts a workflow. */

import { useState } from 'preact/hooks';
import { isTrigger, failureOf } from '../contract';
import { curl, http } from '../http';
import { pretty } from '../json';
import { starts } from '../meaning';
import type { State } from '../state';
import { Code } from './code';
import { Prose } from './prose';

const SHAPES = { http: 'HTTP', curl: 'curl' };

export function PreviewView({ state }: { state: State }) {
  const [shape, setShape] = useState<keyof typeof SHAPES>('http');
  const { item, previewed } = state;
  const token = state.opened.manifest.auth?.token;
  return (
    <section class="request" aria-labelledby="request-title">
      <div class="head">
        <h2 id="request-title">{isTrigger(item) ? 'Sample event' : 'Request'}</h2>
        {!isTrigger(item) && (
          <span role="radiogroup" aria-label="Show the request as" class="choice">
            {(['http', 'curl'] as const).map((name) => (
              <label>
                <input type="radio" name="shape" checked={shape === name} onInput={() => setShape(name)} />
                {SHAPES[name]}
              </label>
            ))}
          </span>
        )}
      </div>
      <div class="shown" aria-live="polite">
        {previewed && 'requests' in previewed && (
          <>
            {previewed.requests.map((request) => (
              <Code text={shape === 'http' ? http(request) : curl(request, token)} label="Request" />
            ))}
            {previewed.requests.length === 0 && <p>It sends nothing.</p>}
          </>
        )}
        {previewed && 'event' in previewed && (
          <>
            <p>
              <Prose text={starts(item.id, item.id, previewed.missed)} />
            </p>
            <Code text={pretty(previewed.event)} label="Sample event" />
          </>
        )}
        {previewed && 'error' in previewed && <Problems state={state} />}
        {previewed && 'broken' in previewed && <p class="problem">{previewed.broken}</p>}
      </div>
    </section>
  );
}

/** The problems of the inputs, with a link to each field. */
function Problems({ state }: { state: State }) {
  const { item, previewed } = state;
  const failure = previewed && 'error' in previewed ? failureOf(previewed.error) : undefined;
  const found = failure?.problems ?? [];
  if (found.length === 0) return <p class="problem">{failure?.message}</p>;
  return (
    <>
      <p>{isTrigger(item) ? 'No event can match yet:' : 'Nothing can be sent yet:'}</p>
      <ul>
        {found.map(({ field, message }) => (
          <li>
            <button type="button" class="link" onClick={() => focusOn(field)}>
              {field}
            </button>{' '}
            {message}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Moves the focus to a field, and unfolds the sections around it. */
function focusOn(field: string): void {
  const control = document.getElementById(field);
  control?.closest('details')?.setAttribute('open', '');
  control?.focus();
}
