import { care } from './care.js';
import type { Chapter } from './chapter.js';
import { claims } from './claims.js';
import { medicines } from './medicines.js';
import { records } from './records.js';
import { statistics } from './statistics.js';
import { views } from './views.js';

/** Every chapter, in the order in which they play. */
export const chapters: readonly Chapter[] = [records, care, medicines, claims, statistics, views];

/** What plays when nothing is chosen: the main job. */
export const mainJob: readonly string[] = ['records', 'medicines', 'claims', 'statistics', 'views'];
