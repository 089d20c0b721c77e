/** The Intercom connector for Node.js: its component in a sandbox, and who may be sent to. */

export { egress, PLACEHOLDER } from './egress.js';
export { actionError, sandbox } from './engine.js';
