import { describe, expect, it } from 'vitest'
import { documentOf, drawingOf } from './content'

describe('the document of a preview', () => {
  it('has the guard before everything, on the first line of the text', () => {
    const html = documentOf('<p>\n<iframe src=x></iframe>', 'guard()')
    expect(html).toBe('<!doctype html><script>guard()</script><p>\n<blocked-iframe src=x></blocked-iframe>')
  })

  it('begins a drawing with its element', () => {
    const html = drawingOf('<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]><svg><object/></svg>')
    expect(html).toMatch(/<\/style><svg><blocked-object\/><\/svg>$/)
  })
})
