export function pruneFolder(rootDir: string, outDir: string): string[];
export function pruneBuilt(root: string): string[];
