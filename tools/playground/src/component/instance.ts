/** Instances of the component. */

import { instantiate } from '#component';
import type * as Triggers from '#component/workflow-plugin-triggers';
import type {
  Action,
  ActionError,
  ConnectorManifest,
  HttpRequest,
  InputProblem,
} from '../contract';
import { Clock } from './clock';
import { type Outside, imports } from './wasi';

/**
 * The functions of the contract, as the transpiled component has them. Those of `triggers` are
 * missing if the manifest has no triggers.
 */
export interface Plugin extends Pick<typeof Triggers, 'receive' | 'matches' | 'sample'> {
  manifest(): ConnectorManifest;
  catalogue(query: { words: string }): { id: string }[];
  describe(ids: string[]): Action[];
  problems(): InputProblem[];
  preview(action: string, input: string): HttpRequest[];
  invoke(action: string, input: string): Promise<string>;
  poll(...given: Parameters<typeof Triggers.poll>): Promise<Triggers.EventPage>;
}

/** Whether WebAssembly can wait for JavaScript here (JSPI), which running an action needs. */
export const RUNS = 'promising' in WebAssembly && 'Suspending' in WebAssembly;

/**
 * Without JSPI, the functions that never wait still work, if the marker of those that do
 * can be called.
 */
function stubJspi(): void {
  const stub = {
    promising: (called: unknown) => called,
    Suspending: function suspending(called: unknown) {
      return called;
    },
  };
  Object.assign(WebAssembly, stub);
}

/** Compiles the component's modules, each once, and makes instances of them. */
export class Component {
  readonly #modules = new Map<string, Promise<WebAssembly.Module>>();

  constructor(readonly folder: string) {
    if (!RUNS) stubJspi();
  }

  async instance(outside: Outside): Promise<Plugin> {
    const compile = (name: string) => this.#compile(name);
    const root = await instantiate(compile, imports(outside) as never);
    return { ...root.plugin, ...root.triggers } as unknown as Plugin;
  }

  /** An instance that can't send requests. */
  offline(variables: Record<string, string>): Promise<Plugin> {
    const send = () => Promise.reject(new Error('this instance cannot send requests'));
    return this.instance({ variables, clock: new Clock(true, () => {}), send });
  }

  #compile(name: string): Promise<WebAssembly.Module> {
    const known = this.#modules.get(name);
    if (known) return known;
    const compiled = WebAssembly.compileStreaming(fetch(new URL(name, this.folder)));
    this.#modules.set(name, compiled);
    return compiled;
  }
}

/** The action error that a call threw. Anything else is an error of the sandbox, and rethrown. */
export function actionError(thrown: unknown): ActionError {
  if (thrown instanceof Error && 'payload' in thrown) return thrown.payload as ActionError;
  throw thrown;
}
