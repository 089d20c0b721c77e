/** A thread that makes one call in a sandbox; the sandbox's variables are the thread's data. */

import { parentPort, workerData } from 'node:worker_threads';
import { egress } from '../egress.js';
import { sandbox } from '../engine.js';

const connector = await sandbox(
  workerData,
  egress({ origins: [workerData.INTERCOM_BASE_URL], token: 't' }),
);
parentPort?.postMessage('calling');
connector.connection.testConnection();
