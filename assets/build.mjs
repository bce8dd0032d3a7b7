// Writes assets/dist/: every file that a browser is given, named by its content so that it may be cached for ever,
// and manifest.tsv (logical name, file, sha256), which the server reads at start-up. Beside each file stands its gzip.
//
// GOV.UK Frontend is used without what belongs to GOV.UK alone: its typeface, crest and crown. A build that would let
// one of them through fails.
import {createHash} from 'node:crypto'
import {mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {gzipSync} from 'node:zlib'

const assets = dirname(fileURLToPath(import.meta.url))
const modules = join(assets, '..', 'node_modules')
const dist = join(assets, 'dist')

const read = (...path) => readFileSync(join(...path), 'utf8')
const withoutSourceMap = text => text.replace(/\n?\/[/*]# sourceMappingURL=[^\n]*\n?$/, '\n')

function govukCss() {
  const css = withoutSourceMap(read(modules, 'govuk-frontend', 'dist', 'govuk', 'govuk-frontend.min.css'))
    .replace(/@font-face\{[^}]*\}/g, '')
    .replaceAll('GDS Transport,arial,sans-serif', 'Arial,Helvetica,sans-serif')
    .replace(/(?:-webkit-)?(?:background|mask)(?:-image)?:\s*url\(\/assets\/images\/govuk-crest\.svg\)[^;}]*;?/g, '')
    .replace(/\.govuk-footer__crown\{[^}]*\}/g, '')
  const forbidden = css.match(/GDS Transport|crown|crest|url\((?!["']?(?:data:|#))/i)
  if (forbidden) {
    const around = css.slice(Math.max(0, forbidden.index - 80), forbidden.index + 80)
    throw new Error(`govuk.css still holds "${forbidden[0]}": ...${around}...`)
  }
  return css
}

// In the order in which one may name another: a later file writes './name' of an earlier one.
const sources = {
  'licences.txt': () => read(assets, 'licences.txt'),
  'govuk.css': govukCss,
  'kith.css': () => read(assets, 'kith.css'),
  'govuk.js': () => withoutSourceMap(read(modules, 'govuk-frontend', 'dist', 'govuk', 'govuk-frontend.min.js')),
  'htmx.js': () => withoutSourceMap(read(modules, 'htmx.org', 'dist', 'htmx.min.js')),
  'kith.svg': () => read(assets, 'kith.svg'),
  'cond.js': () => read(assets, 'cond.js'),
  'kith.js': () => read(assets, 'kith.js'),
}

function build() {
  mkdirSync(dist, {recursive: true})
  const made = []
  for (const [name, source] of Object.entries(sources)) {
    let text = source()
    for (const {logical, file} of made) text = text.replaceAll(`'./${logical}'`, `'./${file}'`)
    const sha256 = createHash('sha256').update(text).digest('hex')
    const dot = name.lastIndexOf('.')
    const file = `${name.slice(0, dot)}-${sha256.slice(0, 12)}${name.slice(dot)}`
    writeFileSync(join(dist, file), text)
    writeFileSync(join(dist, `${file}.gz`), gzipSync(text, {level: 9}))
    made.push({logical: name, file, sha256})
  }
  // The manifest changes last and at once: a server that starts meanwhile finds either the old files or the new.
  const manifest = made.map(({logical, file, sha256}) => `${logical}\t${file}\t${sha256}\n`).join('')
  writeFileSync(join(dist, 'manifest.tsv.new'), manifest)
  renameSync(join(dist, 'manifest.tsv.new'), join(dist, 'manifest.tsv'))
  const keep = new Set(['manifest.tsv', ...made.flatMap(({file}) => [file, `${file}.gz`])])
  for (const file of readdirSync(dist)) if (!keep.has(file)) rmSync(join(dist, file), {recursive: true})
}

build()
