/**
 * How the message catalogues are compiled, for Vite and for scripts/compile-messages.mjs alike. src/i18n/index.ts chooses
 * the language.
 * @type {Parameters<typeof import('@inlang/paraglide-js').compile>[0]}
 */
export const MESSAGE_COMPILER = {
  project: './src/i18n/project.inlang',
  outdir: './src/i18n/paraglide',
  strategy: ['baseLocale'],
  isServer: 'import.meta.env.SSR',
  emitReadme: false,
}
