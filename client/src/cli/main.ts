import { endWithInput } from './end-with-input.js';
import { run } from './run.js';

endWithInput(process.stdin, () => process.kill(process.pid, 'SIGTERM'));

void run(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
