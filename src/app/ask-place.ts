import { mount, unmount } from 'svelte'
import PlaceDialog from '../ui/models/PlaceDialog.svelte'

/** Questions that are open, by their address: several downloads may wait for one answer. */
const open = new Map<string, Promise<boolean>>()

/** Asks whether a server may be asked for models that is none of the build's. @param address of a folder on it */
export function askPlace(address: string): Promise<boolean> {
  const asked = open.get(address) ?? ask(address)
  open.set(address, asked)
  return asked
}

async function ask(address: string): Promise<boolean> {
  const { promise, resolve } = withResolvers()
  const dialog = mount(PlaceDialog, { target: document.body, props: { address, onanswer: resolve } })
  try {
    return await promise
  } finally {
    open.delete(address)
    void unmount(dialog)
  }
}

/** As Promise.withResolvers, which Safari before 17.4 lacks. */
function withResolvers() {
  let resolve: (allowed: boolean) => void = () => undefined
  const promise = new Promise<boolean>((settle) => (resolve = settle))
  return { promise, resolve }
}
