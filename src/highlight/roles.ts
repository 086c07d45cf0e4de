/**
 * The role of a piece of code, which decides its colour. The place in this list is the number by which the worker names
 * a role; the name is the class that src/ui/markdown/code.css colours.
 */
export const ROLES = [
  'plain',
  'comment',
  'keyword',
  'string',
  'number',
  'title',
  'type',
  'name',
  'attribute',
  'meta',
  'addition',
  'deletion',
] as const

type Role = (typeof ROLES)[number]

/**
 * highlight.js's scopes (its "CSS classes reference", without prefix). A scope that is absent here keeps the role
 * around it.
 */
const ROLE_OF_SCOPE: Readonly<Record<string, Role>> = {
  comment: 'comment',
  quote: 'comment',
  keyword: 'keyword',
  'template-tag': 'keyword',
  string: 'string',
  regexp: 'string',
  code: 'string',
  link: 'string',
  number: 'number',
  literal: 'number',
  symbol: 'number',
  bullet: 'number',
  title: 'title',
  section: 'title',
  class_: 'type',
  type: 'type',
  built_in: 'type',
  class: 'type',
  name: 'name',
  'selector-tag': 'name',
  'selector-id': 'name',
  'selector-class': 'name',
  'selector-attr': 'name',
  'selector-pseudo': 'name',
  attr: 'attribute',
  attribute: 'attribute',
  property: 'attribute',
  variable: 'attribute',
  'template-variable': 'attribute',
  meta: 'meta',
  doctag: 'meta',
  addition: 'addition',
  deletion: 'deletion',
  // Code inside a string, such as `${1 + x}`, is code again.
  subst: 'plain',
}

/**
 * The number of the role that an element has.
 *
 * @param classes the element's class names; a later one is more exact (`title`, then `class_`)
 * @param around the role of the element around it
 */
export function roleOf(classes: readonly string[], around: number): number {
  const role = classes.map((name) => ROLE_OF_SCOPE[name]).findLast((found) => found !== undefined)
  return role === undefined ? around : ROLES.indexOf(role)
}
