/**
 * Codes of HL7 v3 ActCode that say how information is to be handled, not what it is about: SecurityPolicy
 * with its obligations and refrain policies. A label with one of them makes nothing sensitive.
 */
export const HANDLING_CODES: ReadonlySet<string> = new Set([
  ...[
    'SecurityPolicy',
    'ACCESSCONSCHEME',
    'AUTHPOL',
    'DELEPOL',
    'ObligationPolicy',
    'RefrainPolicy',
  ],
  ...['ANONY', 'AOD', 'AUDIT', 'AUDTR', 'CPLYCC', 'CPLYCD', 'CPLYJPP', 'CPLYOPP', 'CPLYOSP'],
  ...['CPLYPOL', 'DECLASSIFYLABEL', 'DEID', 'DELAU', 'DOWNGRDLABEL', 'DRIVLABEL', 'ENCRYPT'],
  ...['ENCRYPTR', 'ENCRYPTT', 'ENCRYPTU', 'HUAPRV', 'LABEL', 'MASK', 'MINEC', 'PERSISTLABEL'],
  ...['PRIVMARK', 'PSEUD', 'REDACT', 'UPGRDLABEL', 'NOAUTH', 'NOCOLLECT', 'NODSCLCD', 'NODSCLCDS'],
  ...['NOINTEGRATE', 'NOLIST', 'NOMOU', 'NOORGPOL', 'NOPAT', 'NOPERSISTP', 'NORDSCLCD'],
  ...['NORDSCLCDS', 'NORDSCLW', 'NORELINK', 'NOREUSE', 'NOVIP', 'ORCON'],
]);
