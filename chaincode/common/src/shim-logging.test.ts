import { Shim } from 'fabric-shim';
import { dropHiddenDebugMessages } from './shim-logging.js';

test("the shim's debug messages cost nothing unless they are shown", () => {
  dropHiddenDebugMessages();
  const logger = Shim.newLogger('lib/handler.js');
  const write = jest.spyOn(logger, 'write').mockReturnValue(true);
  logger.debug('hidden');
  expect(write).not.toHaveBeenCalled();
  logger.info('shown');
  logger.level = 'debug';
  logger.debug('asked for %s', 'this');
  expect(write.mock.calls).toMatchObject([
    [{ level: 'info', message: 'shown' }],
    [{ level: 'debug', message: 'asked for %s' }],
  ]);
});
