export { commitFailure, nodeMessages, unwrap } from './unwrap.js';
