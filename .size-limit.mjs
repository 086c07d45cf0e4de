import { readFileSync } from 'node:fs'

/** The files that the browser fetches before the composer can be used: every script that the built index.html names. */
const shell = [...readFileSync('dist/index.html', 'utf8').matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map(
  ([, file]) => `dist/${file}`,
)

/** @param {string} name @param {string | string[]} path @param {string} limit */
const budget = (name, path, limit) => ({ name: `${name} (brotli)`, path, limit, brotli: true })

/** @param {readonly string[]} names  what the chunks' names begin with */
const chunks = (...names) => names.map((name) => `dist/assets/${name}[-.]*.js`)

export default [
  budget('before the composer', shell, '60 kB'),
  budget('the first answer', chunks('Markdown', 'markdown-stream', 'code-view', 'ReadAloud'), '27 kB'),
  budget('formulas, with the first one', ['dist/assets/formula-drawing-*.{js,css}'], '74 kB'),
  budget(
    'models, when their page is opened',
    chunks('ModelsPage', 'StorageView', 'model-library', 'device-check', 'self-test', 'fit', 'golden'),
    '29.5 kB',
  ),
  budget(
    'settings, when their page is opened',
    chunks(
      'SettingsPage',
      'StorageView',
      'StorageSection',
      'storage-use',
      'ShortcutList',
      'prompts',
      'PassphraseField',
    ),
    '24 kB',
  ),
  budget('ledger, when its page is opened', chunks('LedgerPage', 'ledger'), '5 kB'),
  budget('prompts, behind a slash', chunks('PromptPicker', 'prompts'), '8 kB'),
  budget('weights worker, when something is to be fetched', 'dist/assets/weights-worker-*.js', '17 kB'),
  budget('colours of code, with the first code', 'dist/assets/highlight-worker-*.js', '27 kB'),
  budget('more languages, with the first code in one', 'dist/assets/grammars-more-*.js', '26 kB'),
  budget('what every visit needs, behind the first paint', chunks('soon'), '38 kB'),
  budget(
    'search, with the first one',
    ['SearchDialog', 'SearchPanel', 'search-box', 'search-worker'].map((name) => `dist/assets/${name}*.js`),
    '24 kB',
  ),
  budget(
    'history, when its page is opened',
    ['HistoryPage', 'StorageSection', 'archive'].map((name) => `dist/assets/${name}*.js`),
    '22.5 kB',
  ),
  budget('lab, when its page is opened', chunks('LabPage', 'build-lab', 'papaparse', 'open-lab'), '48 kB'),
  budget('a reply that is watched', chunks('WatchStage'), '8 kB'),
  budget('speed of this device', chunks('SpeedView'), '8 kB'),
  budget(
    'backup, behind the list of chats',
    ['open-backup', 'BackupNote'].map((name) => `dist/assets/${name}*.js`),
    '6 kB',
  ),
  budget('lock and vault, behind the list of chats or where there is a vault', chunks('open-safety'), '10 kB'),
  budget('keys of a passphrase, when one is typed', 'dist/assets/derive-worker-*.js', '16 kB'),
  budget('preview, when one is opened', ['dist/assets/Preview-*.js', 'dist/preview.html'], '9 kB'),
  budget('engine worker, with the first question', 'dist/assets/engine-worker-*.js', '1500 kB'),
  budget('GGUF files over WebGPU, with the first one', chunks('model-files'), '8 kB'),
  budget(
    'engine for the processor, for one thread and for several, of which one is fetched',
    ['dist/assets/cpu-worker-*.js', 'dist/assets/wllama-*.wasm'],
    '1050 kB',
  ),
  budget('service worker, which lists every file with its hash', 'dist/sw.js', '16 kB'),
  budget('all scripts for WebGPU', ['dist/*.js', 'dist/assets/*.js', '!dist/assets/cpu-worker-*.js'], '2090 kB'),
]
