/** One field: label, help, control, and below it its value or its problems. */

import { useRef, useState } from 'preact/hooks';
import { type Field, type InputProblem, isTrigger } from '../contract';
import { placeholders, resolve, resolveAll } from '../form/template';
import { type Control, type Node, control, options } from '../form/tree';
import { type Entry, type Mode, content, modes } from '../form/values';
import { parsed, pretty } from '../json';
import { type Change, type Path, type State, contextValue, pathName } from '../state';
import type { Choice, Choices } from './choices';
import { Marked } from './marked';
import { ProblemText, Required } from './marks';
import { Prose } from './prose';

interface Props {
  state: State;
  change(change: Change): void;
  choices: Choices;
  node: Node;
  entry: Entry;
  path: Path;
  required: boolean;
  problems: InputProblem[];
}

/** The attributes that all controls share. */
interface Shared {
  id: string;
  name: string;
  value: string;
  placeholder?: string;
  required: boolean;
  'aria-describedby': string;
  'aria-invalid': boolean;
  onInput(event: { currentTarget: { value: string } }): void;
  onBlur(): void;
}

/**
 * The ids of elements are the fields' names, as in problems. The page's other ids have a
 * hyphen, which no key has.
 */
export function FieldView(props: Props) {
  const { state, change, node, entry, path, required, problems } = props;
  const { field } = node;
  const id = pathName(path);
  const kept = entry.mode === 'text' ? 'text' : 'value';
  const shared: Shared = {
    id,
    name: id,
    value: entry[kept],
    placeholder: hint(field, entry.mode),
    required,
    'aria-describedby': `${id}-help ${id}-note`,
    'aria-invalid': problems.length > 0,
    onInput: (event) => change({ do: 'edit', path, entry: { [kept]: event.currentTarget.value } }),
    onBlur: () => change({ do: 'leave', field: id }),
  };
  return (
    <div class="field">
      <div class="head">
        <label for={id}>{field.title}</label> {required && <Required />}
        <Modes {...props} id={id} />
      </div>
      <p class="help" id={`${id}-help`}>
        <Prose text={field.description ?? ''} />
        {field.defaultValue !== undefined && (
          <>
            {' '}
            Default: <code>{field.defaultValue}</code>.
          </>
        )}
      </p>
      {entry.mode === 'null' ? (
        <input id={id} value="null" readOnly aria-describedby={shared['aria-describedby']} />
      ) : (
        <ControlView {...props} shared={shared} />
      )}
      <Note
        id={id}
        text={field.templated ? content(entry) : ''}
        kind={control(field)}
        context={contextValue(state)}
        problems={problems}
      />
      {field.format === 'formula' && !isTrigger(state.item) && <Compiled state={state} />}
    </div>
  );
}

/** The names of the modes; a control that accepts any text has no separate one for placeholders. */
function modeName(mode: Mode, field: Field, hasText: boolean): string {
  if (mode === 'null') return 'Null';
  if (control(field) === 'date') return mode === 'text' ? 'Text' : 'Date (UTC)';
  if (mode === 'text') return 'Placeholder';
  return hasText ? 'Fixed value' : 'Value';
}

/** The kind of value; changing it keeps the contents of the other modes. */
function Modes({ node, entry, path, change, id }: Props & { id: string }) {
  const offered = modes(node.field);
  if (offered.length === 1) return null;
  return (
    <select
      class="mode"
      aria-label={`How ${node.field.title} is given`}
      data-mode-of={id}
      value={entry.mode}
      onInput={(event) =>
        change({ do: 'edit', path, entry: { mode: event.currentTarget.value as Mode } })
      }
    >
      {offered.map((mode) => (
        <option value={mode}>{modeName(mode, node.field, offered.includes('text'))}</option>
      ))}
    </select>
  );
}

