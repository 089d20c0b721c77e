/** The list of actions. */

import { useState } from 'preact/hooks';
import type { Action } from '../contract';
import type { Opened } from '../protocol';
import type { Change } from '../state';

interface Props {
  opened: Opened;
  current: string;
  change(change: Change): void;
}

/** The manifest's actions, and, folded, the rest of the catalogue; or the search results. */
export function Actions({ opened, current, change }: Props) {
  const [words, setWords] = useState('');
  const { actions, manifest } = opened;
  const offered = new Set(manifest.actions.map(({ id }) => id));
  const rest = actions.filter(({ id }) => !offered.has(id));
  const found = actions.filter((action) => isFound(action, words));
  const groups = { current, change };
  return (
    <nav aria-label="Actions">
      <input
        type="search"
        aria-label="Find an action"
        placeholder="Find an action"
        value={words}
        onInput={(event) => setWords(event.currentTarget.value)}
      />
      {words.trim() !== '' ? (
        <Groups {...groups} actions={found} />
      ) : (
        <>
          <Groups {...groups} actions={actions.filter(({ id }) => offered.has(id))} />
          {rest.length > 0 && (
            <details open={rest.some(({ id }) => id === current) || undefined}>
              <summary>More actions ({rest.length})</summary>
              <Groups {...groups} actions={rest} />
            </details>
          )}
        </>
      )}
      {found.length === 0 && <p>No action matches these words.</p>}
    </nav>
  );
}

function Groups({ actions, current, change }: Omit<Props, 'opened'> & { actions: Action[] }) {
  return (
    <>
      {grouped(actions).map(([group, actions]) => (
        <section key={group}>
          <h2>{group}</h2>
          <ul>
            {actions.map(({ id, title }) => (
              <li key={id}>
                <button
                  type="button"
                  aria-current={id === current ? 'page' : undefined}
                  onClick={() => change({ do: 'action', id })}
                >
                  {title}
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function isFound({ id, title, group, description = '' }: Action, words: string): boolean {
  const text = `${id} ${title} ${group} ${description}`.toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function grouped(actions: Action[]): [string, Action[]][] {
  const found = new Map<string, Action[]>();
  for (const action of actions) {
    found.set(action.group, [...(found.get(action.group) ?? []), action]);
  }
  return [...found];
}
