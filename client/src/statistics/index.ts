import '../node-version.js';

export type { JoiningFigure } from './contribute.js';
export type { EncryptedFigure } from './encrypted-figure.js';
export { type Position, positionOf, readFigure } from './position.js';
export { StatisticsClient } from './statistics-client.js';
export { StudyDesk, type StudyDeskParts } from './study-desk.js';
