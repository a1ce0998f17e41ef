export { serveGateway } from './serve.js';
