import { forbidNetwork } from '../no-network'

/**
 * wllama starts its threads from scripts that it puts together as Blobs. Each of these scripts now begins by taking the
 * network away, as the worker that starts them does for itself.
 */
export function sealScripts(scope: { readonly URL: Pick<typeof URL, 'createObjectURL'> }): void {
  const { URL } = scope
  const create = URL.createObjectURL.bind(URL)
  const seal = `(${forbidNetwork.toString()})(globalThis);\n`
  URL.createObjectURL = (object) => {
    const isScript = object instanceof Blob && object.type === 'text/javascript'
    return create(isScript ? new Blob([seal, object], { type: object.type }) : object)
  }
}
