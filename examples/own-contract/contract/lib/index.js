'use strict';

const { Contract } = require('fabric-contract-api');

/** Free beds of each hospital. A hospital tells its own number; everybody reads all. */
class BedsContract extends Contract {
  constructor() {
    super('beds');
  }

  async tell(context, free) {
    if (!/^\d{1,5}$/.test(free)) {
      throw new Error('ERR_INVALID_ARGUMENT: free: expected a whole number');
    }
    await context.stub.putState(context.clientIdentity.getMSPID(), Buffer.from(free));
  }

  async free(context, mspId) {
    const bytes = await context.stub.getState(mspId);
    if (bytes.length === 0) throw new Error('ERR_NOT_FOUND: The hospital has told no number');
    return Buffer.from(bytes).toString();
  }
}

module.exports.contracts = [BedsContract];
