/**
 * What is provoked, what a person keeps and sees, and the tests that show it: each is a file and words that their titles have.
 * `npm run faults` runs them all and writes docs/reliability.md.
 */

/** @typedef {{ fault: string, kept: string, says: string, goesOn: string, tests: readonly (readonly [file: string, title: string])[] }} Fault */

/** @type {Readonly<Record<string, readonly Fault[]>>} by their heading */
export const FAULTS = {
  'In the middle of an answer': [
    {
      fault: "The engine's worker throws",
      kept: 'everything',
      says: 'The model was started again',
      goesOn: 'The answer goes on by itself, from its last token',
      tests: [['test/fault/mid-answer.spec.ts', 'an engine that fails is started again']],
    },
    {
      fault: 'The worker of llama.cpp ends without a word',
      kept: 'everything',
      says: 'After two minutes: the model was started again',
      goesOn: 'The answer goes on by itself',
      tests: [['test/fault/mid-answer.spec.ts', 'an engine that ends without a word']],
    },
    {
      fault: 'The device is lost',
      kept: 'everything',
      says: 'The model was started again; after two tries: with a smaller context window, or on the processor',
      goesOn: 'The answer goes on by itself, from its last token',
      tests: [['test/fault/gpu-faults.webgpu.spec.ts', 'a device that is lost']],
    },
    {
      fault: 'The GPU process is killed',
      kept: 'everything',
      says: 'The model was started again',
      goesOn: 'The answer goes on by itself',
      tests: [['test/fault/gpu-faults.webgpu.spec.ts', 'a GPU process that is killed']],
    },
    {
      fault: 'The tab that runs the model for this one is closed, crashes or hangs',
      kept: 'everything',
      says: 'nothing, or that the model was started again',
      goesOn: 'The answer goes on in its own tab, token for token',
      tests: [
        ['test/e2e/shared-engine.spec.ts', 'a reply goes on in its own tab'],
        ['test/e2e/shared-engine.spec.ts', 'a tab that answers no more'],
      ],
    },
    {
      fault: "The tab's process stands still (SIGSTOP)",
      kept: 'everything',
      says: 'nothing',
      goesOn: 'The answer goes on by itself',
      tests: [['test/fault/mid-answer.spec.ts', 'a process that stands still']],
    },
    {
      fault: 'The browser freezes the tab',
      kept: 'everything',
      says: 'nothing',
      goesOn: 'The answer goes on by itself',
      tests: [['test/fault/mid-answer.spec.ts', 'a tab that the browser is told to freeze']],
    },
    {
      fault: 'The tab crashes',
      kept: 'every message; of the text all but its last second',
      says: 'The page was closed before the answer was complete',
      goesOn: 'Continue, in another tab',
      tests: [['test/fault/mid-answer.spec.ts', 'a tab that crashes']],
    },
    {
      fault: 'The whole browser is killed (SIGKILL)',
      kept: 'every message; of the text all but its last second',
      says: 'The page was closed before the answer was complete',
      goesOn: 'Continue, after the next start',
      tests: [['test/fault/killed-browser.spec.ts', 'a browser that is killed']],
    },
    {
      fault: 'The browser is killed (SIGKILL), or the page closed, while a vault is made or ended',
      kept: 'everything, where it was before',
      says: 'The lock asks for the passphrase, to go on or to give up',
      goesOn: 'From the last batch of records, after the next unlocking',
      tests: [
        ['test/fault/killed-vault.spec.ts', 'a browser that is killed while a vault is made'],
        ['src/state/vault/vault-conversion.browser.test.ts', 'is interrupted again and again'],
      ],
    },
    {
      fault: 'The tab is closed',
      kept: 'as above',
      says: 'Another open tab shows the reply as cut off',
      goesOn: 'Answer again',
      tests: [['test/e2e/tabs.spec.ts', 'shows a reply as cut off']],
    },
    {
      fault: 'The disk fills up',
      kept: 'everything, in the memory of the page',
      says: 'No room is left; what could not be stored stays in this page (`storage-full`)',
      goesOn: 'The answer ends as usual; it is stored as soon as there is room',
      tests: [['test/fault/mid-answer.spec.ts', 'a disk that fills up']],
    },
    {
      fault: 'The browser deletes the database of chats',
      kept: 'the chat on the page, in its memory; other chats are gone with the database',
      says: 'The chat is no longer stored, and is still here',
      goesOn: 'Put the chat back',
      tests: [['test/fault/mid-answer.spec.ts', 'a database that the browser deletes']],
    },
    {
      fault: 'Another tab deletes the chat',
      kept: 'the chat on the page with the reply so far, and the question that is being typed',
      says: 'The same sentence, in place of the chat',
      goesOn: 'Put the chat back, here or in the other tab, or in both',
      tests: [
        ['test/e2e/tabs.spec.ts', 'another tab deletes'],
        ['test/e2e/tabs.spec.ts', 'another tab deleted'],
        ['src/state/chat/deleted-elsewhere.test.ts', ''],
      ],
    },
    {
      fault: 'Another tab takes a new version of the site',
      kept: 'everything',
      says: 'The other tab says that the new version waits',
      goesOn: 'The version comes when the answer has ended, or its tab was closed',
      tests: [['test/e2e/update.spec.ts', 'a new version']],
    },
    {
      fault: 'Anything at once in two to five tabs, at random',
      kept: 'all that nobody deleted',
      says: 'what is stored, in every tab',
      goesOn: 'Every tab answers the next question',
      tests: [
        ['src/state/chat/tab-fuzz.browser.test.ts', ''],
        ['test/fault/tab-fuzz.spec.ts', 'random actions'],
      ],
    },
  ],
  Storage: [
    {
      fault: 'The browser lets the site store nothing',
      kept: 'what is written, until the page is closed',
      says: '`storage-unavailable`',
      goesOn: 'The built-in model answers',
      tests: [
        ['test/fault/storage-faults.spec.ts', 'in a window whose IndexedDB'],
        ['test/fault/storage-faults.spec.ts', 'where the browser blocks all data'],
        ['test/fault/storage-faults.spec.ts', 'without room for the built-in model'],
      ],
    },
    {
      fault: 'An older page keeps the database from opening',
      kept: 'what is written, in memory',
      says: '`storage-silent`',
      goesOn: 'It is stored once that page is closed',
      tests: [['test/fault/storage-faults.spec.ts', 'while a page of an older version']],
    },
    {
      fault: 'The database is of a newer version',
      kept: 'what is written, in memory',
      says: '`storage-newer`',
      goesOn: 'The built-in model answers',
      tests: [['test/fault/storage-faults.spec.ts', 'beside data of a newer version']],
    },
    {
      fault: 'The disk is full',
      kept: 'everything in view',
      says: '`storage-full`, and how to export the chats',
      goesOn: 'Deleting a chat makes room, and the rest is stored',
      tests: [['test/fault/storage-faults.spec.ts', 'on a disk that fills up']],
    },
    {
      fault: 'A message, or a part of one, is damaged',
      kept: 'its raw text, and all other messages',
      says: 'The message is shown as damaged in its place',
      goesOn: 'The chat goes on',
      tests: [
        ['test/e2e/damaged.spec.ts', 'is shown as damaged'],
        ['test/e2e/damaged.spec.ts', 'a reply with'],
      ],
    },
    {
      fault: 'A chat has lost messages, its date or its record',
      kept: 'all that is left',
      says: 'A chat without its record is called recovered',
      goesOn: 'It can be opened from the list',
      tests: [
        ['test/e2e/damaged.spec.ts', 'a chat '],
        ['test/e2e/damaged.spec.ts', 'messages without their chat'],
      ],
    },
  ],
  'Models and the site': [
    {
      fault: 'A load ends the page',
      kept: 'all chats',
      says: 'At the next start: `load-ended-page`',
      goesOn: 'Sending a question loads it again; nothing else does',
      tests: [
        ['test/fault/deadly-load.spec.ts', 'a load that ended its page'],
        ['test/fault/deadly-load.spec.ts', 'a page that is left'],
      ],
    },
    {
      fault: 'A file of the model is missing or wrong',
      kept: 'the question',
      says: "The file's name and what is wrong",
      goesOn: 'Try again',
      tests: [
        ['test/fault/load-faults.webgpu.spec.ts', 'says so when'],
        ['test/fault/load-faults.spec.ts', 'says so when'],
        ['test/fault/load-faults.webgpu.spec.ts', 'mends stored weights'],
        ['test/fault/processor-files.spec.ts', 'runs nothing'],
        ['test/fault/processor-files.spec.ts', 'does without'],
      ],
    },
    {
      fault: 'A hub cuts, stalls, lies or changes its files',
      kept: 'the bytes that arrived and are right',
      says: 'Nothing, or what failed and what to do',
      goesOn: 'By itself, or by another press; wrong bytes are never used',
      tests: [
        ['test/fault/download-faults.webgpu.spec.ts', ''],
        ['test/fault/hub-faults.webgpu.spec.ts', ''],
      ],
    },
    {
      fault: 'Another tab deletes a model that is fetched here',
      kept: 'nothing of the model',
      says: 'It was deleted in another tab (`model-deleted`)',
      goesOn: 'Download it again',
      tests: [
        ['src/state/models/model-library.test.ts', 'is not installed here either'],
        ['src/state/models/model-library.test.ts', 'while it is fetched here'],
        ['src/state/models/model-library.test.ts', 'and fetches again at once'],
      ],
    },
    {
      fault: 'Another tab deletes the chosen model',
      kept: 'all chats; a reply in progress ends as usual',
      says: 'In one line: it is no longer stored, and Nano answers',
      goesOn: 'Nano answers',
      tests: [
        ['test/e2e/catalogue-gguf.spec.ts', 'a chosen model that another tab deletes'],
        ['src/state/models/model-library.test.ts', 'is chosen no more'],
      ],
    },
    {
      fault: 'A stored file of the site is damaged or gone',
      kept: 'everything',
      says: 'nothing',
      goesOn: 'It is fetched again',
      tests: [['test/fault/damaged-site.spec.ts', '']],
    },
    {
      fault: 'An old tab lacks a part that the host has no more',
      kept: 'the draft and all chats',
      says: 'A new version is ready; or the site cannot be reached',
      goesOn: 'The new version is taken by one press, or the part comes later',
      tests: [['test/fault/old-tab.spec.ts', '']],
    },
  ],
}
