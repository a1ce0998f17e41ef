export function filesToTest(root: string): string[] | undefined;
