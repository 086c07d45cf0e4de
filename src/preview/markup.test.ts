import { describe, expect, it } from 'vitest'
import { isNeutralised, neutralise, splitBegun } from './markup'

describe('neutralised markup', () => {
  it.each([
    ['<iframe src=x></iframe>', '<blocked-iframe src=x></blocked-iframe>'],
    ['<IFrame/srcdoc=x>', '<blocked-IFrame/srcdoc=x>'],
    ['<object data=x>', '<blocked-object data=x>'],
    ['<h:iframe xmlns:h="x"/>', '<blocked-iframe xmlns:h="x"/>'],
    ['<link rel=preconnect href=x>', '<meta http-equiv="" name="" content="" rel=preconnect href=x>'],
    ['<meta\nhttp-equiv=refresh>', '<meta http-equiv="" name="" content=""\nhttp-equiv=refresh>'],
    ['<noscript><p title="</noscript><iframe>">', '<noscript><p title="</noscript><blocked-iframe>">'],
    ['<!ENTITY x "&#60;iframe/>">', '<!BLOCKED x "&#60;iframe/>">'],
    ['<iframes> <linked> <metadata> a < b', '<iframes> <linked> <metadata> a < b'],
    ['<p>iframe</p><script>let a = 1</script>', '<p>iframe</p><script>let a = 1</script>'],
  ])('%s', (markup, harmless) => {
    expect(neutralise(markup)).toBe(harmless)
  })

  it('keeps the number of lines, which errors are reported by', () => {
    const markup = '<meta\ncharset=x>\n<link\nrel=y>\n<iframe\n>'
    expect(neutralise(markup).split('\n')).toHaveLength(markup.split('\n').length)
  })

  it('is quick with what looks like many names', () => {
    const start = performance.now()
    neutralise('<a'.repeat(200_000))
    neutralise(`<${'a'.repeat(400_000)}`)
    expect(performance.now() - start).toBeLessThan(2000)
  })
})

describe('a name that is begun', () => {
  it.each([
    ['<p>x</p>', '<p>x</p>', ''],
    ['x<ifr', 'x', '<ifr'],
    ['x<', 'x', '<'],
    ['<iframe ', '<iframe ', ''],
  ])('%s', (markup, safe, begun) => {
    expect(splitBegun(markup)).toEqual({ safe, begun })
  })
})

it('knows the names in any case and with a prefix', () => {
  expect(['iframe', 'IFRAME', 'h:iframe', 'link', 'embed', 'frame'].filter((name) => !isNeutralised(name))).toEqual([])
  expect(['p', 'iframes', 'meta', 'x-link', 'script'].filter(isNeutralised)).toEqual([])
})