function ControlView({ node, entry, problems, choices, shared }: Props & { shared: Shared }) {
  const { field } = node;
  if (entry.mode === 'text') return <input {...shared} spellcheck={false} autocomplete="off" />;
  switch (control(field)) {
    case 'select':
      return (
        <select {...shared}>
          <option value="">{shared.required ? 'Choose …' : 'Not given'}</option>
          {options(field).map((option) => (
            <option value={option}>{option}</option>
          ))}
        </select>
      );
    case 'date':
      return <input {...shared} type="datetime-local" step="1" />;
    case 'number':
      return <input {...shared} inputMode="decimal" />;
    case 'secret':
      return <input {...shared} type="password" autocomplete="off" />;
    case 'text':
      return field.choices ? (
        <Chosen
          {...shared}
          list={(typed) => choices.list(field.choices!, typed)}
          searches={field.choices.search !== undefined}
        />
      ) : (
        <input {...shared} autocomplete="off" />
      );
    default:
      return (
        <Marked
          {...shared}
          rows={Math.max(field.lines, 2)}
          spans={problems.flatMap(({ span }) => span ?? [])}
          spellcheck={field.format === 'html'}
        />
      );
  }
}

interface Listed extends Shared {
  list(typed: string): Promise<Choice[]>;
  searches: boolean;
}

/** Milliseconds without a key before a search. */
const SEARCH_PAUSE = 300;

/**
 * A text with suggestions, which are listed on focus, and searched for while typing if
 * their action can search. Of two searches the later one counts.
 */
function Chosen({ list, searches, ...shared }: Listed) {
  const [listed, setListed] = useState<Choice[]>([]);
  const latest = useRef(0);
  const pause = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const show = (typed: string) => {
    const turn = ++latest.current;
    list(typed).then((found) => turn === latest.current && setListed(found));
  };
  const search = (event: { currentTarget: { value: string } }) => {
    shared.onInput(event);
    const typed = event.currentTarget.value;
    clearTimeout(pause.current);
    if (searches) pause.current = setTimeout(() => show(typed), SEARCH_PAUSE);
  };
  return (
    <>
      <input
        {...shared}
        list={`${shared.id}-choices`}
        autocomplete="off"
        onFocus={() => show('')}
        onInput={search}
      />
      <datalist id={`${shared.id}-choices`}>
        {listed.map(({ value, label }) => (
          <option value={value}>{label}</option>
        ))}
      </datalist>
    </>
  );
}

interface NoteProps {
  id: string;
  text: string;
  kind: Control;
  context: unknown;
  problems: InputProblem[];
}

/** The line below a control. Its space is reserved, so that nothing moves when it is filled. */
function Note({ id, text, kind, context, problems }: NoteProps) {
  return (
    <p class="note" id={`${id}-note`} aria-live="polite">
      {problems.map((problem) => (
        <ProblemText problem={problem} />
      ))}
      {problems.length === 0 && <Resolved text={text} kind={kind} context={context} />}
    </p>
  );
}

function Resolved({ text, kind, context }: { text: string; kind: Control; context: unknown }) {
  if (context === undefined || placeholders(text).length === 0) return null;
  const json = kind === 'json' ? parsed(text) : undefined;
  const value = json ? { value: resolveAll(json.value, context) } : resolve(text, context);
  if (!value) return null;
  return (
    <span class="resolved">
      becomes <code>{JSON.stringify(value.value) ?? 'absent'}</code>
    </span>
  );
}

/** The body that a formula compiles to; while it has errors, the last one. */
function Compiled({ state: { previewed } }: { state: State }) {
  const last = useRef('');
  const body = previewed && 'requests' in previewed ? previewed.requests[0]?.body : undefined;
  if (body !== undefined) last.current = pretty(body);
  return (
    <div class="compiled">
      <span>Compiles to</span>
      <pre
        tabIndex={0}
        role="group"
        aria-label="The query that the formula compiles to"
        class={body === undefined ? 'old' : undefined}
      >
        {last.current}
      </pre>
    </div>
  );
}

function hint(field: Field, mode: Mode): string | undefined {
  const { example } = field;
  if (mode === 'text' && control(field) !== 'date') return 'e.g. {{trigger.value}}';
  if (example === undefined) return undefined;
  const value = parsed(example)?.value;
  return `e.g. ${typeof value === 'string' ? value : example}`;
}
