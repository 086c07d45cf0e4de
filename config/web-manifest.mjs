/**
 * The name and the look of an installed Thinktab. Addresses are relative, so that the manifest also works below a path.
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
  icons: [
    { src: 'icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
    { src: 'icons/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
    { src: 'icons/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
    { src: 'icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
  ],
  // By GET, which a static site can take: a text that is shared fills the composer, as in any address with ?q=.
  share_target: { action: './', method: 'GET', params: { text: 'q' } },
  shortcuts: [
    { name: 'New chat · 新对话', url: './#/' },
    { name: 'Search · 搜索', url: './#/search' },
    { name: 'Temporary chat · 临时对话', url: './#/temporary' },
  ],
}
