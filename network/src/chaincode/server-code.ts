import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { NetworkError } from '../instance/errors.js';
import { type ContractFolder, readContractFolder } from './contract-folder.js';

/**
 * The folder of `node_modules` a contract would find from where it lies, nearest first: its own,
 * and that of the workspace around it.
 */
function moduleFolders(folder: string): string[] {
  const parent = path.dirname(folder);
  const here = path.join(folder, 'node_modules');
  return [...(existsSync(here) ? [here] : []), ...(parent === folder ? [] : moduleFolders(parent))];
}

/**
 * Gives an organization its own copy of a contract's code, so that a later build changes nothing
 * that runs. Installed modules are linked: nearest at the code, the next outside it, as Node.js
 * looks for them.
 *
 * @returns the folder of the copy.
 */
export function copyCode(contract: ContractFolder, directory: string): string {
  const outer = path.join(directory, 'code');
  const inner = path.join(outer, 'contract');
  rmSync(outer, { recursive: true, force: true });
  for (const { name, content } of contract.files) {
    const target = path.join(inner, name);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
  moduleFolders(contract.folder)
    .slice(0, 2)
    .forEach((modules, index) => {
      symlinkSync(modules, path.join(index === 0 ? inner : outer, 'node_modules'));
    });
  return inner;
}

/** Whether the organization's copy is what the contract's folder holds. */
export function hasCode(contract: ContractFolder, directory: string): boolean {
  const copy = path.join(directory, 'code', 'contract');
  if (!existsSync(path.join(copy, 'package.json'))) return false;
  try {
    return readContractFolder(copy).contentHash === contract.contentHash;
  } catch {
    return false;
  }
}

/** The command of the contract's own fabric-shim. */
export function shimOf(contract: ContractFolder): string {
  try {
    return createRequire(path.join(contract.folder, 'package.json')).resolve('fabric-shim/cli.js');
  } catch (cause) {
    throw new NetworkError(
      'ERR_CHAINCODE',
      `${contract.folder} can't be started: fabric-shim is not installed for it.`,
      'Run npm ci in the repository, or npm install in the folder of the contract.',
      { cause },
    );
  }
}
