import { build } from 'esbuild';

await build({
  entryPoints: ['page.js'],
  outfile: 'page.bundle.js',
  bundle: true,
  platform: 'browser',
  format: 'iife',
  globalName: 'salus',
  target: 'es2022',
  // The ES module of every package that has one.
  conditions: ['import'],
  // Asked for in Node.js 18 only, where it has to be.
  external: ['crypto'],
});
