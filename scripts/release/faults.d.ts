export interface Release {
  readonly version: string;
  readonly license: string;
  readonly licenseText: string;
  readonly workspaces: readonly string[];
  readonly published: readonly string[];
}

export function faultsOf(folder: string, release: Release): string[];
