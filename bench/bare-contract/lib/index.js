'use strict';

const { Contract } = require('fabric-contract-api');

/** The least a contract can do: one key a transaction. Nothing is parsed, checked or emitted. */
class BareContract extends Contract {
  constructor() {
    super('bare');
  }

  async put(context, key, value) {
    await context.stub.putState(key, Buffer.from(value));
  }

  async get(context, key) {
    return (await context.stub.getState(key)).toString();
  }
}

module.exports.contracts = [BareContract];
