import { mount, unmount } from 'svelte'
import { isLocale } from '../i18n'
import { SettingsStore } from '../platform/settings-store'
import { AppError } from '../shared/errors'
import '../ui/styles/base.css'
import '../ui/styles/print.css'
import App from './App.svelte'
import { compose } from './compose'
import { needed } from './needed'
import type { OpenVault } from './open-vault'
import { followRoute } from './route'

const target = document.getElementById('app')
if (!target) throw new AppError('page-incomplete', 'index.html has no element with the id "app".', { retry: 'never' })

const settings = new SettingsStore()

function start(vault: OpenVault | undefined, place: Element): void {
  const context = compose(settings, vault, () => void unmount(app))
  const query = new URLSearchParams(location.search)
  const lang = query.get('lang')
  if (isLocale(lang)) context.settings.setLocale(lang)

  const question = query.get('q') ?? undefined
  const sendAtOnce = query.get('send') === '1' && question !== undefined

  // A question from the address belongs to the conversation in the address, which has to be read first.
  const shown = followRoute(context)
  const props = { context, prefill: shown.then(() => (sendAtOnce ? undefined : question)) }
  const app = mount(App, { target: place, props })
  if (vault) void context.vault()
  void import('../platform/keep-ledger').then(({ keepLedger }) => keepLedger('page')).catch(() => undefined)
  void context.airGap.open()
  void context.drafts.open()
  void context.list
    .refresh()
    .then(() => context.list.mend())
    .then(() => Promise.all([context.backup(), context.vault()]))
  void context.checkMachine()
  if (sendAtOnce) {
    // Once only: a reload must not ask again.
    history.replaceState(null, '', location.pathname + location.hash)
    void shown.then(() => context.chat.send(question))
  }
}

// Nothing of the app is there while it is locked. The name is VAULT_MARK, whose file the first paint does without.
// Not awaited here: what is imported imports parts of this file's chunk, and would wait for it for ever.
if (settings.get('vault') === undefined) start(undefined, target)
else
  void needed(import('./open-safety'))
    .then(({ openVault }) => openVault(target, settings))
    .then((vault) => start(vault, target))
