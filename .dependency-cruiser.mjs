/** The directions of docs/architecture.md: ui -> state -> the domain rooms -> platform -> shared; app may see all. */

const DOMAIN =
  '(?:engine|models|hub|gguf|weights|conversations|reasoning|render|highlight|preview|prompts|search|archive|vault|lab)'
const IN_PAGE_ONLY = '^src/(?:ui|state|app)/'
const WORKERS = '^src/(?:sw/|.*-worker\\.ts$)'

/**
 * @param {string} name @param {string} comment @param {object} from @param {object} to
 * @returns {import('dependency-cruiser').IForbiddenRuleType}
 */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    forbid(
      'no-cycles',
      'Modules that need each other are one module. Types may refer in a circle, and a component may draw itself.',
      { path: '^(.+)$' },
      { circular: true, pathNot: '^$1$', viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    forbid('nothing-unresolved', 'Every import leads somewhere.', {}, { couldNotResolve: true }),
    forbid('nothing-imports-app', 'app composes the others.', { pathNot: '^src/app/' }, { path: '^src/app/' }),
    forbid(
      'ui-does-no-io',
      'ui shows state and puts texts on the clipboard; of the rooms that do I/O it may know the types.',
      { path: '^src/ui/' },
      {
        path: '^src/(?:engine|models|hub|gguf|weights|conversations|search|vault|platform|sw)/|^src/highlight/highlight|^src/lab/lab-store',
        pathNot: '^src/platform/(?:clipboard|browser-facts)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    ),
    forbid('state-below-ui', 'state does not know who shows it.', { path: '^src/state/' }, { path: '^src/ui/' }),
    forbid(
      'domain-below-state',
      'Domain rooms know neither texts nor what is on screen.',
      { path: `^src/${DOMAIN}/` },
      {
        path: '^src/(?:ui|state|i18n|sw)/',
      },
    ),
    forbid(
      'domain-rooms-by-type',
      'Domain rooms see each other through import type; app, and the entry of a worker, put them together.',
      { path: `^src/(${DOMAIN})/`, pathNot: '\\.test\\.ts$|-worker\\.ts$' },
      { path: `^src/${DOMAIN}/`, pathNot: '^src/$1/', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'platform-on-shared',
      'platform wraps the browser and uses only shared.',
      { path: '^src/platform/' },
      {
        path: '^src/',
        pathNot: '^src/(?:platform|shared)/',
      },
    ),
    forbid(
      'shared-alone',
      'shared uses no other room.',
      { path: '^src/shared/' },
      {
        path: '^src/',
        pathNot: '^src/shared/',
      },
    ),
    forbid(
      'i18n-on-shared',
      'i18n uses shared, asks the browser for languages, and keeps the choice.',
      { path: '^src/i18n/' },
      {
        path: '^src/',
        pathNot: '^src/(?:i18n|shared)/|^src/platform/(?:browser-facts|settings-store)\\.ts$',
      },
    ),
    forbid(
      'texts-through-i18n',
      'src/i18n/index.ts sets the language up before a text is read.',
      { path: '^src/', pathNot: '^src/i18n/' },
      { path: '^src/i18n/paraglide/' },
    ),
    forbid(
      'svelte-in-page-rooms',
      'Only ui, state and app know the framework.',
      { path: '^src/', pathNot: IN_PAGE_ONLY },
      { path: 'node_modules/(?:svelte|@lucide/svelte)/|\\.svelte(?:\\.ts)?$' },
    ),
    forbid(
      'web-llm-in-its-engine',
      'Any import of it costs 1.4 MB.',
      { path: '^src/', pathNot: '^src/engine/webllm/' },
      { path: '@mlc-ai/web-llm' },
    ),
    forbid(
      'katex-in-its-chunk',
      'It is fetched with the first formula.',
      { path: '^src/', pathNot: '^src/ui/markdown/formula-drawing\\.ts$|\\.test\\.ts$' },
      { path: 'node_modules/katex/' },
    ),
    forbid(
      'grammars-in-their-worker',
      'They are for the worker; what the page knows of languages is a list.',
      { pathNot: '^src/highlight/(?:grammars-|highlight-worker|.*\\.test\\.ts$)' },
      { path: 'node_modules/(?:lowlight|highlight\\.js)/|^src/highlight/grammars-' },
    ),
    forbid(
      'tables-and-seeds-in-the-lab',
      'They are fetched with its page.',
      { path: '^src/', pathNot: '^src/lab/' },
      { path: 'node_modules/(?:papaparse|pure-rand|d3-scale)/' },
    ),
    forbid(
      'minisearch-in-its-worker',
      'An index of every chat is no matter of the page.',
      { path: '^src/', pathNot: '^src/search/message-index\\.ts$' },
      { path: 'node_modules/minisearch/' },
    ),
    forbid(
      'argon2-in-its-worker',
      'It takes a second, in which the page would stand still.',
      { path: '^src/', pathNot: '^src/vault/(?:argon2|derive-worker)\\.ts$|\\.test\\.ts$' },
      { path: 'node_modules/hash-wasm/|^src/vault/argon2' },
    ),
    forbid(
      'jinja-in-its-worker',
      'Templates of files are programs of strangers: they run where they can do nothing and be ended.',
      { path: '^src/', pathNot: '^src/gguf/run-jinja\\.ts$' },
      { path: 'node_modules/@huggingface/jinja/' },
    ),
    forbid(
      'wllama-in-its-engine',
      'As for web-llm.',
      { path: '^src/', pathNot: '^src/engine/wllama/' },
      { path: '@wllama/wllama' },
    ),
    forbid(
      'scripted-engine-in-tests',
      'The page has a real model or none.',
      { pathNot: '^src/engine/scripted/|\\.(?:test|fixture)\\.ts$' },
      { path: '^src/engine/scripted/|\\.fixture\\.ts$' },
    ),
    forbid(
      'workers-without-page',
      'A worker has no document.',
      { path: WORKERS },
      {
        path: `${IN_PAGE_ONLY}|node_modules/svelte/`,
        reachable: true,
      },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/i18n/paraglide/(?:messages|server)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.site.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['svelte', 'browser', 'import', 'default'],
      mainFields: ['svelte', 'module', 'main'],
    },
  },
}
