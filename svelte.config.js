import { staticIcons } from './config/static-icons.mjs'

/** @type {import('@sveltejs/vite-plugin-svelte').SvelteConfig} */
export default {
  compilerOptions: { runes: true },
  preprocess: staticIcons(),
}
