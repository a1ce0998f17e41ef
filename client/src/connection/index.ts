export { loadProfile } from './profile.js';
