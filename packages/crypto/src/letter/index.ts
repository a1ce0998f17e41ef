export { type Frames, joinFrames, splitFrames } from './frames.js';
export { openLetter, sealLetter, type Sealing } from './sealed-letter.js';
export { fingerprintOfKey, type LetterTerms, openShown } from './shown-letter.js';
