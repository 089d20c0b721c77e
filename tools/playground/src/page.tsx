/** Starts the page: reads the address, opens the component, draws. */

import { render } from 'preact';
import { read } from './address';
import { Library } from './cases';
import { Client } from './client';
import { bridge } from './live';
import { App } from './view/app';

async function main(root: Element): Promise<void> {
  const folder = new URL('.', location.href).href;
  const client = new Client(folder);
  const live = await bridge(folder);
  const opened = await client.open({ folder, variables: live?.variables ?? {} });
  const library = await Library.open(folder, opened.manifest.signature);
  const shared = read(location.hash);
  document.title = `${opened.manifest.title} playground`;
  root.textContent = '';
  render(<App client={client} library={library} live={live} opened={opened} shared={shared} />, root);
  performance.mark('form');
}

const root = document.querySelector('#whole-page');
if (root) {
  main(root).catch((error) => {
    root.textContent = `The component could not be loaded: ${error.message}`;
  });
}
