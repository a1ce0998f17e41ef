/** Loaded before anything else: a chaincode in this process keeps its log to itself. */
process.env['CORE_CHAINCODE_LOGGING_LEVEL'] ??= 'critical';
