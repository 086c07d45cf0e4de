import { once } from '../../shared/once'

/** Parts that only some replies have; fetched with the first of them. */
export const askBigger = once(() => import('./AskBigger.svelte'))
export const readAloud = once(() => import('./ReadAloud.svelte'))
export const voteTally = once(() => import('./VoteTally.svelte'))
