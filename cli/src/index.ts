export { type CliContext, connectOptions } from './command-line/context.js';
