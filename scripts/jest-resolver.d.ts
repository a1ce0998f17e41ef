/** The source file that an import of a workspace's package stands for. */
export function sourceOf(request: string): string;
