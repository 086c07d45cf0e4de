/** What the first version of the lab stored, and wrote into a file: a run of two questions, of which one is answered. */
const RUN = {
  id: 'old',
  createdAt: 5,
  suite: { name: 'arithmetic', language: 'en', levels: [1, 2], seed: 3 },
  settings: { effort: 200, temperature: 0, votes: 1, seed: 1 },
  model: { id: 'nano', name: 'Nano' },
  environment: { engine: 'wllama', files: { 'nano.gguf': 'abc' }, contextWindow: 1024, adapter: '', browser: 'test' },
  state: 'paused',
  pausedBy: 'person',
  questions: 2,
  finished: 1,
  right: 1,
  wrong: 0,
  writtenMs: 3,
} as const
const QUESTIONS = [
  { family: 'arithmetic', level: 1, text: 'What is 1 + 1?', answer: '2' },
  { family: 'arithmetic', level: 2, text: 'What is 12 + 1?', answer: '13' },
] as const
const ITEM = {
  run: 'old',
  at: 0,
  state: 'right',
  how: 'ended',
  value: '2',
  promptTokens: 5,
  thoughtTokens: 3,
  newTokens: 6,
  prefillMs: 1,
  decodeMs: 2,
} as const
const TEXT = { run: 'old', at: 0, text: 'It is 2.', tokens: { tokenizer: 't', ids: 'AQ==' } } as const

/** As the page shows it. */
export const OLD_RUN = { run: RUN, questions: QUESTIONS, items: [ITEM], texts: [TEXT] }

/** The records of its database, by their store. */
export const OLD_RECORDS = {
  runs: { ...RUN, version: 1 },
  questions: { run: 'old', version: 1, words: JSON.stringify(QUESTIONS) },
  items: { run: 'old', block: 0, version: 1, words: JSON.stringify([ITEM]) },
  texts: { ...TEXT, version: 1 },
  suites: { id: 's', title: 'mine', createdAt: 1, words: JSON.stringify(QUESTIONS), version: 1 },
} as const

/** The keys of its stores. */
export const OLD_KEYS = {
  runs: 'id',
  questions: 'run',
  items: ['run', 'block'],
  texts: ['run', 'at'],
  suites: 'id',
} as const

export const OLD_FILE = JSON.stringify({ format: 'thinktab-lab-result', version: 1, ...OLD_RUN })
