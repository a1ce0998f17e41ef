/** Those of fabric-shim's loggers that speak in the course of every transaction. */
const LOGGERS = [
  'lib/handler.js',
  'lib/stub.js',
  'lib/chaincode.js',
  'contracts-spi/chaincodefromcontract.js',
  'contracts-spi/datamarshall.js',
];

let dropped = false;

/**
 * Drops the shim's debug messages unless the level asks for them. winston formats a message, colours
 * and all, before it looks at the level: that took a fifth of the CPU time of a chaincode.
 *
 * fabric-shim is loaded here, and not with this file: clients share the library, and have no use for it.
 */
export function dropHiddenDebugMessages(): void {
  if (dropped) return;
  dropped = true;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would come too late
  const { Shim } = require('fabric-shim') as typeof import('fabric-shim');
  for (const name of LOGGERS) {
    const logger = Shim.newLogger(name);
    const debug = logger.debug.bind(logger) as (...message: unknown[]) => typeof logger;
    logger.debug = (...message: unknown[]) =>
      logger.isDebugEnabled() ? debug(...message) : logger;
  }
}
