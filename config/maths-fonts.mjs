/**
 * KaTeX names each font in three formats; every browser with WebAssembly reads WOFF2, so only that is part of the site.
 * @returns {import('vite').Plugin}
 */
export const mathsFonts = () => ({
  name: 'maths-fonts',
  enforce: 'pre',
  transform: {
    filter: { id: /\/katex\/dist\/katex(?:\.min)?\.css/ },
    handler: (code) => code.replaceAll(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\([^)]*\)/g, ''),
  },
})
