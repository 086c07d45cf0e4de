/** Components, and modules with runes. All other code is checked by oxlint (.oxlintrc.json), which cannot read Svelte. */
import { readFileSync } from 'node:fs'
import js from '@eslint/js'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import { defineConfig, globalIgnores } from 'eslint/config'
import ts from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

/** @typedef {{ files: string[], rules: Record<string, import('eslint').Linter.RuleEntry> }} Override */

/** @type {{ overrides: Override[] }} */
const { overrides } = JSON.parse(readFileSync(new URL('.oxlintrc.json', import.meta.url), 'utf8'))

/** @param {string} rule @param {string} files  of oxlint's first override with the rule */
const sameAsElsewhere = (rule, files) => {
  const found = overrides.find((override) => override.files.includes(files) && rule in override.rules)?.rules[rule]
  if (found === undefined) throw new Error(`.oxlintrc.json has no ${rule} for ${files}.`)
  return { [rule]: found }
}

export default defineConfig(
  globalIgnores(['dist/', '.svelte-check/', 'compiler/', 'public/', 'src/i18n/paraglide/']),
  {
    files: ['**/*.svelte'],
    extends: [js.configs.recommended, ts.configs.strictTypeChecked],
    languageOptions: {
      globals: { ...globals.browser },
      parserOptions: {
        project: ['./tsconfig.site.json'],
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // A shorthand such as `onclick={() => close()}` is clear enough.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // A rest element is the way to take a field out of an object.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      eqeqeq: 'error',
      // oxlint has no such rules, and there are no enums, nor stores. They take a third of the time.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      'no-restricted-syntax': [
        'error',
        {
          // The page's policy has no 'unsafe-inline' for styles; style: directives go through the CSSOM and are fine.
          selector: "SvelteAttribute[key.name='style']",
          message: 'A style attribute is refused by the content security policy: use a class or a style: directive.',
        },
      ],
      ...sameAsElsewhere('no-restricted-globals', 'src/**'),
      ...sameAsElsewhere('max-lines', 'src/**'),
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    extends: [svelte.configs.recommended], // after the others, whose parser cannot read components
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: { 'svelte/require-store-reactive-access': 'off' },
  },
)
