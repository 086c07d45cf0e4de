import js from '@eslint/js'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import { defineConfig, globalIgnores } from 'eslint/config'
import ts from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

const WRAPPED = ['navigator', 'BroadcastChannel', 'indexedDB', 'localStorage', 'sessionStorage', 'caches']

export default defineConfig(
  globalIgnores([
    'dist/',
    '.svelte-check/',
    'compiler/*',
    '!compiler/check/',
    'public/models/',
    'src/i18n/paraglide/',
    'test-results/',
    'playwright-report/',
  ]),
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  svelte.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: {
      globals: { ...globals.browser },
      parserOptions: {
        project: ['./tsconfig.json', './tsconfig.node.json'],
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // A shorthand such as `onclick={() => close()}` is clear enough.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // A rest element is the way to take a field out of an object.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      eqeqeq: 'error',
      'no-restricted-syntax': [
        'error',
        {
          // The page's policy has no 'unsafe-inline' for styles; style: directives go through the CSSOM and are fine.
          selector: "SvelteAttribute[key.name='style']",
          message: 'A style attribute is refused by the content security policy: use a class or a style: directive.',
        },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    files: ['compiler/**', 'config/**', 'scripts/**', '*.{js,mjs,ts}', '.*.mjs'],
    languageOptions: { globals: { ...globals.node } },
  },
  {
    // Plain JavaScript: JSDoc types JSON and process output where they enter, which these rules do not see.
    files: ['**/*.mjs', '**/*.js'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/platform/**', 'src/sw/**', 'src/**/*.test.ts', 'src/**/*.fixture.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...WRAPPED.map((name) => ({
          name,
          message: 'Browser globals are wrapped in src/platform.',
        })),
      ],
    },
  },
  {
    // Requests to other hosts go one way, which says what may be in them.
    files: ['src/hub/**', 'src/weights/**'],
    ignores: ['**/*.test.ts', '**/*.fixture.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['fetch', 'XMLHttpRequest', 'WebSocket', 'WebTransport', 'EventSource', ...WRAPPED].map((name) => ({
          name,
          message: 'src/platform/reach.ts makes the requests.',
        })),
      ],
    },
  },
  {
    // Past it a file holds two things. Tests are lists, and may be longer.
    files: ['src/**', 'config/**', 'scripts/**', 'compiler/**', 'public/*.js'],
    ignores: ['**/*.test.ts'],
    rules: { 'max-lines': ['error', 300] },
  },
  {
    files: ['public/*.js'],
    languageOptions: { sourceType: 'script' },
  },
)
