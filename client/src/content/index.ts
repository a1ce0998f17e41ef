import '../node-version.js';

export * from '@salus/content';
export { FileUploadJournal } from './file-upload-journal.js';
