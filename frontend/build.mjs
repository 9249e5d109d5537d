// Writes static/vendor/vega-slim.js, the licences of what went into it, and its SHA-256.
import {createHash} from 'node:crypto';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const vendor = join(here, '..', 'static', 'vendor');
const target = join(vendor, 'vega-slim.js');

const result = await build({
  absWorkingDir: here,
  entryPoints: ['vega-slim.js'],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2020',
  legalComments: 'none',
  metafile: true,
  outfile: target,
});

const packages = new Set();
for (const input of Object.keys(result.metafile.inputs)) {
  const found = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//);
  if (found) packages.add(found[1]);
}
const licences = [...packages].sort().map((name) => {
  const folder = join(here, 'node_modules', name);
  const {version, license} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file && existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim() : '';
  return `${name} ${version} (${license})\n\n${text}\n`;
});
writeFileSync(join(vendor, 'vega-slim.LICENSES.txt'), licences.join('\n' + '-'.repeat(72) + '\n\n'));

const bytes = readFileSync(target);
const digest = createHash('sha256').update(bytes).digest('hex');
writeFileSync(join(vendor, 'vega-slim.sha256'), `${digest}  vega-slim.js\n`);
console.log(`vega-slim.js: ${bytes.length} bytes, ${packages.size} packages`);
