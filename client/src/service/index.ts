/** What services are made of, for those that live in workspaces of their own. */
export { aloneIn } from '../home-lock.js';
export { writeAtomically, writeOnce } from '../atomic-file.js';
export { connectOptions, contextOf, type CliContext } from '../cli/context.js';
export { portNumber } from '../cli/input.js';
export { eventually } from './eventually.js';
export type { RunningService, ServiceTls } from './http-server.js';
export { describeMember, type VerifiedMember } from './members.js';
export { readServiceTls, passphraseFromEnvironment, serveUntilTold } from './run.js';
export { readSecrets, writeSecrets } from './secret-file.js';
