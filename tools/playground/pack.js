/** Packs the recorded cases below a folder: one file for each action or trigger, and an index. */

import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Headers about transport; an archive has decoded bodies. */
const OF_CONNECTIONS = ['content-encoding', 'content-length', 'transfer-encoding'];

/**
 * @param {string | undefined} folder
 * @param {string} out
 */
export async function pack(folder, out) {
  await mkdir(out, { recursive: true });
  const index = {};
  for (const action of folder ? await folders(folder) : []) {
    const names = await folders(join(folder, action));
    const cases = await Promise.all(names.map((name) => read(join(folder, action, name), name)));
    await writeFile(join(out, `${action}.json`), JSON.stringify(cases));
    index[action] = cases.map(({ name, about, example }) => ({ name, about, example }));
  }
  await writeFile(join(out, 'index.json'), JSON.stringify(index));
}

async function folders(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
}

async function read(folder, name) {
  const text = await readFile(join(folder, 'case.json'), 'utf8');
  const { about, example = false, environment = {}, input = {} } = JSON.parse(text);
  const members = split(text);
  return {
    name,
    about,
    example,
    environment: Object.fromEntries(Object.entries(environment).map(variable)),
    // As written: parsing would round large numbers.
    input: typeof input === 'string' ? input : compact(members.get('input') ?? '{}'),
    expect: compact(members.get('expect') ?? 'null'),
    exchanges: await exchanges(join(folder, 'exchange.har')),
    delivery: members.has('delivery') ? delivery(members.get('delivery')) : undefined,
    poll: members.has('poll') ? poll(members.get('poll')) : undefined,
  };
}

/** A delivery as HTTP/1.1; its body is indented, since people edit it. */
function delivery(text) {
  const { method = 'POST', headers = {}, signed = true, verified = false, received_at_ms } = JSON.parse(text);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const body = verbatim(split(text).get('body') ?? '""').replaceAll('\n    ', '\n');
  const http = [`${method} / HTTP/1.1`, ...lines, '', body].join('\n');
  return { text: http, signed, verified, receivedAt: received_at_ms };
}

function poll(text) {
  const { cursor, now_ms } = JSON.parse(text);
  return { cursor: cursor === undefined ? undefined : verbatim(compact(split(text).get('cursor'))), now: now_ms };
}

/** A text that a case gives as such or as its JSON. */
function verbatim(json) {
  return json.startsWith('"') ? JSON.parse(json) : json;
}

function variable([name, value]) {
  const isText = value === null || typeof value === 'string';
  return [name, isText ? value : JSON.stringify(value)];
}

async function exchanges(path) {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? [] : JSON.parse(text).log.entries.map(exchange);
}

function exchange({ request, response }) {
  return {
    sent: {
      method: request.method.toUpperCase(),
      url: request.url,
      headers: headers(request.headers),
      body: request.postData?.text ?? '',
    },
    received: {
      status: response.status,
      headers: headers(response.headers).filter(([name]) => !OF_CONNECTIONS.includes(name)),
      body: response.content?.text ?? '',
      ...(response.content?.encoding === 'base64' && { base64: true }),
      ...(response._fault && { fault: response._fault }),
    },
  };
}

function headers(list = []) {
  const ours = list.filter(({ name }) => !name.startsWith(':'));
  return ours.map(({ name, value }) => [name.toLowerCase(), value]);
}

/** The texts of the members of the JSON object that `text` is, by their keys. */
function split(text) {
  const members = new Map();
  let depth = 0;
  let key;
  let start = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:,]/g)) {
    if (token === ':' && depth === 1) {
      key = JSON.parse(text.slice(start, index));
      start = index + 1;
    } else if ((token === ',' && depth === 1) || (token === '}' && depth === 1)) {
      members.set(key, text.slice(start, index).trim());
      start = index + 1;
    }
    if (token === '{' || token === '[') {
      if (depth === 0) start = index + 1;
      depth += 1;
    }
    if (token === '}' || token === ']') depth -= 1;
  }
  return members;
}

/** Without the space between tokens. */
function compact(json) {
  return json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
}
