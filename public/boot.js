// Runs before the first paint, so that neither theme nor language flashes. It is a plain file because the page's policy
// allows no inline script. The keys are those of src/i18n (thinktab-locale) and of the theme setting (thinktab-theme).
;(function () {
  var root = document.documentElement
  var theme = null
  var locale = null
  try {
    theme = localStorage.getItem('thinktab-theme')
    locale = localStorage.getItem('thinktab-locale')
  } catch {
    // Storage is refused (private browsing, blocked cookies): the browser's own theme and language then hold.
  }
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme
  if (locale) root.lang = locale
})()
