export {
  contributeFigure,
  joinWithFigure,
  packFigure,
  type EncryptedFigure,
  type JoiningFigure,
  type StudyParts,
} from './contribute.js';
export { keepFigure, keptFigure } from './kept-figures.js';
export { positionOf, type Position } from './position.js';
export { closeStudy, publishResult } from './publish.js';
export { StatisticsClient } from './statistics-client.js';
export { studyOpeningRule } from './study-rule.js';
