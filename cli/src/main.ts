import { endWithInput, endWithReader } from './command-line/end-with-input.js';
import { run } from './run.js';

endWithReader([process.stdout, process.stderr], () => process.exit(1));
endWithInput(process.stdin, () => process.kill(process.pid, 'SIGTERM'));

void run(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
