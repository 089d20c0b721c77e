/** The worker: runs the component, so that it can't freeze the page. */

import type { Variables } from '../contract';
import type { Call, Calls, Failed, Offered, Opened, Outcome, Previewed, Ran, Reply, Request, Run, Step } from '../protocol';
import { send } from './bridge';
import { Clock } from './clock';
import { Component, type Plugin, RUNS, actionError } from './instance';
import { Recorded, type Served } from './recorded';
import { poll, receive, sample } from './trigger';

let component: Component;
/** The instance that previews, with its environment. */
let previewer: { plugin: Plugin; variables: Variables } | undefined;

async function open({ folder, variables }: Calls['open']['argument']): Promise<Opened> {
  const start = performance.now();
  component = new Component(folder);
  await ready(variables);
  const took = performance.now() - start;
  return { ...(await offered(variables)), runs: RUNS, took };
}

async function offered(variables: Variables): Promise<Offered> {
  const plugin = await ready(variables);
  const ids = plugin.catalogue({ words: '' }).map(({ id }) => id);
  return {
    manifest: plugin.manifest(),
    actions: plugin.describe(ids),
    problems: plugin.problems(),
  };
}

/** The previewing instance with this environment. */
async function ready(variables: Variables): Promise<Plugin> {
  if (!previewer) {
    const own = {};
    previewer = { plugin: await component.offline(own), variables: own };
  }
  for (const name of Object.keys(previewer.variables)) delete previewer.variables[name];
  Object.assign(previewer.variables, variables);
  return previewer.plugin;
}

async function preview(call: Call): Promise<Previewed> {
  const plugin = await ready(call.variables);
  const previewed = await settled(() =>
    call.kind === 'trigger' ? sample(plugin, call) : { requests: plugin.preview(call.id, call.input) },
  );
  if ('broken' in previewed) previewer = undefined;
  return previewed;
}

async function run(argument: Run, tell: (step: Step) => void): Promise<Ran> {
  const start = performance.now();
  const { source, skipWaits, variables } = argument;
  const recorded =
    source.kind === 'recorded' ? new Recorded(source.exchanges, source.first) : undefined;
  const serve = async (sent: Parameters<Recorded['serve']>[0]): Promise<Served> => {
    if (recorded) return recorded.serve(sent);
    const key = source.kind === 'live' ? source.key : '';
    return { received: await send(component.folder, key, sent) };
  };
  const plugin = await component.instance({
    variables,
    clock: new Clock(skipWaits, (ms) => tell({ kind: 'wait', ms })),
    async send(sent) {
      const served = await serve(sent);
      tell({ kind: 'exchange', sent, ...served });
      return served.received;
    },
  });
  const outcome = await settled(() => invoke(plugin, argument));
  return { outcome, unused: recorded?.unused() ?? [], took: performance.now() - start };
}

async function invoke(plugin: Plugin, call: Run): Promise<Outcome> {
  if (call.delivery) return receive(plugin, call, call.delivery);
  if (call.poll) return poll(plugin, call, call.poll);
  return { ok: await plugin.invoke(call.id, call.input) };
}

/** What a call of the component returns, or how it failed. */
async function settled<Result>(call: () => Result | Promise<Result>): Promise<Result | Failed> {
  try {
    return await call();
  } catch (thrown) {
    try {
      return { error: actionError(thrown) };
    } catch (fault) {
      return { broken: String(fault) };
    }
  }
}

function perform(request: Request): Promise<unknown> {
  switch (request.call) {
    case 'open':
      return open(request.argument);
    case 'offered':
      return offered(request.argument);
    case 'preview':
      return preview(request.argument);
    case 'run':
      return run(request.argument, (step) => reply({ id: request.id, step }));
  }
}

function reply(message: Reply): void {
  postMessage(message);
}

onmessage = async ({ data }: MessageEvent<Request>) => {
  const { id } = data;
  try {
    reply({ id, result: await perform(data) });
  } catch (error) {
    reply({ id, failed: error instanceof Error ? error.message : String(error) });
  }
};
