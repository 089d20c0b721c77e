/** The form of an action or a trigger, drawn from its description. */

import { useState } from 'preact/hooks';
import type { Library } from '../cases';
import { type InputProblem, type Item, type Trigger, isTrigger } from '../contract';
import { type Node, control } from '../form/tree';
import { type Form, EMPTY, applies, isRequired } from '../form/values';
import { pretty } from '../json';
import { type Change, type Path, type State, contextValue, inputOf, isLeft, pathName, problemsOf } from '../state';
import type { Choices } from './choices';
import { FieldView } from './field';
import { ProblemText, Required } from './marks';
import { Prose } from './prose';
import { VariablesView } from './variables';

interface Props {
  state: State;
  change(change: Change): void;
  choices: Choices;
  library: Library;
}

const EFFECTS = {
  read: 'changes nothing',
  'write-idempotent': 'may be retried',
  'write-once': 'sent once',
};

export function FormView(props: Props) {
  const { state, change, library } = props;
  const { item } = state;
  // A recorded example is consistent; the examples of the fields may not be.
  const fill = async () => {
    const recorded = await library.example(item.id);
    change(recorded ? { do: 'case', recorded } : { do: 'examples' });
  };
  return (
    <form
      aria-labelledby="form-title"
      onSubmit={(event) => event.preventDefault()}
    >
      <h2 id="form-title">{item.title}</h2>
      <Marks item={item} />
      <p class="about">
        <Prose text={item.description ?? ''} />
      </p>
      {isTrigger(item) && <Setup trigger={item} />}
      <p class="tools">
        <button type="button" onClick={fill}>
          Fill in the example
        </button>
        {state.raw === undefined ? (
          <button type="button" onClick={() => change({ do: 'raw', text: pretty(inputOf(state)) })}>
            Edit as JSON
          </button>
        ) : (
          <button type="button" onClick={() => change({ do: 'use form' })}>
            Back to the form
          </button>
        )}
      </p>
      {state.raw === undefined ? <Fields {...props} /> : <Raw {...props} text={state.raw} />}
      <VariablesView state={state} change={change} />
    </form>
  );
}

function Marks({ item }: { item: Item }) {
  const { webhook, poll } = isTrigger(item) ? item.sources : {};
  return (
    <p class="marks">
      <code>{item.id}</code>
      {webhook && <span class="mark">webhook</span>}
      {poll && <span class="mark">polled</span>}
      {!isTrigger(item) && <span class="mark">{EFFECTS[item.effect]}</span>}
      {!isTrigger(item) && item.destructive && <span class="mark danger">can delete</span>}
    </p>
  );
}

/** What a person does in the service before events come. */
function Setup({ trigger: { setup, topics } }: { trigger: Trigger }) {
  return (
    <details>
      <summary>Setup</summary>
      <p class="help">
        <Prose text={setup ?? ''} />
      </p>
      {topics.map((topic) => (
        <p class="help">
          <code>{topic}</code>
        </p>
      ))}
    </details>
  );
}

function Raw({ state, change, text }: Props & { text: string }) {
  return (
    <div class="field">
      <label for="raw-input">Input as JSON</label>
      <textarea
        id="raw-input"
        rows={16}
        spellcheck={false}
        value={text}
        onInput={(event) => change({ do: 'raw', text: event.currentTarget.value })}
      />
      <ul class="problems">
        {problemsOf(state).map((problem) => (
          <li>
            <code>{problem.field}</code> <ProblemText problem={problem} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Fields(props: Props) {
  const { state } = props;
  const folded = state.nodes.filter(({ field }) => field.advanced);
  const shown = state.nodes.filter(({ field }) => !field.advanced);
  const isGiven = folded.some(({ key }) => state.form[key] !== undefined);
  return (
    <>
      {state.nodes.length === 0 && <p>There are no inputs.</p>}
      <Rows {...props} nodes={shown} siblings={state.nodes} form={state.form} path={[]} />
      {folded.length > 0 && (
        <details open={isGiven || undefined}>
          <summary>More fields ({folded.length})</summary>
          <Rows {...props} nodes={folded} siblings={state.nodes} form={state.form} path={[]} />
        </details>
      )}
    </>
  );
}

interface RowsProps extends Props {
  nodes: Node[];
  /** All fields of the record, which conditions are about. */
  siblings: Node[];
  form: Form;
  path: Path;
}

function Rows({ nodes, siblings, form, path, ...props }: RowsProps) {
  const context = contextValue(props.state);
  const shown = nodes.filter(({ field }) => applies(field.appliesWhen, form, siblings, context));
  return (
    <>
      {shown.map((node) => {
        const at = [...path, node.key];
        const required = isRequired(node.field, form, siblings, context);
        const kind = control(node.field);
        return kind === 'list' || kind === 'record' ? (
          <Records key={node.key} {...props} node={node} form={form} path={at} required={required} />
        ) : (
          <FieldView
            key={node.key}
            {...props}
            node={node}
            entry={form[node.key] ?? EMPTY}
            path={at}
            required={required}
            problems={fieldProblems(props.state, pathName(at))}
          />
        );
      })}
    </>
  );
}

interface RecordsProps extends Props {
  node: Node;
  form: Form;
  path: Path;
  required: boolean;
}

/** A list of records, or a single one. */
function Records({ node, form, path, required, ...props }: RecordsProps) {
  const { change } = props;
  const { rows } = form[node.key] ?? EMPTY;
  const { title, description, type } = node.field;
  const isList = type === 'record-list';
  const [told, setTold] = useState('');
  const set = (rows: Form[], told: string) => {
    change({ do: 'edit', path, entry: { mode: 'value', rows } });
    setTold(told);
  };
  const name = pathName(path);
  const found = fieldProblems(props.state, name);
  return (
    <fieldset id={name}>
      <legend>
        {title} {required && <Required />}
      </legend>
      <p class="help">
        <Prose text={description ?? ''} />
      </p>
      {rows.map((row, index) => (
        <div class="record" role="group" aria-label={`${title} ${index + 1}`}>
          <Rows {...props} nodes={node.children} siblings={node.children} form={row} path={[...path, index]} />
          <button
            type="button"
            class="quiet"
            aria-label={`Remove ${title} ${index + 1}`}
            onClick={() => set(rows.filter((_, at) => at !== index), `Removed ${title} ${index + 1}`)}
          >
            Remove
          </button>
        </div>
      ))}
      {(isList || rows.length === 0) && (
        <button type="button" onClick={() => set([...rows, {}], `Added ${title} ${rows.length + 1}`)}>
          Add {title}
        </button>
      )}
      <p class="note" role="status">
        <span class="unseen">{told}</span>
        {found.map((problem) => (
          <ProblemText problem={problem} />
        ))}
      </p>
    </fieldset>
  );
}

/** The problems of a field that was left; those of a formula are shown at once. */
function fieldProblems(state: State, name: string): InputProblem[] {
  const own = problemsOf(state).filter(({ field }) => field === name);
  return own.filter(({ span }) => span !== undefined || isLeft(state, name));
}
