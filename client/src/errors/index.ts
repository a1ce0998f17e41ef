import '../node-version.js';

export { commitFailure, type NodeMessage, nodeMessages, unwrap } from './unwrap.js';
