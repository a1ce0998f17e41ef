import '../node-version.js';

export { loadProfile } from './profile.js';
