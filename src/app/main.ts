import { mount } from 'svelte'
import { isLocale } from '../i18n'
import { AppError } from '../shared/errors'
import '../ui/styles/base.css'
import '../ui/styles/print.css'
import App from './App.svelte'
import { compose } from './compose'
import { followRoute } from './route'

const target = document.getElementById('app')
if (!target) throw new AppError('page-incomplete', 'index.html has no element with the id "app".', { retry: 'never' })

const context = compose()
const query = new URLSearchParams(location.search)
const lang = query.get('lang')
if (isLocale(lang)) context.settings.setLocale(lang)

const question = query.get('q') ?? undefined
const sendAtOnce = query.get('send') === '1' && question !== undefined

// A question from the address belongs to the conversation in the address, which has to be read first.
const shown = followRoute(context)
mount(App, { target, props: { context, prefill: shown.then(() => (sendAtOnce ? undefined : question)) } })
void import('../platform/keep-ledger').then(({ keepLedger }) => keepLedger('page')).catch(() => undefined)
void context.airGap.open()
void context.drafts.open()
void context.list
  .refresh()
  .then(() => context.list.mend())
  .then(() => context.backup())
void context.model.check()
if (sendAtOnce) {
  // Once only: a reload must not ask again.
  history.replaceState(null, '', location.pathname + location.hash)
  void shown.then(() => context.chat.send(question))
}
