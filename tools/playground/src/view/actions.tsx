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

export function Actions({ opened, current, change }: Props) {
  const [words, setWords] = useState('');
  const found = opened.actions.filter((action) => isFound(action, words));
  return (
    <nav aria-label="Actions">
      <input
        type="search"
        aria-label="Find an action"
        placeholder="Find an action"
        value={words}
        onInput={(event) => setWords(event.currentTarget.value)}
      />
      {groups(found).map(([group, actions]) => (
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
      {found.length === 0 && <p>No action has these words.</p>}
    </nav>
  );
}

function isFound({ id, title, group, description = '' }: Action, words: string): boolean {
  const text = `${id} ${title} ${group} ${description}`.toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function groups(actions: Action[]): [string, Action[]][] {
  const found = new Map<string, Action[]>();
  for (const action of actions) {
    found.set(action.group, [...(found.get(action.group) ?? []), action]);
  }
  return [...found];
}
