import { onceArrived } from '../../shared/once'

/** Parts that only some replies have; fetched with the first of them. */
export const askBigger = onceArrived(() => import('./AskBigger.svelte'))
export const readAloud = onceArrived(() => import('./ReadAloud.svelte'))
export const voteTally = onceArrived(() => import('./VoteTally.svelte'))
