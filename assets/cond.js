// A condition of the model (show_if, required_if) as the server writes it in data-show-if: the same tree, the same answers as in C and SQL.
// get(name) gives a field's present value: null, undefined or '' when empty; text for texts, codes and dates (YYYY-MM-DD); whole numbers,
// true, false, 'yes' or 'no' for the rest. A comparison with an empty field is false, "not in" included; "not" of it is true.

// By code point, as the server compares bytes of UTF-8: UTF-16 would put what lies beyond U+FFFF before U+E000.
const orderOfText = (left, right) => {
  const l = Array.from(left, c => c.codePointAt(0))
  const r = Array.from(right, c => c.codePointAt(0))
  for (let i = 0; i < l.length && i < r.length; i++) if (l[i] !== r[i]) return l[i] < r[i] ? -1 : 1
  return Math.sign(l.length - r.length)
}

const integer = value => {
  if (value === true || value === 'yes') return 1n
  if (value === false || value === 'no') return 0n
  const text = String(value).trim()
  return /^-?\d+$/.test(text) ? BigInt(text) : null
}

const empty = value => value === null || value === undefined || value === ''

const read = (value, isInteger) => {
  if (empty(value)) return null
  return isInteger ? integer(value) : String(value)
}

const holds = {
  '=': order => order === 0,
  '<>': order => order !== 0,
  '<': order => order < 0,
  '<=': order => order <= 0,
  '>': order => order > 0,
  '>=': order => order >= 0,
}

const compare = (sign, left, right) => {
  if (left === null || right === null) return false
  if (typeof left === 'bigint') return holds[sign](left < right ? -1 : left > right ? 1 : 0)
  return holds[sign](orderOfText(left, right))
}

const isNumber = literal => typeof literal === 'number'

export function kithCond(tree, get) {
  if (tree === null) return true
  const [op, ...rest] = tree
  switch (op) {
    case 'and':
      return rest.every(part => kithCond(part, get))
    case 'or':
      return rest.some(part => kithCond(part, get))
    case 'not':
      return !kithCond(rest[0], get)
    case 'null':
      return empty(get(rest[0]))
    case 'not null':
      return !empty(get(rest[0]))
    case 'in':
    case 'not in': {
      const [name, literals] = rest
      const numbers = isNumber(literals[0])
      const value = read(get(name), numbers)
      if (value === null) return false
      return literals.some(literal => compare('=', value, read(literal, numbers))) === (op === 'in')
    }
    default: {
      const [name, right] = rest
      const other = right !== null && typeof right === 'object'
      const numbers = other ? right.type === 'integer' : isNumber(right)
      return compare(op, read(get(name), numbers), read(other ? get(right.field) : right, numbers))
    }
  }
}
