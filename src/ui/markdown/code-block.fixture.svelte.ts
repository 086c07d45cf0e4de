/** Props that a test can change. */
export function props<T extends object>(given: T): T {
  const state = $state(given)
  return state
}
