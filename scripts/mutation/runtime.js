'use strict';

// jest loads every package anew for every test file; for thousands of mutants that takes nine tenths
// of the time. The packages of the registry are never mutated: here they are loaded once a process.

const { default: Runtime } = require('jest-runtime');

const ONCE = /^(zod|jose|fast-check|fabric-contract-api|fabric-shim|canonicalize|@hpke\/|@noble\/)/;

module.exports = class extends Runtime {
  requireModuleOrMock(from, name) {
    return ONCE.test(name) ? require(name) : super.requireModuleOrMock(from, name);
  }
};
