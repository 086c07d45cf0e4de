import { expect, it } from 'vitest'
import { ATTACKS } from '../../test/fixtures/attacks'
import { fileName } from './file-name'

it.each([...ATTACKS, '', '. . .', '../../x', 'CON', 'a\u202egpj.exe', 'x'.repeat(10_000)])(
  'makes of the title %j a name that stays in its folder and starts no program',
  (title) => {
    const name = `${fileName(title, 0)}.html`
    expect(name).toMatch(/^[^<>:"/\\|?*\p{C}]{1,70}$/u)
    expect(name).not.toMatch(/^\.|^\s|^con\./i)
  },
)
