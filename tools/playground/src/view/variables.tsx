/** The workflow context and the other variables of the component. */

import { CONTEXT } from '../contract';
import { parsed } from '../json';
import { type Change, type State, problemsOf } from '../state';
import { ProblemText } from './marks';
import { Prose } from './prose';

interface Props {
  state: State;
  change(change: Change): void;
}

export function VariablesView({ state, change }: Props) {
  const { manifest } = state.opened;
  const settable = manifest.variables.filter(({ name, secret }) => !secret && name !== CONTEXT);
  const isJson = state.context.trim() === '' || parsed(state.context) !== undefined;
  return (
    <>
      <div class="field">
        <label for={CONTEXT}>Workflow context</label>
        <p class="help" id="context-help">
          The data that placeholders such as <code>{'{{trigger.id}}'}</code> are resolved from, as
          JSON. Without it, all text is literal.
        </p>
        <textarea
          id={CONTEXT}
          rows={5}
          spellcheck={false}
          aria-describedby="context-help context-note"
          aria-invalid={!isJson}
          value={state.context}
          onInput={(event) => change({ do: 'context', text: event.currentTarget.value })}
        />
        <p class="note" id="context-note">
          {isJson ? (
            <VariableProblems state={state} name={CONTEXT} />
          ) : (
            <span class="problem">This is not JSON.</span>
          )}
        </p>
      </div>
      {settable.length > 0 && (
        <details>
          <summary>Variables ({settable.length})</summary>
          {settable.map(({ name, description, defaultValue }) => (
            <div class="field" key={name}>
              <label for={name}>
                <code>{name}</code>
              </label>
              <p class="help" id={`${name}-help`}>
                <Prose text={description} />
              </p>
              <input
                id={name}
                aria-describedby={`${name}-help ${name}-note`}
                value={state.variables[name] ?? ''}
                placeholder={defaultValue}
                onInput={(event) => change({ do: 'variable', name, value: event.currentTarget.value })}
              />
              <p class="note" id={`${name}-note`}>
                <VariableProblems state={state} name={name} />
              </p>
            </div>
          ))}
        </details>
      )}
    </>
  );
}

function VariableProblems({ state, name }: { state: State; name: string }) {
  const own = problemsOf(state).filter(({ field }) => field === name);
  return <>{own.map((problem) => <ProblemText problem={problem} />)}</>;
}
