import { execFileSync } from 'node:child_process'
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises'
import { type BuildOptions, build } from 'esbuild'
import { bcryptAsText, bcryptFile } from './bcrypt-as-text.ts'
import { commentable } from './commentable.ts'
import { licenceNotices } from './licence-notices.ts'
import { asComment } from './program-text.ts'
import { quotedPackages } from './quoted-packages.ts'
import { sparedModules } from './spared-modules.ts'
import { spreadByAssign, spreadByHelpers } from './spread-by-assign.ts'
import { youngCommands } from './young-commands.ts'

const outfile = 'bin/redis-exporter'

const cacheWriter = 'bin/write-code-cache.js'

/*
 * Lines that a shell reads as a command, and Node as a text, a comment and the end of a statement: whoever
 * runs the file itself, as `npx` does, gets what can only be set before Node starts. Each thread of Node would
 * keep memory of its own that it does not give back, seven of 38 MiB after a thousand polls; and the end of that
 * memory is only given back beyond a bound that grows by itself, two more. The image sets the like.
 */
const shell = `#!/bin/sh
":" //; MALLOC_ARENA_MAX="\${MALLOC_ARENA_MAX:-1}" MALLOC_TRIM_THRESHOLD_="\${MALLOC_TRIM_THRESHOLD_:-32768}" exec node "$0" "$@"
;`

/*
 * A package.json above the file decides whether Node takes it for CommonJS or for a module, where
 * there is no `require`. Only Node's own modules are required, so any place to ask from will do.
 */
const begin = `((start)=>{if(typeof require==="function")start(require,module,__filename);\
else import("node:module").then(({createRequire})=>{const file=process.argv[1];start(createRequire(file),{exports:{}},file)});\
})`

// V8 compiles a function behind a bracket at once; any other it would read twice, a megabyte here.
const beginOfProgram = `(function(require,module,__filename){const exports=module.exports,\
__dirname=require("node:path").dirname(__filename),\
importMetaUrl=require("node:url").pathToFileURL(__filename).href;`
const endOfProgram = '})'

const options = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  // CommonJS, because Node 20 runs a file without an ending as nothing else.
  format: 'cjs',
  // Names stay, so that a stack in a log can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  plugins: [sparedModules, youngCommands],
} as const satisfies BuildOptions

/** Builds the exporter as one file that runs without node_modules, and the notices that go with it. */
async function bundle(): Promise<void> {
  const inputs: string[] = []
  const { metafile, outputFiles } = await build({
    ...options,
    entryPoints: ['src/main.ts'],
    write: false,
    metafile: true,
    supported: spreadByHelpers,
    plugins: [
      ...options.plugins,
      bcryptAsText,
      quotedPackages(options, (files) => {
        inputs.push(...files)
      }),
    ],
    inject: ['web-classes', 'utc-format', 'light-performance'].map(
      (name) => `src/build/${name}.ts`,
    ),
    banner: { js: beginOfProgram },
    footer: { js: endOfProgram },
    define: {
      // Of @hono/node-server; see web-classes.ts.
      global: 'BundleGlobal',
      Request: 'BundleGlobal.Request',
      Response: 'BundleGlobal.Response',
      'global.Request': 'NoRequest',
      'global.Response': 'NoResponse',
      'globalThis.Headers': 'LightHeaders',
      Headers: 'LightHeaders',
      // For WebSockets, of which there are none; in Node.js from 24 on to look at it loads all of fetch.
      'globalThis.CloseEvent': 'undefined',
      // Of everybody; see light-performance.ts.
      performance: 'LightPerformance',
      // Of node-cron; see utc-format.ts.
      'Intl.DateTimeFormat': 'UtcFormat',
      'import.meta.url': 'importMetaUrl',
      'process.env.EXPORTER_BUILD_COMMIT': JSON.stringify(process.env.REVISION || commit()),
      'process.env.EXPORTER_BUILD_DATE': JSON.stringify(
        process.env.CREATED || new Date().toISOString(),
      ),
    },
  })
  const [program] = outputFiles
  const text = commentable(spreadByAssign(program?.text ?? ''))
  await writeFile(outfile, `${shell}${begin}${await loader(text)}`)
  await chmod(outfile, 0o755)
  // The project's own package.json says that files are modules; this one is not.
  await writeFile('bin/package.json', '{"type":"commonjs"}\n')
  await writeFile(
    'bin/THIRD-PARTY-LICENSES.txt',
    await licenceNotices([...Object.keys(metafile.inputs), ...inputs, bcryptFile]),
  )
  const { size } = await stat(outfile)
  process.stdout.write(`${outfile}: ${Math.round(size / 1024)} KiB\n`)
}

/** What starts a program, as an argument: a function in which that stands as a comment. */
async function loader(program: string): Promise<string> {
  const { outputFiles } = await build({
    ...options,
    entryPoints: ['src/build/start-program.ts'],
    // It would write the mark in front of the program as it stands there.
    minifySyntax: false,
    write: false,
  })
  const text = outputFiles
    .map((output) => output.text)
    .join('')
    .trim()
  return `(function held(require,module,file){${text}\
module.exports.startProgram(held,require,module,file)\n${asComment(program)}});\n`
}

/** Writes the code cache of what was built, for the Node that builds; the image has its own made. */
async function writeCodeCache(): Promise<void> {
  await build({
    ...options,
    entryPoints: ['src/build/write-code-cache.ts'],
    outfile: cacheWriter,
  })
  execFileSync(process.execPath, [cacheWriter, outfile], { stdio: ['ignore', 'ignore', 'inherit'] })
}

// An archive of the source has no history to ask.
function commit(): string {
  try {
    const options = { encoding: 'utf8', stdio: 'pipe' } as const
    return execFileSync('git', ['rev-parse', 'HEAD'], options).trim()
  } catch {
    return ''
  }
}

await mkdir('bin', { recursive: true })
await bundle()
await writeCodeCache()
