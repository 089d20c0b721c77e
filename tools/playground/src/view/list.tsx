/** The list of actions and triggers. */

import { useState } from 'preact/hooks';
import { type Item, isTrigger } from '../contract';
import type { Opened } from '../protocol';
import { type Change, itemsOf } from '../state';

interface Props {
  opened: Opened;
  current: string;
  change(change: Change): void;
}

/** What the manifest offers, and, folded, the rest of the catalogue; or the search results. */
export function List({ opened, current, change }: Props) {
  const [words, setWords] = useState('');
  const items = itemsOf(opened);
  const { actions, triggers } = opened.manifest;
  const offered = new Set([...actions, ...triggers].map(({ id }) => id));
  const rest = items.filter(({ id }) => !offered.has(id));
  const found = items.filter((item) => isFound(item, words));
  const groups = { current, change };
  return (
    <nav aria-label="Actions and triggers">
      <input
        type="search"
        aria-label="Find an action or trigger"
        placeholder="Find"
        value={words}
        onInput={(event) => setWords(event.currentTarget.value)}
      />
      {words.trim() !== '' ? (
        <Groups {...groups} items={found} />
      ) : (
        <>
          <Groups {...groups} items={items.filter(({ id }) => offered.has(id))} />
          {rest.length > 0 && (
            <details open={rest.some(({ id }) => id === current) || undefined}>
              <summary>More actions ({rest.length})</summary>
              <Groups {...groups} items={rest} />
            </details>
          )}
        </>
      )}
      {found.length === 0 && <p>Nothing matches these words.</p>}
    </nav>
  );
}

type ItemsProps = Omit<Props, 'opened'> & { items: Item[] };

/** Each group's actions, and below them its triggers. */
function Groups({ items, ...rest }: ItemsProps) {
  return (
    <>
      {grouped(items).map(([group, items]) => {
        const triggers = items.filter(isTrigger);
        return (
          <section key={group}>
            <h2>{group}</h2>
            <Items {...rest} items={items.filter((item) => !isTrigger(item))} />
            {triggers.length > 0 && <h3>Triggers</h3>}
            <Items {...rest} items={triggers} />
          </section>
        );
      })}
    </>
  );
}

function Items({ items, current, change }: ItemsProps) {
  if (items.length === 0) return null;
  return (
    <ul>
      {items.map(({ id, title }) => (
        <li key={id}>
          <button
            type="button"
            aria-current={id === current ? 'page' : undefined}
            onClick={() => change({ do: 'item', id })}
          >
            {title}
          </button>
        </li>
      ))}
    </ul>
  );
}

function isFound({ id, title, group, description = '' }: Item, words: string): boolean {
  const text = `${id} ${title} ${group} ${description}`.toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function grouped(items: Item[]): [string, Item[]][] {
  const found = new Map<string, Item[]>();
  for (const item of items) {
    found.set(item.group, [...(found.get(item.group) ?? []), item]);
  }
  return [...found];
}
