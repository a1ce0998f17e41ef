export { DetailsSharer } from './details-sharer.js';
export { KeyRing } from './key-ring.js';
export { keyServiceLedger, startKeyService } from './key-service.js';
export { Rewrapper } from './rewrapper.js';
export { sharePatientsDetails } from './share-details.js';
