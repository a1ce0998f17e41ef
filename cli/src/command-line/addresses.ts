/** The addresses of places, whether they stand alone or as `MSP=URL`. */
export function addressesOf(places: readonly string[]): readonly string[] {
  return places.map((place) => place.replace(/^[A-Za-z0-9][A-Za-z0-9._-]*=(?=https?:)/, ''));
}
