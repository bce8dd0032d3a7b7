// Reads lines {"tree":…, "row":{…}, "want":true|false} and prints each on which kithCond answers otherwise. Exit 1 when there is one.
import {readFileSync} from 'node:fs'
import {pathToFileURL} from 'node:url'

const [, , source, cases] = process.argv
const {kithCond} = await import(pathToFileURL(source))
let wrong = 0
const lines = readFileSync(cases, 'utf8').split('\n').filter(line => line)
for (const line of lines) {
  const {tree, row, want} = JSON.parse(line)
  if (kithCond(tree, name => row[name]) === want) continue
  console.log(line)
  wrong++
}
console.log(`${lines.length} cases, ${wrong} wrong`)
process.exit(wrong || lines.length === 0 ? 1 : 0)
