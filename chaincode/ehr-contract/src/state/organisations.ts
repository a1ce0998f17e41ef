/**
 * Hospitals: they proof identities, register records and keep details. The same as the members of
 * the collection in collections_config.json, which a test compares.
 */
export const HOSPITALS: readonly string[] = ['CityHospitalMSP', 'ValleyHospitalMSP'];

/** Organisations that may review any emergency but their own. */
export const OVERSEERS: readonly string[] = ['RegulatorMSP'];
