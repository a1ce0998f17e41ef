import '../node-version.js';

export { contributeFigure, joinWithFigure, type StudyParts } from './contribute.js';
export { keepFigure, keptFigure } from './kept-figures.js';
export { positionOf, readFigure } from './position.js';
export { closeStudy, isToBeClosed, publishResult } from './publish.js';
export { StatisticsClient } from './statistics-client.js';
