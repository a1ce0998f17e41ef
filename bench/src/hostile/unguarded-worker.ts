import { createRequire, registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

// The counting worker, which hands SEAL whatever it is sent: as if the engine's checks had a hole.
const unchecked = pathToFileURL(path.join(__dirname, 'unchecked.js')).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === './checks.js' && context.parentURL !== unchecked
      ? { url: unchecked, shortCircuit: true }
      : next(specifier, context),
});

createRequire(__filename)('./counting-worker.js');
