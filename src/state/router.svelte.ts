/** What the page shows. */
export class Router {
  view = $state<'chat' | 'models'>('chat')
}
