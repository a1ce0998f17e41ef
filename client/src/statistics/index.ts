export { contributeFigure, packFigure, type StudyParts } from './contribute.js';
export { positionOf, type Position } from './position.js';
export { closeStudy, publishResult } from './publish.js';
export { StatisticsClient } from './statistics-client.js';
export { studyOpeningRule } from './study-rule.js';
