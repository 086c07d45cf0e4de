/** Environments of LaTeX that KaTeX has under another name; an empty name keeps only the content. */
const RENAMED: Readonly<Record<string, string>> = {
  eqnarray: 'align',
  flalign: 'align',
  multline: 'gather',
  displaymath: '',
  math: '',
}
/** Within a line, environments that stand alone become the ones that can be part of a formula. */
const WITHIN_LINE: Readonly<Record<string, string>> = {
  align: 'aligned',
  alignat: 'alignedat',
  gather: 'gathered',
  equation: '',
}

/**
 * TeX as the drawing library reads it. Models write LaTeX with a few habits: an unescaped percent sign, names of
 * environments that KaTeX lacks, labels that nothing refers to.
 * @param display whether the formula stands on lines of its own
 */
export function drawableTex(tex: string, display: boolean): string {
  return renamed(tex, display)
    .replace(/\\label\s*\{[^{}]*\}/g, '')
    .replace(/\\(?:eqref|ref)\s*\{([^{}]*)\}/g, (_, label: string) => `\\text{(${label.replace(/^eq:/, '')})}`)
    .replace(/\\text\s*\{([^{}\\$]*)\}/g, (_, text: string) => `\\text{${text.replace(/[_#&]/g, '\\$&')}}`)
    .replace(/(\\*)%(?!\s[^\n]*\n)/g, (_, slashes: string) => `${slashes}${slashes.length % 2 === 0 ? '\\' : ''}%`)
}

function renamed(tex: string, display: boolean): string {
  return tex.replace(/\\(begin|end)\{([a-z]+)(\*?)\}/g, (whole: string, edge: string, name: string, star: string) => {
    const known = RENAMED[name] ?? name
    const here = display ? known : (WITHIN_LINE[known] ?? known)
    if (here === name) return whole
    if (here === '') return ''
    return `\\${edge}{${here}${here.endsWith('ed') || here.endsWith('at') ? '' : star}}`
  })
}
