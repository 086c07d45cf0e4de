/**
 * What an installed Thinktab is called and looks like. Addresses are relative, so that it also holds below a path.
 * @type {import('vite-plugin-pwa').ManifestOptions | Partial<import('vite-plugin-pwa').ManifestOptions>}
 */
export const WEB_MANIFEST = {
  id: './',
  name: 'Thinktab · 思页',
  short_name: 'Thinktab',
  description: 'A small reasoning model that thinks inside this page. 在这个页面里思考的小模型。',
  start_url: './',
  scope: './',
  display: 'standalone',
  background_color: '#faf9f7',
  theme_color: '#faf9f7',
  icons: [{ src: 'icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' }],
}
