/** A formula as a line of text that can be read aloud or typed into a calculator: `x = (-b ± √(b^2 - 4ac))/(2a)`. */
export function plainFormula(math: Element): string {
  return plain(math).replace(/\s+/g, ' ').trim()
}

function plain(node: Element): string {
  const [first, second, third] = [...node.children].map(plain)
  switch (node.localName) {
    case 'semantics':
      return first ?? ''
    case 'mfrac':
      return `${grouped(first)}/${grouped(second)}`
    case 'msup':
    case 'mover':
      return `${first ?? ''}^${grouped(second)}`
    case 'msub':
    case 'munder':
      return `${first ?? ''}_${grouped(second)}`
    case 'msubsup':
    case 'munderover':
      return `${first ?? ''}_${grouped(second)}^${grouped(third)}`
    case 'msqrt':
      return `√${grouped(all(node))}`
    case 'mroot':
      return `root_${grouped(second)}${grouped(first)}`
    case 'mtr':
      return [...node.children].map(plain).join(', ')
    case 'mtable':
      return [...node.children].map(plain).join('; ')
    case 'mspace':
      return ' '
    case 'mo':
      return operator(node.textContent)
    case 'mi':
    case 'mn':
    case 'mtext':
      return node.textContent
    default:
      return all(node)
  }
}

const all = (node: Element): string => [...node.children].map(plain).join('')

/** Adds brackets except around one number or name. */
const grouped = (text = ''): string => (/^[\p{L}\p{N}.]*$/u.test(text) ? text : `(${text.trim()})`)

/** Signs between two operands get spaces; brackets and invisible operators (U+2061 to U+2064) do not. */
function operator(sign: string): string {
  if (/^[\u2061-\u2064]*$/.test(sign)) return ''
  return /^[()[\]{}|,;.!′]$/.test(sign) ? sign : ` ${sign} `
}
