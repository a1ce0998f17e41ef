/** Texts of pictures in docs/images, and the files that they are drawn to. */
export function pictures(): readonly { readonly source: string; readonly target: string }[];

/**
 * The SVG that a text describes.
 *
 * @throws Error for a line that is no part of a picture, and an arrow between boxes that there aren't
 */
export function render(text: string): string;
