import { describe, expect, it } from 'vitest'
import { signatureOf, workgroups } from './kernel'

describe('the signature of a kernel', () => {
  const description = {
    name: 'matvec',
    arg_types: ['handle', 'int32', 'handle', 'float32', 'handle'],
    launch_param_tags: ['blockIdx.y', 'threadIdx.x', 'blockIdx.x', 'paramWriteAccess:[0,1,0]'],
  }

  it('says where buffers, numbers and workgroups are', () => {
    const { buffers, written, scalars, grid } = signatureOf(description)
    expect({ buffers, written, scalars: scalars.map(({ at }) => at), grid }).toEqual({
      buffers: [0, 2, 4],
      written: [false, true, false],
      scalars: [1, 3],
      grid: { y: 5, x: 7 },
    })
  })

  it('writes numbers in their types', () => {
    const types = ['int32', 'uint32', 'float32']
    const { scalars } = signatureOf({ name: 'all', arg_types: types, launch_param_tags: [] })
    const view = new DataView(new ArrayBuffer(12))
    scalars.forEach(({ write }, index) => {
      write(view, 4 * index, [-2, 4_000_000_000, 1.5][index] ?? 0)
    })
    expect([view.getInt32(0, true), view.getUint32(4, true), view.getFloat32(8, true)]).toEqual([-2, 4e9, 1.5])
  })

  it.each([
    { what: 'an unknown tag', change: { launch_param_tags: ['vthread'] } },
    { what: 'an unknown type', change: { arg_types: ['complex64'] } },
    { what: 'buffers that it says nothing of', change: { launch_param_tags: ['paramWriteAccess:[0]'] } },
  ])('is refused with $what', ({ change }) => {
    expect(() => signatureOf({ ...description, ...change })).toThrow()
  })
})

describe('workgroups', () => {
  it('of a long row are spread along z, none too few', () => {
    expect(workgroups(65_535, 3, 1)).toEqual([65_535, 3, 1])
    expect(workgroups(65_536, 1, 1)).toEqual([32_768, 1, 2])
    expect(workgroups(151_937, 1, 1)).toEqual([37_985, 1, 4])
  })

  it('cannot be along z otherwise', () => {
    expect(() => workgroups(1, 1, 2)).toThrow('along z')
  })
})
