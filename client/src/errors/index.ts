export { commitFailure, type NodeMessage, nodeMessages, unwrap } from './unwrap.js';
