/** The page: a list of actions and triggers, the form of one, and what it does. */

import { useEffect, useMemo, useReducer, useRef } from 'preact/hooks';
import { type Shared, read, write } from '../address';
import { type Library, difference, environment } from '../cases';
import type { Client } from '../client';
import { type ConnectorManifest, kindOf } from '../contract';
import type { Live } from '../live';
import type { Opened, Source, Step } from '../protocol';
import { type State, inputOf, reduce, start, variablesOf } from '../state';
import { Choices } from './choices';
import { FAULTS } from './faults';
import { FormView } from './form';
import { List } from './list';
import { PreviewView } from './preview';
import { RunView } from './run';

interface Props {
  client: Client;
  library: Library;
  live?: Live;
  opened: Opened;
  shared: Shared;
}

/** Milliseconds without a change before a preview. */
const PAUSE = 120;

export function App({ client, library, live, opened, shared }: Props) {
  const first = () => start(opened, shared.id, shared.input);
  const [state, change] = useReducer(reduce, undefined, first);
  const choices = useMemo(() => new Choices(client, library, opened, live), []);
  usePreview(client, state, live, change);
  useOffered(client, state, live, change);
  useAddress(state, change);
  const { manifest } = state.opened;
  return (
    <>
      <header>
        <h1>
          {manifest.title} <small>{manifest.version}</small>
        </h1>
        <p>{manifest.summary}</p>
      </header>
      <div class="columns">
        <List opened={state.opened} current={state.item.id} change={change} />
        <main key={state.item.id}>
          <FormView state={state} change={change} choices={choices} library={library} />
          <div class="results">
            <PreviewView state={state} />
            <RunView
              state={state}
              change={change}
              library={library}
              live={live}
              run={() => run(client, library, state, live, change)}
              stop={() => client.restart()}
            />
          </div>
        </main>
      </div>
    </>
  );
}

type Dispatch = (change: Parameters<typeof reduce>[1]) => void;

/** Previews after each pause. One at a time: later changes are previewed next. */
function usePreview(client: Client, state: State, live: Live | undefined, change: Dispatch) {
  const input = inputOf(state);
  const given = variablesOf(state);
  const variables = environment(state.opened.manifest, { ...live?.variables, ...given }, true);
  const call = { kind: kindOf(state.item), id: state.item.id, input, variables };
  const key = JSON.stringify(call);
  const latest = useRef(call);
  const isBusy = useRef(false);
  const ask = async () => {
    if (isBusy.current) return;
    isBusy.current = true;
    const asked = latest.current;
    const failed = (error: Error) => ({ broken: error.message });
    const previewed = await client.call('preview', asked).catch(failed);
    isBusy.current = false;
    if (asked === latest.current) change({ do: 'previewed', previewed });
    else await ask();
  };
  useEffect(() => {
    latest.current = call;
    const timer = setTimeout(ask, state.previewed ? PAUSE : 0);
    return () => clearTimeout(timer);
  }, [key]);
}

/** Requests what the component offers whenever its variables change. */
function useOffered(client: Client, state: State, live: Live | undefined, change: Dispatch) {
  const given = { ...live?.variables, ...state.variables };
  const variables = environment(state.opened.manifest, given, true);
  const key = JSON.stringify(variables);
  const known = useRef(key);
  useEffect(() => {
    if (known.current === key) return;
    const ask = async () => {
      const offered = await client.call('offered', variables).catch(() => undefined);
      if (offered) {
        known.current = key;
        change({ do: 'offered', offered });
      }
    };
    const timer = setTimeout(ask, PAUSE);
    return () => clearTimeout(timer);
  }, [key]);
}

/** Keeps the address and the state in step; each action or trigger is a history entry. */
function useAddress(state: State, change: Dispatch) {
  const address = write(state.item, inputOf(state));
  const shown = useRef(state.item.id);
  useEffect(() => {
    const isOther = shown.current !== state.item.id;
    shown.current = state.item.id;
    if (isOther && read(location.hash).id !== state.item.id) {
      history.pushState(null, '', address);
    } else {
      history.replaceState(null, '', address);
    }
  }, [address]);
  useEffect(() => {
    const follow = () => change({ do: 'open', ...read(location.hash) });
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
}

/** The token's placeholder in live runs, whatever a recorded case had. */
function tokenOf({ auth }: ConnectorManifest, live?: Live): Record<string, string> {
  const placeholder = auth && live?.variables[auth.token];
  return auth && placeholder !== undefined ? { [auth.token]: placeholder } : {};
}

async function run(client: Client, library: Library, state: State, live: Live | undefined, change: Dispatch) {
  change({ do: 'run' });
  const { item, origin, delivery, poll, fault, skipWaits, opened } = state;
  const recorded =
    origin && origin !== 'live' ? await library.find(item.id, origin.case) : undefined;
  const first = delivery ? undefined : FAULTS.find(({ name }) => name === fault)?.received;
  const source: Source =
    origin === 'live' && live
      ? { kind: 'live', key: live.key }
      : { kind: 'recorded', exchanges: recorded?.exchanges ?? [], first };
  const given =
    source.kind === 'live'
      ? { ...live?.variables, ...variablesOf(state), ...tokenOf(opened.manifest, live) }
      : environment(opened.manifest, variablesOf(state), first !== undefined);
  const variables = Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== null),
  );
  const steps: Step[] = [];
  const step = (step: Step) => {
    steps.push(step);
    change({ do: 'step', step });
  };
  try {
    const call = { kind: kindOf(item), id: item.id, input: inputOf(state), variables };
    const ran = await client.call('run', { ...call, delivery, poll, source, skipWaits }, step);
    const isRecorded = recorded && !first;
    const found = isRecorded ? (difference(recorded, ran, steps) ?? '') : undefined;
    change({ do: 'ran', ran, difference: found });
  } catch (error) {
    change({ do: 'failed', failed: error instanceof Error ? error.message : String(error) });
  }
}
