/** Whether a media type means FHIR R4, as one without `fhirVersion` does (FHIR R4, 2.6.0.1.1). */
export function isR4(mediaType: string): boolean {
  const [, version] = /;\s*fhirVersion\s*=\s*"?([^\s;"]+)/i.exec(mediaType) ?? [];
  return version === undefined || /^4\.0(?:\.\d+)?$/.test(version);
}
