/**
 * How the message catalogues are compiled, for Vite and for scripts/compile-messages.mjs alike. `custom-browser` is the
 * strategy that src/i18n/index.ts defines.
 * @type {Parameters<typeof import('@inlang/paraglide-js').compile>[0]}
 */
export const MESSAGE_COMPILER = {
  project: './src/i18n/project.inlang',
  outdir: './src/i18n/paraglide',
  strategy: ['localStorage', 'custom-browser', 'baseLocale'],
  localStorageKey: 'thinktab-locale',
  isServer: 'import.meta.env.SSR',
  emitReadme: false,
}
