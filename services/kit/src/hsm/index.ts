export { type HsmSettings, makeTokenKey, tokenWrapper } from './token-wrapper.js';
