export { ComputationClient, type ComputationSetting } from './computation-client.js';
export { openResult, type OpenedResult, type OpenOptions } from './open-result.js';
export { hashOfOpened, isWhatWasOpened, openedValues } from './opened-values.js';
export type { ShareBytes } from './transient.js';
