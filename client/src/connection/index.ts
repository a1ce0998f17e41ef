import '../node-version.js';

export { loadProfile, type Profile, type CaEndpoint, type PeerEndpoint } from './profile.js';
export type { Question } from './signed-answer.js';
